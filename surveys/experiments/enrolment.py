"""Contacts get the arms of experiments when their asks are judged, once and for all."""

from collections.abc import Sequence
from datetime import datetime

from surveys.experiments import draw
from surveys.models import Enrolment, Experiment, ExperimentArm, Invitation


def enrol(invitations: Sequence[Invitation], now: datetime) -> None:
    """Freeze the arm on each of these invitations whose survey has an experiment that draws; no query where none does.

    Which draw with_experiments() has told.
    A contact that has an arm keeps it, whatever became of the shares; a record that absorbed it has inherited it. What
    was let out before, was asked for by hand, or is of an absorbed record gets none. Workers at the same contact at
    once end up with the same arm.
    """
    drawing = {experiment for invitation in invitations for experiment in vars(invitation).get("drawing", ())}
    if not drawing:
        return
    for experiment in Experiment.objects.filter(pk__in=drawing).prefetch_related("arms"):
        free = [i for i in invitations if i.survey_id == experiment.survey_id and _may_get_an_arm(i)]
        if free and not _is_full(experiment, now):
            _freeze(free, _arms_of({i.contact_id for i in free}, experiment, now))


def _may_get_an_arm(invitation: Invitation) -> bool:
    is_new = invitation.arm_id is None and invitation.queued_at is None
    return is_new and invitation.asker is not None and invitation.contact.merged_into_id is None


def _is_full(experiment: Experiment, now: datetime) -> bool:
    """Return whether as many contacts were asked as were planned; the experiment ends with that."""
    if experiment.most_asked is None:
        return False
    asked = Invitation.objects.filter(arm__in=experiment.arms.all()).asked()
    if asked.values("contact").distinct().count() < experiment.most_asked:
        return False
    experiment.end(why=Experiment.Ending.NUMBER, at=now)
    return True


def _arms_of(contacts: set[int], experiment: Experiment, now: datetime) -> dict[int, ExperimentArm]:
    """Return the arms of these contacts, those who had none drawn now."""
    arms = sorted(experiment.arms.all(), key=lambda arm: arm.pk)
    shares = [arm.share for arm in arms]
    known = Enrolment.objects.filter(experiment=experiment, contact__in=contacts).values_list("contact", "arm")
    missing = contacts - {contact for contact, _arm in known}
    Enrolment.objects.bulk_create(
        (
            Enrolment(
                experiment=experiment,
                contact_id=contact,
                arm=arms[draw.place(experiment.key, contact, shares)],
                shares=shares,
                at=now,
            )
            for contact in sorted(missing)
        ),
        ignore_conflicts=True,
    )
    by_id = {arm.pk: arm for arm in arms}
    # Read again: another worker may have been first.
    return {contact: by_id[arm] for contact, arm in known.all()}


def _freeze(invitations: Sequence[Invitation], arms: dict[int, ExperimentArm]) -> None:
    of_arm: dict[int, list[int]] = {}
    for invitation in invitations:
        invitation.arm = arms[invitation.contact_id]
        of_arm.setdefault(invitation.arm.pk, []).append(invitation.pk)
    for arm, ids in of_arm.items():
        Invitation.objects.filter(pk__in=ids).update(arm=arm)
