"""What customers were given and what came of it, as its page prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.template.defaultfilters import floatformat
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts import clock, company_clock
from accounts.models import Organisation
from analytics.casework.page import names_of_teams
from analytics.compensations.effect import CompensationEffect
from analytics.compensations.given import GivenSum
from analytics.counts import FEW
from analytics.dashboard import answer_links, numbers
from analytics.explorer.forms import COMPENSATED
from analytics.formulas.recovery import ENOUGH_PER_ARM, Arm
from analytics.recovery.page import EffectWords, effect_words
from analytics.rollups.cells import Selection
from followups.models import CodePool, GiftKind

KINDS, TEAMS = "kinds", "teams"
Sums = Mapping[Any, GivenSum]


@dataclass(frozen=True, slots=True)
class GivenLine:
    """What was given of one kind or by one team."""

    name: str
    number: str
    followups: str
    worth: str
    codes: str
    withdrawn: str


@dataclass(frozen=True, slots=True)
class CompensatedWords:
    """Those who were compensated, or were not: how many, and their mean scores."""

    is_given: bool
    customers: str
    first: str
    second: str
    change: str


@dataclass(frozen=True, slots=True)
class PoolLine:
    """A pool of codes: how many are left."""

    name: str
    left: str
    given: str
    is_few: bool
    expires_on: Any
    has_expired: bool


def contents(
    selection: Selection, whole: GivenSum, kinds: Sums, teams: Sums, found: CompensationEffect, query: QueryDict
) -> dict[str, Any]:
    """Return everything that the template prints."""
    return {
        "is_empty": not (whole.number or whole.withdrawn),
        "whole": _line("", whole),
        "unpriced": numbers.thousands(whole.unpriced) if whole.unpriced else "",
        "currency": Organisation.current().currency,
        "tables": [
            (
                KINDS,
                _("By kind"),
                _("Kind"),
                [_line(name, sums) for name, sums in _named(kinds, names_of_kinds(kinds))],
            ),
            (
                TEAMS,
                _("By team"),
                _("Team"),
                [_line(name, sums) for name, sums in _named(teams, names_of_teams(teams))],
            ),
        ],
        "arms": [_side(found.given, is_given=True), _side(found.others, is_given=False)],
        "effect": _shown(found.effect),
        "matched": _shown(found.matched),
        "per_arm": ENOUGH_PER_ARM,
        "answers": answer_links.of_page(selection, query, work=COMPENSATED),
        "pools": _pools(),
        "query": query.urlencode(),
    }


def names_of_kinds(found: Sums) -> dict[Any, str]:
    labels = {kind.value: capfirst(str(kind.label)) for kind in GiftKind}
    return {key: labels.get(key, str(key)) for key in found}


def _named(found: Sums, names: Mapping[Any, str]) -> list[tuple[str, GivenSum]]:
    """Return the sums by name; those of nobody last."""
    rows = [(names.get(key) or f"#{key}", key) for key in found]
    return [(name, found[key]) for name, key in sorted(rows, key=lambda row: (row[1] is None, row[0]))]


def _line(name: str, sums: GivenSum) -> GivenLine:
    return GivenLine(
        name=name,
        number=numbers.thousands(sums.number),
        followups=numbers.thousands(sums.followups),
        worth=floatformat(sums.worth, "-2g"),
        codes=numbers.thousands(sums.codes),
        withdrawn=numbers.thousands(sums.withdrawn),
    )


def _side(arm: Arm | None, *, is_given: bool) -> CompensatedWords:
    is_shown = arm is not None and arm.n >= FEW
    return CompensatedWords(
        is_given=is_given,
        customers=numbers.thousands(arm.n if arm else 0),
        first=numbers.points(arm.first if arm and is_shown else None),
        second=numbers.points(arm.second if arm and is_shown else None),
        change=numbers.signed(arm.change if arm and is_shown else None),
    )


def _shown(effect: Any) -> EffectWords | None:
    """Return a difference in words; nothing with fewer than 30 on either side."""
    return effect_words(effect.points, effect.interval) if effect and effect.is_enough else None


def _pools() -> list[PoolLine]:
    today = company_clock.today(clock.now())
    return [
        PoolLine(
            name=pool.name,
            left=numbers.thousands(vars(pool)["left"]),
            given=numbers.thousands(vars(pool)["given"]),
            is_few=vars(pool)["left"] <= pool.few,
            expires_on=pool.expires_on,
            has_expired=pool.has_expired(today),
        )
        for pool in CodePool.objects.filter(is_active=True).counted().order_by("name")
    ]
