"""Whose a letter is, and to which work it belongs: found for many letters at once."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from accounts.media import Medium
from crm import suppressions
from crm.models import Contact
from delivery.models import IncomingLetter
from followups.models import Followup, WorkSubject
from followups.models.followup import FollowupQuerySet
from responses.models import Response
from surveys.models import Invitation

# A letter about something else than a follow-up reopens one that was closed so recently; an older one is history.
RECENT = timedelta(days=30)

Row = TypeVar("Row", Followup, Response)


@dataclass(frozen=True)
class Correspondent:
    """Who is written with. `named`: the follow-up that our letter was written from; `invitation`: the ask it is about.

    `followups` and `unfollowed` (answers without a follow-up) are the person's own, newest first.
    """

    contact: Contact | None = None
    invitation: Invitation | None = None
    named: Followup | None = None
    followups: Sequence[Followup] = ()
    unfollowed: Sequence[Response] = ()

    def followup(self, now: datetime) -> Followup | None:
        """Return the follow-up that a letter belongs to: the one it was written from, that of the answer to this ask,
        an open one, one closed recently."""
        if self.named:
            return self.named
        of_this_ask = sorted(filter(self._is_of_this_ask, self.followups), key=lambda row: not row.is_open)
        is_open = [f for f in self.followups if f.is_open]
        is_recent = [f for f in self.followups if f.closed_at and f.closed_at > now - RECENT]
        return next(iter([*of_this_ask, *is_open, *is_recent]), None)

    @property
    def subject(self) -> WorkSubject | None:
        """Return what a new follow-up would be about: the answer to this ask, else the ask."""
        asked = self.invitation.pk if self.invitation else None
        answers = (response for response in self.unfollowed if asked and response.invitation_id == asked)
        return next(answers, self.invitation)

    def _is_of_this_ask(self, followup: Followup) -> bool:
        ask = followup.response.invitation_id if followup.response else followup.invitation_id
        return self.invitation is not None and ask == self.invitation.pk


def of(letters: Collection[IncomingLetter]) -> dict[int, Correspondent]:
    """Return whose each letter is, by its key; five queries, and one for texts out of the blue."""
    contexts = {letter.pk: letter.answers.context if letter.answers else {} for letter in letters} | _by_address(
        letters
    )
    invitations = Invitation.objects.in_bulk(_named(contexts, "invitation"))
    named = {followup.pk: followup for followup in _followups().filter(pk__in=_named(contexts, "followup"))}
    people = _people({*_named(contexts, "contact"), *(invitation.contact_id for invitation in invitations.values())})
    keys = {contact.pk for contact in people.values()}
    followups = _by_contact(_followups().of_contacts(keys), lambda row: row.about.contact_id)
    answers = Response.objects.counted().filter(contact__in=keys, followup__isnull=True)
    unfollowed = _by_contact(answers.order_by("-answered_at", "-pk"), lambda row: row.contact_id)
    found = {}
    for pk, context in contexts.items():
        invitation = invitations.get(context.get("invitation", 0))
        whose = context.get("contact") or (invitation.contact_id if invitation else None)
        contact = people.get(whose) if whose else None
        key = contact.pk if contact else None
        found[pk] = Correspondent(
            contact, invitation, named.get(context.get("followup", 0)), followups.get(key, ()), unfollowed.get(key, ())
        )
    return found


def _by_address(letters: Collection[IncomingLetter]) -> dict[int, Mapping[str, Any]]:
    """Return the contact who carries the phone or the chat that a text came from, where it answers nothing of ours."""
    places = {letter.pk: (letter.medium.value, letter.from_address) for letter in letters if _is_unasked(letter)}
    # Of several who carry it the first one known.
    carriers = {place: contact for contact, place in reversed(suppressions.carriers_of(set(places.values())))}
    return {pk: {"contact": carriers[place]} for pk, place in places.items() if place in carriers}


def _is_unasked(letter: IncomingLetter) -> bool:
    return letter.medium != Medium.EMAIL and letter.answers is None


def _named(contexts: Mapping[int, Mapping[str, Any]], what: str) -> set[int]:
    return {context[what] for context in contexts.values() if context.get(what)}


def _people(keys: Collection[int]) -> dict[int, Contact]:
    """Return, by the keys of contacts, the records that speak for them."""
    contacts = Contact.objects.select_related("merged_into").in_bulk(keys)
    return {pk: contact.survivor for pk, contact in contacts.items()}


def _followups() -> FollowupQuerySet:
    return Followup.objects.select_related("response", "invitation", "playbook", "team").order_by("-created_at", "-pk")


def _by_contact(rows: Iterable[Row], whose: Callable[[Row], int | None]) -> dict[int | None, list[Row]]:
    found: defaultdict[int | None, list[Row]] = defaultdict(list)
    for row in rows:
        found[whose(row)].append(row)
    return dict(found)
