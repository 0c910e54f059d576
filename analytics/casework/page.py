"""The work on follow-ups as its page prints it: of all, of each team and of each person, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team, User
from analytics.casework.work import AGES, Casework, ShareOf
from analytics.counts import ENOUGH
from analytics.dashboard import numbers
from analytics.dashboard.row_pages import RowPage, page_of

TEAMS, PERSONS = "teams", "persons"
Key = int | None
Works = Mapping[Key, Casework]


@dataclass(frozen=True, slots=True)
class PartCell:
    """A share as it is printed, with its interval: "–" of fewer than five, grey under 30."""

    heading: str
    share: str
    low: str
    high: str
    part: str
    of: str
    is_few: bool


@dataclass(frozen=True, slots=True)
class WorkLine:
    """The work of somebody; `shares` are in the order of the headings."""

    name: str
    followups: str
    shares: list[PartCell]
    open: str
    overdue: str
    is_late: bool
    ages: list[str]


@dataclass(frozen=True, slots=True)
class WorkTable:
    """The work of all teams, or of all persons, a page of it. `first` is the heading of its names."""

    key: str
    title: str
    first: str
    lines: list[WorkLine]
    pages: RowPage[tuple[str, Key]]


def contents(teams: Works, persons: Works, query: QueryDict) -> dict[str, Any]:
    """Return everything that the template prints."""
    tables = [
        _table(TEAMS, _("Teams"), _("Team"), teams, names_of_teams(teams), query),
        _table(PERSONS, _("People"), _("Assignee"), persons, names_of_persons(persons), query),
    ]
    whole = sum(teams.values(), Casework())
    return {
        "whole": _line(_("All"), whole),
        "is_empty": not whole.opened,
        "headings": share_headings(),
        "ages": age_headings(),
        "tables": tables,
        "query": query.urlencode(),
    }


def names_of_teams(found: Works) -> dict[Key, str]:
    names: dict[Key, str] = dict(Team.objects.filter(pk__in=[key for key in found if key]).values_list("pk", "name"))
    return names | {None: _("no team")}


def names_of_persons(found: Works) -> dict[Key, str]:
    people = User.objects.filter(pk__in=[key for key in found if key])
    return {**{person.pk: str(person) for person in people}, None: _("nobody yet")}


def share_headings() -> list[str]:
    return [_("First contact in time"), _("Resolved in time"), _("Reopened"), _("Won back")]


def age_headings() -> list[str]:
    """Return what the columns of ages are called: up to each of AGES, and older."""
    days = [age.days for age in AGES]
    upto = [ngettext("to %(days)d day", "to %(days)d days", number) % {"days": number} for number in days]
    return [*upto, _("older")]


def shares(work: Casework) -> list[ShareOf]:
    """Return the shares in the order of their headings."""
    return [work.contacted_in_time, work.resolved_in_time, work.reopened_of_closed, work.won_back]


def by_name(found: Works, names: Mapping[Key, str]) -> list[tuple[str, Key]]:
    """Return who has work, by name; nobody and no team last."""
    return sorted(((names.get(key) or f"#{key}", key) for key in found), key=lambda row: (row[1] is None, row))


def _table(key: str, title: str, first: str, found: Works, names: Mapping[Key, str], query: QueryDict) -> WorkTable:
    pages = page_of(by_name(found, names), lambda row: row[0], query, key)
    return WorkTable(key, title, first, [_line(name, found[of]) for name, of in pages.rows], pages)


def _line(name: str, work: Casework) -> WorkLine:
    return WorkLine(
        name=name,
        followups=numbers.thousands(work.opened),
        shares=[_cell(*pair) for pair in zip(share_headings(), shares(work), strict=True)],
        open=numbers.thousands(work.still_open),
        overdue=numbers.thousands(work.late),
        is_late=work.late > 0,
        ages=[numbers.thousands(number) for number in work.of_age],
    )


def _cell(heading: str, share: ShareOf) -> PartCell:
    interval = share.interval if share.is_shown else None
    return PartCell(
        heading=heading,
        share=numbers.percent(share.percent, 0) if interval else numbers.NOTHING,
        low=numbers.percent(interval.low, 0) if interval else "",
        high=numbers.percent(interval.high, 0) if interval else "",
        part=numbers.thousands(share.part),
        of=numbers.thousands(share.n),
        is_few=share.n < ENOUGH,
    )
