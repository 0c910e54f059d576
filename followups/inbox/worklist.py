"""Whose work is shown where in the inbox, how it is searched, and under which headings it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.folded import Folded
from accounts.models import User
from crm import contact_search
from crm.contact_search import Term, holding
from crm.models import Product
from followups.models import Followup
from followups.models.followup import FollowupQuerySet
from responses.word_access import WordAccess

MINE, TEAM, UNASSIGNED, EVERYBODY = "mine", "team", "unassigned", "all"
LABELS: dict[str, str | Promise] = {
    MINE: _("Mine"),
    TEAM: _("My team's"),
    UNASSIGNED: _("Unassigned"),
    EVERYBODY: _("All teams"),
}


@dataclass(frozen=True)
class Tab:
    key: str
    label: str | Promise
    open: int


@dataclass(frozen=True)
class Bucket:
    """Rows that are to be worked on from the same day on, under one heading."""

    heading: str | Promise
    rows: list[Followup]


def whose(user: User) -> dict[str, Q]:
    """Return the tabs that a person has, each with what holds of its follow-ups."""
    tabs = {
        MINE: Q(assignee=user),
        TEAM: Q(team=user.team_id) if user.team_id else Q(pk__in=[]),
        UNASSIGNED: Q(assignee__isnull=True),
    }
    return tabs | ({EVERYBODY: Q()} if user.sees_all_teams else {})


def tabs(sizes: Mapping[str, int]) -> list[Tab]:
    return [Tab(key, label, sizes[key]) for key, label in LABELS.items() if key in sizes]


def first_tab(tabs: Sequence[Tab]) -> Tab:
    """Return where to begin: with one's own work; without any with everybody's if one sees it, else the team's."""
    mine, team, last = tabs[0], tabs[1], tabs[-1]
    if mine.open:
        return mine
    if last.key == EVERYBODY:
        return last
    return team if team.open else mine


def search(rows: FollowupQuerySet, text: str, access: WordAccess) -> FollowupQuerySet:
    """Keep the rows with every word of `text`, however it is spelt: of customer, product, manager or comment.

    By words that `access` hides nothing is found. Work about a letter is found by customer, company, product and
    manager.
    """
    for term in contact_search.terms(text):
        rows = rows.filter(
            contact_search.about(term, "response__contact__")
            | holding(term, "response__folded_comment") & ~access.withheld("response__")
            | holding(term, "response__company__folded")
            | Q(product__in=_called(Product.objects.all(), term))
            | Q(response__manager__in=_called(User.objects.all(), term))
            | Q(pk__in=_of_letters(term))
        )
    return rows


def _of_letters(term: Term) -> QuerySet[Any]:
    """Return the keys of work about letters without a score; there is little of it."""
    found: QuerySet[Any] = Followup.objects.filter(
        contact_search.about(term, "invitation__contact__")
        | holding(term, "invitation__company__folded")
        | Q(invitation__manager__in=_called(User.objects.all(), term)),
        response__isnull=True,
    )
    return found.values("pk")


def _called(named: QuerySet[Any], term: Term) -> QuerySet[Any]:
    """Return the keys of what is called so; they are few enough to fold their names while searching."""
    called: QuerySet[Any] = named.alias(folded=Folded("name")).filter(holding(term, "folded"))
    return called.values("pk")


def buckets(rows: Iterable[Followup], now: datetime) -> list[Bucket]:
    """Put ordered rows under the headings “now”, “today”, “tomorrow” and the later days, by when each is urgent."""
    found: list[Bucket] = []
    for row in rows:
        heading = _heading(row, now)
        if not found or found[-1].heading != heading:
            found.append(Bucket(heading, []))
        found[-1].rows.append(row)
    return found


def _heading(row: Followup, now: datetime) -> str | Promise:
    if not row.is_open:
        return _("Closed")
    if row.waits(now):
        return _("Waiting for the customer")
    if row.is_pressing(now):
        return _("Now")
    today, day = timezone.localdate(now), timezone.localdate(row.urgent_at)
    if day <= today + timedelta(days=1):
        return _("Today") if day == today else _("Tomorrow")
    return date_format(day, "WEEKDAY_FORMAT")
