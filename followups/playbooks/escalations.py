"""Work that is late is told to those above, as the rules of its playbook say: each rule once for each follow-up.

When a rule is due stands in a row of its own from the day on which the work is made, in business hours of its team. A
sweep raises what is due; what was contacted or closed by then is late no more, and the row goes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.batches import Worked
from accounts.business_hours import due
from accounts.company_clock import BusinessCalendars
from accounts.setaside import Batch
from followups.models import Activity, Escalation, EscalationRule, Followup, Playbook, StaffNotice
from followups.models.deed import Change
from followups.notices.happening import Happening
from followups.notices.verbs import tell_all
from followups.playbooks.ladder import Ladder

ESCALATING = Batch("escalations", _("escalating late follow-ups"), task="followups.escalate", model=Escalation)
BATCH = 200
Lateness = EscalationRule.Lateness


def planned(opened: Iterable[tuple[Followup, Playbook | None]], calendars: BusinessCalendars) -> list[Escalation]:
    """Return the unsaved escalations of new follow-ups, each with the playbook whose rules it has."""
    return [
        Escalation(followup=followup, rule=rule, due_at=_due(followup, rule, calendars))
        for followup, playbook in opened
        if playbook is not None and playbook.pk
        for rule in playbook.escalation_rules.all()
    ]


def _due(followup: Followup, rule: EscalationRule, calendars: BusinessCalendars) -> datetime:
    late = followup.first_contact_due_at if rule.lateness == Lateness.FIRST_CONTACT else followup.resolve_due_at
    return due(late, rule.after_hours, calendars.of(followup.team.region if followup.team else ""))


def raise_due(now: datetime) -> int:
    """Raise every escalation that is due and return how many; a repeat finds nothing to do.

    A batch is claimed with its follow-ups, raised and marked in one transaction, with rows that others hold passed
    over. One that fails is set aside and stops no other.
    """
    _forget_missed(now)
    total = 0
    while raised := _raise_batch(now):
        total += sum(raised.results)
    return total


@transaction.atomic
def _forget_missed(now: datetime) -> None:
    missed = Escalation.objects.missed(now).select_for_update(skip_locked=True, of=("self",))
    Escalation.objects.pending().filter(pk__in=list(missed.values_list("pk", flat=True))).delete()


@transaction.atomic
def _raise_batch(now: datetime) -> Worked[int, int] | None:
    run = ESCALATING.run(now)
    due = Escalation.objects.due(now).exclude(pk__in=run.resting).select_related("followup", "rule").order_by("pk")
    claimed = [row.pk for row in due.select_for_update(skip_locked=True, of=("self", "followup"))[:BATCH]]
    worked = run.each_alone(claimed, lambda keys: _raise(keys, now), due=due)
    return worked if claimed else None


def _raise(keys: Sequence[int], now: datetime) -> int:
    known = ("rule__person", "followup__assignee", "followup__team__lead__team__lead", "followup__response__manager")
    rows = list(Escalation.objects.filter(pk__in=keys).select_related(*known).order_by("due_at", "pk"))
    ladder = Ladder.above([row.followup for row in rows], now, named=[row.rule.person for row in rows])
    tell_all([_escalate(row.followup, row.rule, ladder) for row in rows])
    return Escalation.objects.filter(pk__in=keys).update(raised_at=now)


def _escalate(followup: Followup, rule: EscalationRule, ladder: Ladder) -> Happening:
    """Do what a rule says to a follow-up whose row is locked, and return what is told."""
    person = ladder.person(followup, rule)
    told = (person,) if person else tuple(ladder.everybody(followup))
    said: Change = {"late": rule.lateness, "to": ", ".join(str(each) for each in told)}
    if rule.raises_priority and not followup.is_high_priority:
        followup.save_state(priority=Playbook.Priority.HIGH)
        said["priority"] = True
    activity = followup.record(Activity.Kind.ESCALATED, by=None, change=said)
    if rule.hands_over and person and (deed := followup.as_assigned(person)):
        followup.save_state(**deed.changes)
        followup.record(deed.kind, by=None, change=deed.change)
    return Happening(StaffNotice.Kind.ESCALATION, followup, f"rule-{rule.pk}", to=told, activity=activity)
