"""Where each trigger and wave stands with one contact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accounts import clock
from crm.models import Contact
from crm.models.touchpoint import label_of_kind
from surveys.judging import reasons
from surveys.judging.case import day_start
from surveys.judging.eligibility import Outcome, Verdict, judge
from surveys.judging.facts import RELATIONS, History, policy_in_force
from surveys.judging.judgements import trace_of
from surveys.models import Invitation, Trigger, Wave

# More of a contact's invitations than anybody reads; the timeline has them all.
LATEST = 200


@dataclass(frozen=True)
class Standing:
    """What one trigger or wave did with a contact (the latest of each) and would do as things stand."""

    asker: Trigger | Wave
    asked: Invitation | None
    planned: Invitation | None
    refused: Invitation | None
    verdict: Verdict

    @property
    def wave(self) -> Wave | None:
        return self.asker if isinstance(self.asker, Wave) else None

    @property
    def event(self) -> str:
        """What a trigger waits for, by name; "" of a wave."""
        return label_of_kind(self.asker.touchpoint_kind) if isinstance(self.asker, Trigger) else ""

    @property
    def is_refused(self) -> bool:
        return self.verdict.outcome is Outcome.SUPPRESS

    @property
    def asks_at(self) -> datetime | None:
        """When the planned invitation would be sent, or None."""
        if self.planned is None or self.is_refused:
            return None
        return self.verdict.until or self.planned.due_at

    @property
    def until(self) -> datetime | None:
        return self.verdict.until

    @property
    def reason(self) -> str:
        return reasons.label(self.verdict.reason) if self.verdict.reason else ""

    @property
    def refusal(self) -> str:
        return reasons.label(self.refused.reason) if self.refused else ""

    @property
    def lines(self) -> list[reasons.TraceLine]:
        return reasons.lines(trace_of(self.verdict))


def standings(contact: Contact, *, now: datetime | None = None) -> list[Standing]:
    """Return where each trigger and wave that is switched on stands with `contact`; sixteen queries at most."""
    now = now or clock.now()
    in_order = ("survey__name", "name", "pk")
    triggers = Trigger.objects.asking().select_related("survey").order_by(*in_order)
    waves = Wave.objects.asking().select_related("survey").order_by(*in_order)
    askers: list[Trigger | Wave] = [*triggers, *waves]
    known = list(contact.invitations.select_related(*RELATIONS).order_by("-pk")[:LATEST])
    policy = policy_in_force()
    made = {asker: [i for i in known if i.asker == asker] for asker in askers}
    subjects = [_planned_among(made[asker]) or _supposed(contact, asker, now) for asker in askers]
    history = History.of(subjects, policy, now)
    found = []
    for asker, subject in zip(askers, subjects, strict=True):
        moment = max(now, subject.due_at)
        facts = history.facts_of(subject)
        if moment >= day_start(now, policy.zone, days=1):
            facts = replace(facts, asked_today=0, sender=facts.sender and replace(facts.sender, asked=0))
        found.append(
            Standing(
                asker=asker,
                asked=_latest(i for i in known if i.survey_id == asker.survey_id and i.counted_from),
                planned=subject if subject.pk else None,
                refused=_latest(i for i in made[asker] if i.status == i.Status.SUPPRESSED),
                verdict=judge(facts, policy, moment),
            )
        )
    return found


def _planned_among(known: Sequence[Invitation]) -> Invitation | None:
    planned = [invitation for invitation in known if invitation.status == Invitation.Status.PLANNED]
    return min(planned, key=lambda invitation: invitation.due_at, default=None)


def _supposed(contact: Contact, asker: Trigger | Wave, now: datetime) -> Invitation:
    """Return the invitation that would exist if a delay ended, or a turn came, now."""
    survey = asker.survey
    ask = Invitation(survey=survey, contact=contact, company=contact.company, kind=survey.kind)
    ask.trigger, ask.wave = (None, asker) if isinstance(asker, Wave) else (asker, None)
    ask.planned_at = ask.due_at = now
    return ask


def _latest(invitations: Iterable[Invitation]) -> Invitation | None:
    return max(invitations, key=lambda i: (i.counted_from or i.judged_at or i.planned_at, i.pk), default=None)
