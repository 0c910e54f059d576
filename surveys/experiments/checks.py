"""What an experiment cannot be, each fault as a sentence that says what to change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations, product

from django.utils.translation import gettext as _

from accounts.customerlanguages import spoken
from surveys.models import Experiment, ExperimentArm, Survey
from surveys.models.asker import Asker
from surveys.wording.texts import unknown_placeholders

FEWEST, MOST = 2, 4
WHOLE = 100
# The fields of an arm that say how it asks, by what varies.
TREATMENTS: Mapping[str, tuple[str, ...]] = {
    Experiment.Varied.HOUR: ("hour_from", "hour_until"),
    Experiment.Varied.SUBJECT: ("subjects", "reminder_subjects"),
    Experiment.Varied.MEDIUM: ("first_medium",),
}


def faults(experiment: Experiment, arms: Sequence[ExperimentArm]) -> list[str]:
    """Return what stands against an experiment with these arms, saved or not; nothing where it can be."""
    if not FEWEST <= len(arms) <= MOST:
        return [_("An experiment needs two to four arms.")]
    found = [*_of_shares(arms), *_of_what_varies(experiment, arms)]
    return found or [*OF_VARIED[experiment.varied](experiment.survey, arms), *_of_twins(experiment, arms)]


def faults_of_start(experiment: Experiment, now: datetime) -> list[str]:
    """Return why a saved experiment cannot be started now."""
    found = faults(experiment, list(experiment.arms.order_by("pk")))
    if experiment.status != Experiment.Status.DRAFT:
        found.append(_("It was started before. Make a new one."))
    if experiment.ends_at <= now:
        found.append(_("Its last day is over. Set a later one."))
    others = Experiment.objects.filter(survey=experiment.survey_id, status=Experiment.Status.RUNNING, ends_at__gt=now)
    for other in others.exclude(pk=experiment.pk):
        found.append(_("“%(name)s” is running on this survey. Wait for its end, or end it.") % {"name": other.name})
    return found


def _of_shares(arms: Sequence[ExperimentArm]) -> Iterator[str]:
    total = sum(arm.share or 0 for arm in arms)
    if total != WHOLE:
        yield _("The shares add up to %(total)s%%, not to 100%%.") % {"total": total}


def _of_what_varies(experiment: Experiment, arms: Sequence[ExperimentArm]) -> Iterator[str]:
    """Find arms that vary something else: then nobody could tell which of both it was."""
    others = [name for varied, names in TREATMENTS.items() if varied != experiment.varied for name in names]
    for arm in arms:
        for name in others:
            if getattr(arm, name):
                yield _("“%(arm)s”: leave “%(field)s” empty, for something else varies here.") % {
                    "arm": arm.name,
                    "field": getattr(ExperimentArm._meta.get_field(name), "verbose_name", name),
                }


def _of_hours(survey: Survey, arms: Sequence[ExperimentArm]) -> Iterator[str]:
    """Find arms that reach beyond the send window of anything that asks; that hours are in order says the model."""
    for arm, asker in product(arms, _active(survey)):
        if arm.hour_from is None or arm.hour_until is None:
            continue
        if arm.hour_from < asker.window_start or arm.hour_until > asker.window_end:
            yield _(
                "“%(arm)s” reaches beyond the send window of “%(asker)s”, %(start)s to %(end)s. Change one of them."
            ) % {
                "arm": arm.name,
                "asker": asker.name,
                "start": f"{asker.window_start:%H:%M}",
                "end": f"{asker.window_end:%H:%M}",
            }


def _of_subjects(survey: Survey, arms: Sequence[ExperimentArm]) -> Iterator[str]:
    names = spoken.names()
    for arm in arms:
        for text in (*arm.subjects.values(), *arm.reminder_subjects.values()):
            if unknown := unknown_placeholders(text):
                yield _("“%(arm)s”: nothing fills this in: %(placeholders)s") % {
                    "arm": arm.name,
                    "placeholders": ", ".join(unknown),
                }
    for language in survey.brand.languages:
        if len({arm.subject(language) for arm in arms}) < len(arms):
            yield _(
                "In %(language)s two arms have the same subject. Write one for each; one arm may keep the usual one."
            ) % {"language": names.get(language, language)}


def _of_media(survey: Survey, arms: Sequence[ExperimentArm]) -> Iterator[str]:
    for arm, asker in product(arms, _active(survey)):
        if arm.first_medium and arm.first_medium not in asker.media:
            yield _("“%(asker)s” does not write by %(medium)s. Add it there, or choose another medium.") % {
                "asker": asker.name,
                "medium": arm.get_first_medium_display(),
            }


def _of_twins(experiment: Experiment, arms: Sequence[ExperimentArm]) -> Iterator[str]:
    names = TREATMENTS[experiment.varied]
    for one, other in combinations(arms, 2):
        if all(getattr(one, name) == getattr(other, name) for name in names):
            yield _("“%(one)s” and “%(other)s” do the same. Change one of them.") % {
                "one": one.name,
                "other": other.name,
            }


def _active(survey: Survey) -> list[Asker]:
    return [*survey.triggers.filter(is_active=True), *survey.waves.filter(is_active=True)]


OF_VARIED: Mapping[str, Callable[[Survey, Sequence[ExperimentArm]], Iterator[str]]] = {
    Experiment.Varied.HOUR: _of_hours,
    Experiment.Varied.SUBJECT: _of_subjects,
    Experiment.Varied.MEDIUM: _of_media,
}
