"""The list of the inbox that a person looks at: what is in it, in which order, and how an address names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from accounts.models import User
from followups.inbox import filters, worklist
from followups.inbox.counts import ListSizes
from followups.inbox.forms import InboxFilterForm, QueueVocabulary
from followups.inbox.stretches import CLOSED, OURS, THEIRS, Stretch, Stretches
from followups.inbox.worklist import Tab
from followups.models import Followup
from responses.word_access import WordAccess

IN_SESSION = "inbox"
# What of an address names a list; the rest is a page or a place in it.
NAMES = ("tab", "queue", *InboxFilterForm.base_fields)


@dataclass(frozen=True)
class Reader:
    """Who looks at lists and when, with what all lists share: what filters may name, and how long each list is."""

    user: User
    now: datetime
    whose: Mapping[str, Q]
    known: QueueVocabulary
    sizes: ListSizes

    @classmethod
    def at(cls, now: datetime, user: User) -> Self:
        return cls(user, now, worklist.whose(user), QueueVocabulary.fetch(user), ListSizes(user))


@dataclass(frozen=True)
class WorkList:
    """One tab with its filters, in order. `query`: how an address names it."""

    reader: Reader
    tabs: list[Tab]
    tab: Tab
    form: InboxFilterForm
    query: str
    stretches: Stretches

    @property
    def is_closed(self) -> bool:
        return self.form.chosen.get("status") == InboxFilterForm.CLOSED

    @property
    def is_filtered(self) -> bool:
        return bool(set(self.form.chosen) - {"status"}) or self.form.chosen.get("status") in Followup.OPEN

    @property
    def waiting(self) -> int:
        """How many wait for the customer."""
        return sum(
            size for part, size in zip(self.stretches.parts, self.stretches.sizes, strict=True) if part.name == THEIRS
        )

    def stretch(self, name: str) -> Stretch | None:
        return next((part for part in self.stretches.parts if part.name == name), None)

    def size(self, name: str) -> int:
        sized = zip(self.stretches.parts, self.stretches.sizes, strict=True)
        return next((size for part, size in sized if part.name == name), 0)


def named(query: Mapping[str, str]) -> str:
    """Return the part of an address that names its list."""
    return urlencode({name: value for name in NAMES if (value := query.get(name))})


def of_request(request: HttpRequest, reader: Reader) -> WorkList:
    """Return the list that a page stands in: that of its address, else the one that was looked at last."""
    query = request.GET if named(request.GET) else QueryDict(request.session.get(IN_SESSION, ""))
    return listed(query, reader)


def listed(query: Mapping[str, str], reader: Reader) -> WorkList:
    """Return the list that an address of the inbox asks for; what it does not know is passed over."""
    form = InboxFilterForm(query, known=reader.known)
    if query.get("tab", "") in reader.whose:
        reader.sizes.foresee(_sizes_of_turns(query["tab"], form, query, reader))
    tabs = worklist.tabs(reader.sizes.of(reader.whose))
    tab = next((tab for tab in tabs if tab.key == query.get("tab")), worklist.first_tab(tabs))
    return WorkList(reader, tabs, tab, form, _name(tab.key, query), _stretches(tab.key, form, query, reader))


def _name(tab: str, query: Mapping[str, str]) -> str:
    return named({**{name: query.get(name, "") for name in NAMES}, "tab": tab})


def _stretches(tab: str, form: InboxFilterForm, query: Mapping[str, str], reader: Reader) -> Stretches:
    rows, chosen = Followup.objects.visible_to(reader.user), form.chosen
    if text := chosen.get("q"):
        rows = worklist.search(rows, text, WordAccess.of(reader.user))
    if chosen.get("status") == InboxFilterForm.CLOSED:
        return _counted_anew(Stretch(CLOSED, rows.closed().filter(_condition(tab, form, reader))))
    parts = tuple(Stretch(turn, rows.open().filter(such)) for turn, such in _turns(tab, form, reader).items())
    if text:
        return _counted_anew(*parts)
    return Stretches(parts, tuple(reader.sizes.of(_sizes_of_turns(tab, form, query, reader)).values()))


def _condition(tab: str, form: InboxFilterForm, reader: Reader) -> Q:
    return reader.whose[tab] & filters.condition(form.chosen, reader.now)


def _turns(tab: str, form: InboxFilterForm, reader: Reader) -> dict[str, Q]:
    """Return what holds of the open rows of a list that are ours, and of those that wait for the customer."""
    holds, theirs = _condition(tab, form, reader), Followup.is_the_customers_turn(reader.now)
    return {OURS: holds & ~theirs, THEIRS: holds & theirs}


def _sizes_of_turns(tab: str, form: InboxFilterForm, query: Mapping[str, str], reader: Reader) -> dict[str, Q]:
    """Return the turns of a list by names that say all they depend on; none where they are counted by themselves."""
    if form.chosen.get("q") or form.chosen.get("status") == InboxFilterForm.CLOSED:
        return {}
    return {f"{turn}?{_name(tab, query)}": such for turn, such in _turns(tab, form, reader).items()}


def _counted_anew(*parts: Stretch) -> Stretches:
    return Stretches(parts, tuple(part.rows.count() for part in parts))


def remember(request: HttpRequest) -> None:
    """Keep which list is looked at, so that the way into the inbox leads back to it."""
    query = named(request.GET)
    if request.session.get(IN_SESSION, "") != query:
        request.session[IN_SESSION] = query


def address(query: str) -> str:
    return f"{reverse('inbox')}?{query}" if query else reverse("inbox")
