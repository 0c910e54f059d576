"""Follow-ups as they are opened: once each, with their first activity, the hold, and what their playbook plans."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from accounts.company_clock import BusinessCalendars
from followups import worth
from followups.models import Activity, Escalation, Followup, FollowupStep, Playbook, WorkSubject
from followups.models.followup import FollowupQuerySet
from followups.playbooks import escalations, steps
from followups.routes import Detour, as_change
from surveys.models import Hold

# A follow-up that is not kept yet, and whom it was kept from.
Draft = tuple[Followup, Detour | None]


def open_all(drafts: Sequence[Draft], calendars: BusinessCalendars, now: datetime) -> list[Draft]:
    """Insert the follow-ups that do not exist yet, and return these with whom each was kept from."""
    detours = {row.about: detour for row, detour in drafts}
    playbooks = {row.about: row.playbook for row, _detour in drafts}
    before = set(about(drafts).values_list("pk", flat=True))
    _weigh([row for row, _detour in drafts])
    Followup.objects.bulk_create([row for row, _detour in drafts], ignore_conflicts=True)
    inserted = about(drafts).exclude(pk__in=before).select_related("response", "invitation", "team")
    opened = [(row, detours[row.about]) for row in inserted]
    _prepare(opened, playbooks, calendars, now)
    return opened


def about(drafts: Sequence[Draft]) -> FollowupQuerySet:
    """Return the follow-ups about the same answers and asks."""
    answers = [row.response_id for row, _detour in drafts if row.response_id]
    asks = [row.invitation_id for row, _detour in drafts if row.invitation_id]
    found: FollowupQuerySet = Followup.objects.filter(Q(response__in=answers) | Q(invitation__in=asks))
    return found


def _weigh(drafts: Sequence[Followup]) -> None:
    """Write down what each customer is worth by now; the order of the inbox goes by it."""
    if not drafts:
        return
    known: Mapping[WorkSubject, Decimal | None] = worth.of_accounts(draft.about for draft in drafts)
    ordinary = worth.ordinary()
    for draft in drafts:
        draft.worth = known[draft.about]
        draft.value = worth.value(draft.worth, ordinary)


def _prepare(
    opened: Sequence[Draft],
    playbooks: Mapping[WorkSubject, Playbook | None],
    calendars: BusinessCalendars,
    now: datetime,
) -> None:
    Activity.objects.bulk_create(
        Activity(followup=row, kind=Activity.Kind.CREATED, at=now, change=as_change(detour)) for row, detour in opened
    )
    with_playbooks = [(row, playbooks[row.about]) for row, _detour in opened]
    Escalation.objects.bulk_create(escalations.planned(with_playbooks, calendars))
    FollowupStep.objects.bulk_create(steps.planned(with_playbooks, calendars))
    Hold.objects.bulk_create(
        (
            Hold(contact_id=row.about.contact_id, cause=row.hold_cause, since=now)
            for row, _detour in opened
            if row.about.contact_id
        ),
        ignore_conflicts=True,
    )
