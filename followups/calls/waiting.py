"""Whom to call now: nobody could write to them, or they were written to and did not answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts import company_clock
from accounts.models import Organisation, User
from accounts.timezones import zone
from crm import reach, reachability
from crm.models import Contact, ContactAddress
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
    """A customer to call about an invitation; `local` is the moment by their clock, `refusal` a code of `against`."""

    invitation: Invitation
    call: CustomerCall | None
    local: datetime
    is_of_other: bool
    refusal: str = ""

    @property
    def is_polite(self) -> bool:
        return self.local.hour in POLITE and self.local.isoweekday() < 6

    @property
    def warning(self) -> str:
        """Why not to call, in words, where that was learnt since somebody took the call."""
        if self.refusal == "over":
            return _("This call is over: they answered, were asked, or nothing is asked any more.")
        return label(self.refusal) if self.refusal else ""

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
    found = found.exclude(Exists(_other_calls(now)))
    found = found.filter(Q(call=None) | Q(call__ended_at=None))
    found = found.filter(Q(call=None) | Q(call__again_at=None) | Q(call__again_at__lte=now))
    if not Organisation.current().managers_enter_own:
        found = found.exclude(manager=user)
    return found.order_by(F("call__again_at").asc(nulls_last=True), Coalesce("asked_at", "due_at"), "pk")


def _other_calls(now: datetime) -> QuerySet[CustomerCall]:
    """Return the calls to the same customer about something else that keep them from being called: one that somebody
    makes, one that waits for its hour, one that was tried often enough."""
    others = CustomerCall.objects.filter(contact=OuterRef("contact")).exclude(invitation=OuterRef("pk"))
    is_held = Q(claimed_by__isnull=False, claimed_until__gt=now)
    is_tired = Q(tries__gte=CustomerCall.MOST_TRIES, ended_at__gt=now - NO_LONGER_THAN)
    return others.filter(Q(is_held | Q(again_at__gt=now), ended_at=None) | is_tired)


def waiting(user: User, now: datetime) -> Sequence[WaitingCall]:
    """Return whom a person may call now, each customer once and nobody who said no; as many queries for many."""
    related = ("contact__company", "survey", "call__claimed_by", "manager", "product")
    known = list(candidates(user, now).select_related(*related)[:LOOKED_AT])
    refusals = _refusals([each.contact for each in known])
    found: dict[int, WaitingCall] = {}
    home = company_clock.zone()
    for each in known:
        if not refusals[each.contact_id]:
            found.setdefault(each.contact_id, of(each, user, now, home))
    return list(found.values())[:SHOWN]


def against(invitation: Invitation, user: User, now: datetime) -> str:
    """Return why this person does not make this call now, as a code, or ""; "over" where nothing is left to ask."""
    refusal = _refusals([invitation.contact])[invitation.contact_id]
    return refusal or ("" if candidates(user, now).filter(pk=invitation.pk).exists() else "over")


def of(invitation: Invitation, user: User, now: datetime, home: ZoneInfo, *, refusal: str = "") -> WaitingCall:
    contact = invitation.contact
    company = contact.company.timezone if contact.company else ""
    call = getattr(invitation, "call", None)
    local = now.astimezone(zone(contact.timezone, company, home.key))
    return WaitingCall(invitation, call, local, call is not None and call.is_of_other(user, now), refusal)


def _refusals(contacts: Sequence[Contact]) -> dict[int, str]:
    """Return what each customer has against a call, by id."""
    rules = AskingPolicy.current().reach
    people = reach.people({contact.pk: contact for contact in contacts}.values(), rules)
    return {
        pk: "do_not_contact" if person.said_no_at else reachability.against_asking_aloud(person, rules, by_phone=True)
        for pk, person in people.items()
    }
