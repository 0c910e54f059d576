"""Whose work is shown where in the inbox, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Count, DateField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.folding import Folded
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
    """Rows that are due on the same day, under one heading."""

    heading: str | Promise
    rows: list[Followup]


def tabs(user: User) -> list[Tab]:
    """Return the tabs that a person has, each with the number of its open follow-ups; one query."""
    keys = [MINE, TEAM, UNASSIGNED, *([EVERYBODY] if user.sees_all_teams else [])]
    counts = {key: Count("pk", filter=_of(key, user)) for key in keys}
    found = Followup.objects.visible_to(user).open().aggregate(**counts)
    return [Tab(key, LABELS[key], found[key]) for key in keys]


def first_tab(tabs: Sequence[Tab]) -> Tab:
    """Return where to begin: with one's own work; without any with everybody's if one sees it, else the team's."""
    mine, team, last = tabs[0], tabs[1], tabs[-1]
    if mine.open:
        return mine
    if last.key == EVERYBODY:
        return last
    return team if team.open else mine


def rows_of(tab: str, user: User) -> FollowupQuerySet:
    """Return the follow-ups of one tab, with everything that a row shows."""
    rows = Followup.objects.visible_to(user).filter(_of(tab, user))
    return rows.select_related(
        "assignee",
        "team",
        "response__contact__company",
        "response__company",
        "response__product",
        "response__channel",
        "response__manager",
    )


def search(rows: FollowupQuerySet, text: str, access: WordAccess) -> FollowupQuerySet:
    """Keep the rows with every word of `text`, however it is spelt: of customer, product, manager or comment.

    By words that `access` hides nothing is found.
    """
    for term in contact_search.terms(text):
        rows = rows.filter(
            contact_search.about(term, "response__contact__")
            | holding(term, "response__folded_comment") & ~access.withheld("response__")
            | holding(term, "response__company__folded")
            | Q(response__product__in=_called(Product.objects.all(), term))
            | Q(response__manager__in=_called(User.objects.all(), term))
        )
    return rows


def _called(named: QuerySet[Any], term: Term) -> QuerySet[Any]:
    """Return the keys of what is called so; they are few enough to fold their names while searching."""
    called: QuerySet[Any] = named.alias(folded=Folded("name")).filter(holding(term, "folded"))
    return called.values("pk")


def most_urgent_first(rows: FollowupQuerySet, now: datetime) -> FollowupQuerySet:
    """Order by whose turn it is, then by due day, and within a day by severity and hour.

    What is overdue comes first, the gravest of it before what has waited longest; what waits for the customer, last,
    by the day on which to look again. On that day it comes back.
    """
    waits = ExpressionWrapper(Followup.is_the_customers_turn(now), output_field=BooleanField())
    overdue = ExpressionWrapper(
        Followup.is_late(now) & ~Followup.is_the_customers_turn(now), output_field=BooleanField()
    )
    day = Case(
        When(was_due=True, then=Value(None)),
        When(look_again_on__isnull=False, then="look_again_on"),
        default=TruncDate("next_due_at"),
        output_field=DateField(),
    )
    return rows.annotate(turn=waits, was_due=overdue).order_by(
        "turn", "-was_due", day, "priority", "next_due_at", "response__counted_score", "pk"
    )


def newest_closed_first(rows: FollowupQuerySet) -> FollowupQuerySet:
    return rows.order_by(F("closed_at").desc(nulls_last=True), "-pk")


def buckets(rows: Iterable[Followup], now: datetime) -> list[Bucket]:
    """Put ordered rows under the headings “overdue”, “today”, “tomorrow” and the later days."""
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
    if row.is_overdue(now):
        return _("Overdue")
    today = timezone.localdate(now)
    day = today if row.is_waiting else timezone.localdate(row.next_due_at)
    if day <= today + timedelta(days=1):
        return _("Today") if day == today else _("Tomorrow")
    return date_format(day, "WEEKDAY_FORMAT")


def _of(tab: str, user: User) -> Q:
    match tab:
        case "mine":
            return Q(assignee=user)
        case "team":
            return Q(team=user.team_id) if user.team_id else Q(pk__in=[])
        case "unassigned":
            return Q(assignee__isnull=True)
        case _:
            return Q()
