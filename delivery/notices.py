"""A word to staff: written once, rendered by each medium in its own way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from accounts.languages import supported
from accounts.models import Team, User
from delivery import composers, media
from delivery.composers import Parcel
from delivery.media import Transport
from delivery.media.notice import Notice
from delivery.models import Message

__all__ = ["Notice", "TeamWord", "kinds", "messages_to", "messages_to_teams", "offer_to_teams", "register"]

_kinds: dict[str, Promise] = {}


@dataclass(frozen=True)
class TeamWord:
    """A notice for the chat of a team: `team` is its primary key, `key` names the notice; `kind` is one of `kinds`."""

    team: int
    kind: str
    context: Mapping[str, Any]
    key: str


def register(template: str, write: Callable[[Mapping[str, Any]], Notice]) -> None:
    """Let `write` make the notices of this template, whatever the medium, out of a message's context.

    It is called in the language of the message.
    """
    for transport in media.in_use():
        composers.register(template, transport.medium, composers.singly(partial(_rendered, transport, write)))


def offer_to_teams(kinds: Mapping[str, Promise]) -> None:
    """Name kinds of notices that a team may have posted in its chat, with what they are called."""
    _kinds.update(kinds)


def kinds() -> list[tuple[str, Promise]]:
    """Return the kinds of notices to teams, each with what it is called."""
    return list(_kinds.items())


def messages_to(person: User, *, template: str, context: Mapping[str, Any], key: str) -> list[Message]:
    """Return the unsaved messages that bring a notice to `person`, one for each medium by which they are reached.

    `key` names the notice: queueing it twice sends it once by each medium.
    """
    return [
        Message(
            medium=transport.medium,
            purpose=Message.Purpose.STAFF,
            to_address=recipient.address,
            to_name=recipient.name,
            language=supported(person.language),
            template=template,
            context=dict(context),
            idempotency_key=f"{key}-{transport.medium}",
        )
        for transport in media.in_use()
        for recipient in transport.recipients_among_staff(person)
    ]


def messages_to_teams(words: Sequence[TeamWord], *, template: str) -> list[Message]:
    """Return the unsaved messages that bring notices to whole teams, in the language of their leads.

    A team is told where it has set a place up that wants notices of the kind; the key of a notice queued twice sends it
    there once.
    """
    if not words:
        return []
    teams = Team.objects.select_related("lead").in_bulk({word.team for word in words})
    places = [(transport, transport.recipients_among_teams(teams)) for transport in media.in_use()]
    return [
        Message(
            medium=transport.medium,
            purpose=Message.Purpose.STAFF,
            to_address=recipients[word.team].address,
            to_name=recipients[word.team].name,
            language=_language_of(teams[word.team]),
            template=template,
            context=dict(word.context),
            idempotency_key=f"{word.key}-{transport.medium}-{recipients[word.team].address}",
        )
        for transport, recipients in places
        for word in words
        if word.team in recipients and word.kind not in recipients[word.team].unwanted
    ]


def _language_of(team: Team) -> str:
    return supported(team.lead.language if team.lead else "")


def _rendered(transport: Transport, write: Callable[[Mapping[str, Any]], Notice], message: Message) -> Parcel:
    with translation.override(message.language):
        return transport.rendered(write(message.context), message)
