"""Whom to call now: nobody could write to them, or they were written to and did not answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts import company_clock
from accounts.models import Organisation, User
from accounts.timezones import zone
from crm import reach, reachability
from crm.models import ContactAddress
from followups.customers import visibility
from followups.models import CustomerCall
from responses.models import StaffEntry
from surveys.judging.reasons import label
from surveys.models import AskingPolicy, Invitation, Origin, Survey

# Why nobody could write, so that somebody may call.
UNWRITTEN = ("no_address", "bounced", "own_address", "role_address")
WITH_THEM = (Invitation.Status.SENT, Invitation.Status.DELIVERED, Invitation.Status.UNKNOWN)
# What is older is past.
NO_LONGER_THAN = timedelta(days=45)
# Of so many the first are looked at, and so many of those are shown.
LOOKED_AT, SHOWN = 200, 50
# When nobody minds a call, by the customer's own clock.
POLITE = range(9, 20)


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A customer to call about an invitation; `local` is the moment by their clock."""

    invitation: Invitation
    call: CustomerCall | None
    local: datetime
    is_of_other: bool

    @property
    def is_polite(self) -> bool:
        return self.local.hour in POLITE and self.local.isoweekday() < 6

    @property
    def reason(self) -> str:
        """Why nobody could write to them; "" where they were written to."""
        if self.invitation.status == Invitation.Status.FAILED:
            return label("undeliverable")
        return label(self.invitation.reason) if self.invitation.reason in UNWRITTEN else ""


def candidates(user: User, now: datetime) -> QuerySet[Invitation]:
    """Return the invitations that want a call, within a person's reach, in the order of calling."""
    policy = AskingPolicy.current()
    patience = timedelta(days=policy.call_after_days)
    is_unwritten = Q(status=Invitation.Status.SUPPRESSED, reason__in=UNWRITTEN) | Q(status=Invitation.Status.FAILED)
    unwritten = is_unwritten & Q(judged_at__gt=now - NO_LONGER_THAN)
    unanswered = Q(
        status__in=WITH_THEM,
        asked_at__lte=now - patience,
        asked_at__gt=now - NO_LONGER_THAN,
        expires_at__gt=now,
        response__isnull=True,
    )
    of_staff = Invitation.objects.filter(contact=OuterRef("contact"), origin=Origin.STAFF)
    spoken = of_staff.filter(
        Q(asked_at__gt=now - timedelta(days=policy.floor_days))
        | Q(survey=OuterRef("survey"), asked_at__gte=OuterRef("planned_at"))
    )
    works = ContactAddress.objects.filter(
        contact=OuterRef("contact"), value=OuterRef("contact__phone"), bounced_at__isnull=True
    )
    found = Invitation.objects.filter(
        unwritten | unanswered,
        contact__in=visibility.all_contacts_of(user),
        contact__do_not_contact_at__isnull=True,
        origin=Origin.INVITED,
        survey__status=Survey.Status.ACTIVE,
    ).exclude(contact__phone="")
    found = found.filter(Exists(works)).exclude(touchpoint__cancelled_at__isnull=False)
    found = found.exclude(Exists(spoken)).exclude(Exists(StaffEntry.objects.filter(invitation=OuterRef("pk"))))
    found = found.filter(Q(call=None) | Q(call__ended_at=None))
    found = found.filter(Q(call=None) | Q(call__again_at=None) | Q(call__again_at__lte=now))
    if not Organisation.current().managers_enter_own:
        found = found.exclude(manager=user)
    return found.order_by(F("call__again_at").asc(nulls_last=True), Coalesce("asked_at", "due_at"), "pk")


def waiting(user: User, now: datetime) -> Sequence[WaitingCall]:
    """Return whom a person may call now, each customer once and nobody who said no; as many queries for many."""
    related = ("contact__company", "survey", "call__claimed_by", "manager", "product")
    known = list(candidates(user, now).select_related(*related)[:LOOKED_AT])
    rules = AskingPolicy.current().reach
    people = reach.people({each.contact_id: each.contact for each in known}.values(), rules)
    found: dict[int, WaitingCall] = {}
    home = company_clock.zone()
    for each in known:
        said_no = people[each.contact_id].said_no_at is not None
        if said_no or reachability.against_asking_aloud(people[each.contact_id], rules, by_phone=True):
            continue
        found.setdefault(each.contact_id, of(each, user, now, home))
    return list(found.values())[:SHOWN]


def of(invitation: Invitation, user: User, now: datetime, home: ZoneInfo) -> WaitingCall:
    contact = invitation.contact
    company = contact.company.timezone if contact.company else ""
    call = getattr(invitation, "call", None)
    local = now.astimezone(zone(contact.timezone, company, home.key))
    return WaitingCall(invitation, call, local, call is not None and call.is_of_other(user, now))
