"""The list of the inbox that a person looks at: what is in it, how to go back to it, and what comes next."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from accounts import clock
from accounts.models import User
from followups.forms import InboxFilterForm
from followups.inbox import worklist
from followups.inbox.worklist import Tab
from followups.models import Followup
from followups.models.followup import FollowupQuerySet
from responses.word_access import WordAccess

IN_SESSION = "inbox"


@dataclass(frozen=True)
class WorkList:
    """One tab with its filters, in order."""

    tabs: list[Tab]
    tab: Tab
    form: InboxFilterForm
    rows: FollowupQuerySet

    @property
    def is_closed(self) -> bool:
        return self.form.cleaned_data.get("status") == InboxFilterForm.CLOSED

    @property
    def is_filtered(self) -> bool:
        return bool(self.form.cleaned_data.get("q") or self.form.cleaned_data.get("category"))


def listed(query: QueryDict, user: User, now: datetime) -> WorkList:
    """Return the list that an address of the inbox asks for; what it does not know is passed over."""
    tabs = worklist.tabs(user)
    tab = next((tab for tab in tabs if tab.key == query.get("tab")), worklist.first_tab(tabs))
    form = InboxFilterForm(query)
    form.is_valid()
    rows = _filtered(worklist.rows_of(tab.key, user), form, user)
    if form.cleaned_data.get("status") == InboxFilterForm.CLOSED:
        return WorkList(tabs, tab, form, worklist.newest_closed_first(rows.closed()))
    return WorkList(tabs, tab, form, worklist.most_urgent_first(rows.open(), now))


def _filtered(rows: FollowupQuerySet, form: InboxFilterForm, user: User) -> FollowupQuerySet:
    if category := form.cleaned_data.get("category"):
        rows = rows.filter(response__category=category)
    text = form.cleaned_data.get("q")
    return worklist.search(rows, text, WordAccess.of(user)) if text else rows


def remember(request: HttpRequest) -> None:
    """Keep which list is looked at, so that a follow-up leads back to it."""
    query = request.GET.urlencode()
    if request.session.get(IN_SESSION, "") != query:
        request.session[IN_SESSION] = query


def address(request: HttpRequest) -> str:
    """Return the address of the list that was looked at last."""
    query = request.session.get(IN_SESSION, "")
    return f"{reverse('inbox')}?{query}" if query else reverse("inbox")


def following(request: HttpRequest, followup: Followup) -> Followup | None:
    """Return the open follow-up to go on with after this one: the first of the list that is not for the customer."""
    query = QueryDict(request.session.get(IN_SESSION, ""), mutable=True)
    query.pop("status", None)
    now = clock.now()
    rows = listed(query, cast(User, request.user), now).rows
    return rows.exclude(pk=followup.pk).exclude(Followup.is_the_customers_turn(now)).first()
