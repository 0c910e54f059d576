"""The steps of a follow-up: taken over from its playbook, ticked off, skipped, and told of when they prompt."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.batches import Worked
from accounts.business_hours import Calendar, due
from accounts.company_clock import BusinessCalendars, business_calendars
from accounts.models import User
from accounts.setaside import Batch
from followups.models import Activity, Followup, FollowupStep, Playbook, StaffNotice
from followups.models.deed import Change
from followups.notices.happening import Happening
from followups.notices.verbs import tell_all
from followups.playbooks.ladder import Ladder

PROMPTING = Batch("prompts", _("reminding of steps"), task="followups.prompt", model=FollowupStep)
BATCH = 200


def planned(opened: Iterable[tuple[Followup, Playbook | None]], calendars: BusinessCalendars) -> list[FollowupStep]:
    """Return the unsaved steps of new follow-ups, each with its playbook; a later change of that moves none."""
    return [
        step
        for followup, playbook in opened
        if playbook is not None and playbook.pk
        for step in _taken_over(followup, playbook, _calendar(followup, calendars))
    ]


def _taken_over(followup: Followup, playbook: Playbook, calendar: Calendar) -> list[FollowupStep]:
    rows = sorted(playbook.steps.all(), key=lambda row: (row.position, row.pk))
    steps = [FollowupStep(followup=followup, **row.copied() | {"position": place}) for place, row in enumerate(rows, 1)]
    for step in steps:
        if step.position == 1 or step.counts_from == FollowupStep.From.START:
            step.due_at = due(followup.created_at, step.after_hours, calendar)
    return steps


@transaction.atomic
def tick(*, followup: Followup, step: FollowupStep, by: User, because: str = "") -> bool:
    """Tick a step off, or skip it with a word on why; return False when it was done with. Raises FollowupIsClosed."""
    followup.lock_row()
    followup.refuse_when_closed()
    step.refresh_from_db()
    if step.is_done:
        return False
    _finish(step, by=by, at=clock.now(), because=because)
    followup.record(Activity.Kind.STEP, by=by, text=because, change=_said(step, "skipped" if because else "done"))
    return True


@transaction.atomic
def untick(*, followup: Followup, step: FollowupStep, by: User) -> bool:
    """Take back that a step was done or skipped; return False when it was not. Raises FollowupIsClosed."""
    followup.lock_row()
    followup.refuse_when_closed()
    step.refresh_from_db()
    if not step.is_done:
        return False
    step.done_at, step.done_by, step.skipped_because = None, None, ""
    step.save(update_fields=["done_at", "done_by", "skipped_because"])
    followup.record(Activity.Kind.STEP, by=by, change=_said(step, "undone"))
    return True


def prompt_due(now: datetime) -> int:
    """Tell of every prompt that is due and return how many; each is told once and done with then.

    A batch is claimed with its follow-ups, told and marked in one transaction, with rows that others hold passed over.
    """
    total = 0
    while told := _prompt_batch(now):
        total += sum(told.results)
    return total


@transaction.atomic
def _prompt_batch(now: datetime) -> Worked[int, int] | None:
    run = PROMPTING.run(now)
    is_turn = Followup.is_the_customers_turn(now)
    open_ones = Followup.objects.open().exclude(is_turn).values("pk")
    waiting = FollowupStep.objects.prompts().filter(due_at__lte=now, followup__in=open_ones)
    due_rows = waiting.exclude(pk__in=run.resting).select_related("followup").order_by("pk")
    claimed = [row.pk for row in due_rows.select_for_update(skip_locked=True, of=("self", "followup"))[:BATCH]]
    worked = run.each_alone(claimed, lambda keys: _prompt(keys, now), due=due_rows)
    return worked if claimed else None


def _prompt(keys: Sequence[int], now: datetime) -> int:
    known = ("followup__team__lead__team__lead", "followup__response__manager", "followup__assignee")
    rows = list(FollowupStep.objects.filter(pk__in=keys).select_related(*known).order_by("due_at", "pk"))
    ladder = Ladder.above([step.followup for step in rows if step.is_for_lead], now)
    tell_all([_prompted(step, ladder, now) for step in rows])
    return len(keys)


def _prompted(step: FollowupStep, ladder: Ladder, now: datetime) -> Happening:
    """Finish a prompt, and return what is told; to whoever has the work where nobody above it may be told."""
    followup = step.followup
    _finish(step, by=None, at=now)
    activity = followup.record(Activity.Kind.STEP, by=None, change=_said(step, "prompted"))
    lead = ladder.lead(followup) if step.is_for_lead else None
    to = (lead,) if lead else None
    return Happening(StaffNotice.Kind.STEP, followup, f"step-{step.pk}", to=to, activity=activity)


def _finish(step: FollowupStep, *, by: User | None, at: datetime, because: str = "") -> None:
    """Mark a step as done with; from now on the clock runs of the next one, where that counts from it."""
    step.done_at, step.done_by, step.skipped_because = at, by, because
    step.save(update_fields=["done_at", "done_by", "skipped_because"])
    following = FollowupStep.objects.filter(
        followup=step.followup_id, position=step.position + 1, counts_from=FollowupStep.From.PREVIOUS
    ).undone()
    for row in following:
        row.due_at = due(at, row.after_hours, _calendar(step.followup, business_calendars()))
        row.save(update_fields=["due_at"])


def _calendar(followup: Followup, calendars: BusinessCalendars) -> Calendar:
    return calendars.of(followup.team.region if followup.team else "")


def _said(step: FollowupStep, became: str) -> Change:
    """Return what the activity keeps: its words in every language, else what it is in the company's first one."""
    words: Change = {language: str(text) for language, text in step.texts.items()}
    return words | {"step": became, "words": str(step.get_action_display())}
