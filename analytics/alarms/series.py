"""Which numbers a person may watch, what each is called, and where it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from analytics.dashboard import words
from analytics.dashboard.filters import teams_in_reach
from analytics.models import Dimension, WatchedSeries
from analytics.rollups.cells import Selection
from crm.models import Channel, Product
from surveys.models import Origin

_MODELS = {Dimension.MANAGER: User, Dimension.CHANNEL: Channel, Dimension.PRODUCT: Product}


def key_of(selection: Selection) -> dict[str, Any] | None:
    """Return the columns of the number that a dashboard shows; None where it is of a choice that cannot be watched.

    That is one of invited answers, of one survey or all, one team or all, and at most one manager, channel or product.
    """
    surveys, teams = selection.surveys, selection.teams
    several = (surveys is not None and len(surveys) != 1) or (teams is not None and len(teams) != 1)
    if several or selection.is_crossed or selection.origins != (Origin.INVITED.value,):
        return None
    dimension, member = next(iter(selection.members.items()), (Dimension.ALL, 0))
    return {
        "metric": selection.metric,
        "survey_id": surveys[0] if surveys else None,
        "team_id": teams[0] if teams else None,
        "dimension": dimension.value,
        "member_id": member,
    }


def in_reach(person: User) -> QuerySet[WatchedSeries]:
    """Return the numbers that a person may see."""
    teams = teams_in_reach(person)
    return WatchedSeries.objects.all() if teams is None else WatchedSeries.objects.filter(team__in=teams)


def may_hear(person: User, series: WatchedSeries) -> bool:
    """Say whether a person who asked to be told may be told still: they may have left, or moved to another team."""
    teams = teams_in_reach(person)
    is_seen = teams is None or series.team_id in teams
    return person.is_active and person.has_perm("analytics.view_dashboard") and is_seen


def query_of(series: WatchedSeries) -> str:
    """Return the filters with which the dashboard shows a series, as they stand in an address."""
    chosen: dict[str, Any] = {"metric": series.metric, "survey": series.survey_id, "team": series.team_id}
    if series.dimension != Dimension.ALL:
        chosen[series.dimension] = series.member_id
    return urlencode({name: value for name, value in chosen.items() if value})


def names_of(series: Iterable[WatchedSeries]) -> dict[int, list[str]]:
    """Return the names that make up the title of each series, by primary key: its survey, its team and its member."""
    rows = list(series)
    members: dict[tuple[str, int], str] = {}
    for dimension, model in _MODELS.items():
        if wanted := {row.member_id for row in rows if row.dimension == dimension}:
            known = model._base_manager.in_bulk(wanted)
            members |= {(dimension.value, pk): str(member) for pk, member in known.items()}
    return {row.pk: [name for name in _names(row, members) if name] for row in rows}


def _names(row: WatchedSeries, members: dict[tuple[str, int], str]) -> list[str]:
    member = members.get((row.dimension, row.member_id), f"#{row.member_id}") if row.member_id else ""
    return [row.survey.name if row.survey else "", row.team.name if row.team else "", member]


def title(metric: str, names: Iterable[str]) -> str:
    """Return what a series is called in the reader's language: its metric and whose number it is."""
    return " · ".join([words.of(metric).name, *(list(names) or [_("all answers")])])
