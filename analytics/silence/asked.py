"""Who was asked in a period, who of them answered what, and when: one pass over the invitations of the period.

Every ask counts once, by the day of the ask, with the answer that it was given until now. Answers are counted here that
a dashboard counts on a later day, and the other way round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from analytics.counts import Counts
from analytics.delay_curve import DAYS, EARLY_DAYS
from analytics.funnel.hours import AnswerRate
from analytics.rollups.cells import OF_MEMBERS, OF_SELECTION, Selection, parameters_of
from analytics.silence.traits import COLUMNS, PROFILE
from analytics.why.pools import Key
from crm.models import Profile
from surveys.metrics import SCALES, Tier

# How soon an answer came; silence is none of these.
SILENT, EARLY, SOON, LATER = range(1, 5)
# Whether an answer came so soon: the planner knows that these are few groups, and needs not sort for them.
_HOW_SOON = ("is_early", "is_soon")

# Only constants of this package are put into the statement; values travel as parameters.
_READ = f"""
SET LOCAL jit = off;
SELECT grouping({{columns}}), {{columns}}, count(*)::int, count(*) FILTER (WHERE score = ANY(%(good)s))::int,
       count(*) FILTER (WHERE score = ANY(%(bad)s))::int, count(score)::int
FROM (
    SELECT {{facts}},
           coalesce(given.answered_at <= asked_at + interval '{EARLY_DAYS} days', false) AS is_early,
           coalesce(given.answered_at <= asked_at + interval '{DAYS} days', false) AS is_soon,
           given.counted_score AS score
    FROM (
        SELECT id, asked_at, {{facts}} FROM surveys_invitation
        WHERE asked_at >= %(current_moment)s AND asked_at < %(last_moment)s AND {OF_SELECTION} AND {OF_MEMBERS}
    ) AS asked
    LEFT JOIN (
        SELECT invitation_id, answered_at, counted_score FROM responses_response
        WHERE NOT is_provisional AND answered_at >= %(current_moment)s
    ) AS given ON given.invitation_id = asked.id
) AS people
GROUP BY GROUPING SETS ({{sets}})
"""  # noqa: S608

NO_ANSWERS = Counts()


@dataclass(frozen=True, slots=True)
class Asked:
    """So many were asked; `answers`: what those said who answered."""

    number: int = 0
    answers: Counts = NO_ANSWERS

    def __add__(self, other: Asked) -> Asked:
        return Asked(self.number + other.number, self.answers + other.answers)

    @property
    def silent(self) -> int:
        return self.number - self.answers.n

    @property
    def rate(self) -> AnswerRate:
        return AnswerRate(self.number, self.answers.n)


NOBODY = Asked()


@dataclass(frozen=True, slots=True)
class AskedPeople:
    """Those asked in a period. `by_trait` and `crossed`: by the values of traits, "" where nothing is known.

    `by_stretch`: those who answered by how soon, and the silent.
    """

    together: Asked
    by_trait: Mapping[str, Mapping[Key, Asked]]
    by_stretch: Mapping[int, Asked]
    crossed: Mapping[tuple[Key, Key], Asked]

    @property
    def early(self) -> Counts:
        return self.by_stretch.get(EARLY, NOBODY).answers

    @property
    def late(self) -> Counts:
        return self.together.answers - self.early

    @property
    def answered_soon(self) -> int:
        """How many answered within two weeks."""
        return sum(self.by_stretch.get(stretch, NOBODY).answers.n for stretch in (EARLY, SOON))


def read(selection: Selection, traits: Collection[str], pair: tuple[str, str] | None = None) -> AskedPeople:
    """Return those asked in the period of a selection, by each of some traits and by a pair of them."""
    facts = list(dict.fromkeys(COLUMNS[trait] for trait in (*traits, *(pair or ()))))
    columns = [*facts, *_HOW_SOON]
    both = tuple(sorted({COLUMNS[trait] for trait in pair or ()}, key=columns.index))
    sets = list(dict.fromkeys([*((column,) for column in facts), _HOW_SOON, *([both] if both else [])]))
    tables = _tables(selection, facts, columns, sets)
    profiles = _profiles(tables.get((PROFILE,), {}))
    by_stretch = _by_stretch(tables[_HOW_SOON])
    return AskedPeople(
        together=sum(by_stretch.values(), NOBODY),
        by_trait={trait: _by_trait(tables[COLUMNS[trait],], trait, profiles) for trait in traits},
        by_stretch=by_stretch,
        crossed=_crossed(tables[both], both, pair, profiles) if pair else {},
    )


def _tables(
    selection: Selection, facts: list[str], columns: list[str], sets: list[tuple[str, ...]]
) -> dict[tuple[str, ...], dict[tuple[Key, ...], Asked]]:
    """Return the people by each set of columns."""
    scale = SCALES[selection.metric]
    statement = _READ.format(
        columns=", ".join(columns),
        facts=", ".join(facts) or "id AS nothing",
        sets=", ".join(f"({', '.join(each)})" for each in sets),
    )
    parameters = parameters_of(selection) | {"good": scale.scores_of(Tier.GOOD), "bad": scale.scores_of(Tier.BAD)}
    by_mask = {_mask(columns, each): each for each in sets}
    tables: dict[tuple[str, ...], dict[tuple[Key, ...], Asked]] = {each: {} for each in sets}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for mask, *row in cursor.fetchall():
            values, (number, good, bad, answers) = row[: len(columns)], row[len(columns) :]
            one = by_mask[mask]
            key = tuple(values[columns.index(column)] or "" for column in one)
            found = tables[one].get(key, NOBODY)
            tables[one][key] = found + Asked(number, Counts(good, answers - good - bad, bad))
    return tables


def _by_stretch(table: Mapping[tuple[Key, ...], Asked]) -> dict[int, Asked]:
    found: dict[int, Asked] = {}
    for (is_early, is_soon), asked in table.items():
        stretch = EARLY if is_early else SOON if is_soon else LATER
        parts = {stretch: Asked(asked.answers.n, asked.answers), SILENT: Asked(asked.silent)}
        found |= {stretch: part for stretch, part in parts.items() if part.number}
    return found


def _mask(columns: list[str], kept: Iterable[str]) -> int:
    """Return what grouping() says of rows that are grouped by some columns: a bit for each that is not among them."""
    mask = 0
    for column in columns:
        mask = 2 * mask + (column not in kept)
    return mask


def _profiles(by_profile: Mapping[tuple[Key, ...], Asked]) -> Mapping[Key, Mapping[str, Any]]:
    ids = [pk for (pk,) in by_profile if pk]
    return {row["pk"]: row for row in Profile.objects.filter(pk__in=ids).values("pk", *_OF_PROFILE)} if ids else {}


_OF_PROFILE = [trait for trait, column in COLUMNS.items() if column == PROFILE]


def _value(trait: str, key: Key, profiles: Mapping[Key, Mapping[str, Any]]) -> Key:
    if COLUMNS[trait] != PROFILE:
        return key
    value: Key = profiles[key][trait] if key in profiles else ""
    return value


def _by_trait(
    table: Mapping[tuple[Key, ...], Asked], trait: str, profiles: Mapping[Key, Mapping[str, Any]]
) -> dict[Key, Asked]:
    found: dict[Key, Asked] = {}
    for (key,), asked in table.items():
        value = _value(trait, key, profiles)
        found[value] = found.get(value, NOBODY) + asked
    return found


def _crossed(
    table: Mapping[tuple[Key, ...], Asked],
    columns: tuple[str, ...],
    pair: tuple[str, str],
    profiles: Mapping[Key, Mapping[str, Any]],
) -> dict[tuple[Key, Key], Asked]:
    places = [columns.index(COLUMNS[trait]) for trait in pair]
    found: dict[tuple[Key, Key], Asked] = {}
    for keys, asked in table.items():
        one, other = (_value(trait, keys[place], profiles) for trait, place in zip(pair, places, strict=True))
        found[one, other] = found.get((one, other), NOBODY) + asked
    return found
