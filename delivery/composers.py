"""Who writes which message: registered by template and medium by the apps above, so that delivery knows nothing of
surveys."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import structlog

from accounts.batches import NOT_OF_A_ROW
from delivery.models import Message

log = structlog.get_logger(__name__)


class Unsendable(Exception):
    """This message must not or cannot go out, for the reason given; it is final.

    `called_off` says that nothing went wrong: the reason to send it is gone. `bad_address` says that no message will
    ever reach this address.
    """

    def __init__(self, reason: str, *, called_off: bool = False, bad_address: bool = False) -> None:
        super().__init__(reason)
        self.called_off = called_off
        self.bad_address = bad_address


class Untimely(Exception):
    """This message must not go out now, but may at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


# What a medium's composer makes and its carrier takes; nobody between the two looks inside.
Parcel = object
Composed = Parcel | Unsendable | Untimely
# Takes messages of its template, gives one outcome per message in the same order (Unsendable and Untimely are given,
# not raised).
Composer = Callable[[Sequence[Message]], Sequence[Composed]]

_composers: dict[tuple[str, str], Composer] = {}


def attempted(write: Callable[[Message], Parcel], message: Message) -> Composed:
    """Return what `write` makes of a message; it may raise Unsendable."""
    try:
        return write(message)
    except Unsendable as error:
        return error


def singly(write: Callable[[Message], Parcel]) -> Composer:
    """Return the composer of messages that `write` writes one by one; it may raise Unsendable."""
    return lambda messages: [attempted(write, message) for message in messages]


def register(template: str, medium: str, composer: Composer) -> None:
    """Let `composer` write the messages of this template that travel by this medium; registering again replaces."""
    _composers[template, medium] = composer


def compose(messages: Iterable[Message]) -> dict[int, Composed | Exception]:
    """Return what each message became, by primary key; an unexpected exception stands for its message only."""
    outcomes: dict[int, Composed | Exception] = {}
    by_composer = attrgetter("template", "medium")
    for (template, medium), group in groupby(sorted(messages, key=by_composer), key=by_composer):
        outcomes |= _composed(_composers.get((template, medium)), list(group))
    return outcomes


def _composed(composer: Composer | None, messages: list[Message]) -> Mapping[int, Composed | Exception]:
    if composer is None:
        what = f"Nothing writes the template “{messages[0].template}” for the medium “{messages[0].medium}”."
        return {message.pk: Unsendable(what) for message in messages}
    try:
        return dict(zip((message.pk for message in messages), composer(messages), strict=True))
    except NOT_OF_A_ROW:
        raise
    except Exception as error:
        if len(messages) == 1:
            if not isinstance(error, Unsendable):
                log.exception("message could not be composed", message=messages[0].pk)
            return {messages[0].pk: error}
    return {pk: outcome for message in messages for pk, outcome in _composed(composer, [message]).items()}
