"""The list of the inbox that a person looks at: what is in it, in which order, and how an address names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from accounts.models import User
from followups.inbox import counts, filters, worklist
from followups.inbox.forms import InboxFilterForm, QueueVocabulary
from followups.inbox.stretches import CLOSED, OURS, THEIRS, Stretch, Stretches
from followups.inbox.worklist import Tab
from followups.models import Followup
from responses.word_access import WordAccess

IN_SESSION = "inbox"
# What of an address names a list; the rest is a page or a place in it.
NAMES = ("tab", "queue", *InboxFilterForm.base_fields)


@dataclass(frozen=True)
class WorkList:
    """One tab with its filters, in order. `query`: how an address names it."""

    tabs: list[Tab]
    tab: Tab
    form: InboxFilterForm
    known: QueueVocabulary
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


def of_request(request: HttpRequest, now: datetime) -> WorkList:
    """Return the list that a page stands in: that of its address, else the one that was looked at last."""
    query = request.GET if named(request.GET) else QueryDict(request.session.get(IN_SESSION, ""))
    return listed(query, cast(User, request.user), now)


def listed(query: Mapping[str, str], user: User, now: datetime) -> WorkList:
    """Return the list that an address of the inbox asks for; what it does not know is passed over."""
    whose, known = worklist.whose(user), QueueVocabulary.fetch(user)
    tabs = worklist.tabs(counts.counted(user, whose))
    tab = next((tab for tab in tabs if tab.key == query.get("tab")), worklist.first_tab(tabs))
    form = InboxFilterForm(query, known=known)
    name = named({**{name: query.get(name, "") for name in NAMES}, "tab": tab.key})
    return WorkList(tabs, tab, form, known, name, _stretches(whose[tab.key], form, name, user, now))


def _stretches(of_tab: Q, form: InboxFilterForm, name: str, user: User, now: datetime) -> Stretches:
    rows, chosen = Followup.objects.visible_to(user), form.chosen
    holds = of_tab & filters.condition(chosen, now)
    if text := chosen.get("q"):
        rows = worklist.search(rows, text, WordAccess.of(user))
    if chosen.get("status") == InboxFilterForm.CLOSED:
        return _counted_anew(Stretch(CLOSED, rows.closed().filter(holds)))
    theirs = Followup.is_the_customers_turn(now)
    turns = {OURS: holds & ~theirs, THEIRS: holds & theirs}
    parts = tuple(Stretch(turn, rows.open().filter(such)) for turn, such in turns.items())
    if text:
        return _counted_anew(*parts)
    sizes = counts.counted(user, {f"{turn}?{name}": such for turn, such in turns.items()})
    return Stretches(parts, tuple(sizes.values()))


def _counted_anew(*parts: Stretch) -> Stretches:
    return Stretches(parts, tuple(part.rows.count() for part in parts))


def remember(request: HttpRequest) -> None:
    """Keep which list is looked at, so that the way into the inbox leads back to it."""
    query = named(request.GET)
    if request.session.get(IN_SESSION, "") != query:
        request.session[IN_SESSION] = query


def address(query: str) -> str:
    return f"{reverse('inbox')}?{query}" if query else reverse("inbox")
