"""The work on follow-ups as its page prints it: of all, of each team and of each person, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team, User
from analytics.casework.endings import CountedEnding
from analytics.casework.work import AGES, Casework, ShareOf
from analytics.counts import ENOUGH
from analytics.dashboard import answer_links, numbers
from analytics.dashboard.row_pages import RowPage, page_of
from analytics.rollups.cells import Selection
from analytics.topics.page import LinkedCount
from analytics.unit import Unit
from followups.models import Followup, WorkState
from surveys.metrics import SCALES, Tier

TEAMS, PERSONS, STATES, CAUSES, OUTCOMES = "teams", "persons", "states", "causes", "outcomes"
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


@dataclass(frozen=True, slots=True)
class EndingLine:
    """A root cause or an outcome with the way to the answers that it counts."""

    name: str
    answers: LinkedCount
    cell: PartCell


@dataclass(frozen=True, slots=True)
class EndingTable:
    """How follow-ups ended. `first` is the heading of its names, `of` says of what the shares are."""

    key: str
    title: str
    first: str
    of: str
    lines: list[EndingLine]


def contents(
    works: Mapping[str, Works], endings: Mapping[str, list[CountedEnding]], selection: Selection, query: QueryDict
) -> dict[str, Any]:
    """Return everything that the template prints; `works`: of teams, persons and states, `endings`: of causes and
    outcomes, each by its table."""
    titles = {
        TEAMS: (_("Teams"), _("Team")),
        PERSONS: (_("People"), _("Assignee")),
        STATES: (_("States"), _("State")),
    }
    tables = [_table(key, *titles[key], found, NAMES[key](found), query) for key, found in works.items()]
    whole = sum(works[TEAMS].values(), Casework())
    return {
        "whole": _line(_("All"), whole),
        "is_empty": not whole.opened,
        "headings": share_headings(),
        "ages": age_headings(),
        "tables": tables,
        "endings": [table for table in _ending_tables(endings, selection, query) if table.lines],
        "query": query.urlencode(),
    }


def _ending_tables(
    endings: Mapping[str, list[CountedEnding]], selection: Selection, query: QueryDict
) -> Iterator[EndingTable]:
    best = SCALES[selection.metric].categories[Tier.GOOD]
    # The explorer counts all answers here, whatever unit a dashboard counts by: each of them may have asked for work.
    everything = answer_links.of_page(replace(selection, unit=Unit.ANSWERS), query)
    content = answer_links.narrowed(everything, category=best, work=Followup.Status.RESOLVED)
    for key, title, first, of, address, name in (
        (CAUSES, _("Root causes"), _("Root cause"), _("Of follow-ups that name one"), everything, "root_cause"),
        (OUTCOMES, _("What came of thanking"), _("Outcome"), _("Of content customers"), content, "outcome"),
    ):
        lines = [
            EndingLine(
                capfirst(one.name),
                LinkedCount(one.share.part, answer_links.narrowed(address, **{name: one.key})),
                _cell(of, one.share),
            )
            for one in endings[key]
        ]
        yield EndingTable(key, title, first, of, lines)


def names_of_teams(found: Iterable[Key]) -> dict[Key, str]:
    names: dict[Key, str] = dict(Team.objects.filter(pk__in=[key for key in found if key]).values_list("pk", "name"))
    return names | {None: _("no team")}


def names_of_persons(found: Works) -> dict[Key, str]:
    people = User.objects.filter(pk__in=[key for key in found if key])
    return {**{person.pk: str(person) for person in people}, None: _("nobody yet")}


def names_of_states(_found: Works) -> dict[Key, str]:
    return {state.pk: str(state) for state in WorkState.objects.all()}


NAMES: Mapping[str, Callable[[Works], dict[Key, str]]] = {
    TEAMS: names_of_teams,
    PERSONS: names_of_persons,
    STATES: names_of_states,
}


def share_headings() -> list[str]:
    return [_("First contact in time"), _("Resolved in time"), _("Reopened"), _("Won back"), _("Solved, say customers")]


def age_headings() -> list[str]:
    """Return what the columns of ages are called: up to each of AGES, and older."""
    days = [age.days for age in AGES]
    upto = [ngettext("to %(days)d day", "to %(days)d days", number) % {"days": number} for number in days]
    return [*upto, _("older")]


def shares(work: Casework) -> list[ShareOf]:
    """Return the shares in the order of their headings."""
    return [
        work.contacted_in_time,
        work.resolved_in_time,
        work.reopened_of_closed,
        work.won_back,
        work.solved_by_customers,
    ]


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
