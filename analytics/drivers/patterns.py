"""Reading which facts and topics the answers of a selection have, counted where they are alike.

How many answers have a value is counted of all answers. What they have together is read of a bounded number, drawn
evenly by their keys: the same ones each time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from analytics.drivers.features import FACTS, SAID, TOPIC, BadTally, Value
from analytics.explorer import answers
from analytics.money.bands import LADDER, AmountBand, bands
from analytics.rollups.cells import Selection
from surveys.metrics import SCALES, Tier

MOST_READ = 20_000
_LOTS = 1 << 20
NOT_KNOWN = ""
# An answer without an amount falls below every step.
_GIVEN = """
given AS MATERIALIZED (
    SELECT id, coalesce(product, 0) AS product, coalesce(channel, 0) AS channel, coalesce(manager, 0) AS manager,
           coalesce(width_bucket(amount::float8, %s::float8[]), -1) AS amount,
           coalesce(tenure_band, '') AS tenure_band,
           score = ANY(%s) AS is_bad
    FROM ({answers}) AS one(id, product, channel, manager, amount, tenure_band, score)
)
"""
_TALLIES = f"""
SET LOCAL jit = off;
WITH {_GIVEN}, named AS (
    SELECT topic_id, response_id, is_bad FROM responses_responsetopic JOIN given ON response_id = given.id
), counted AS (
    SELECT {", ".join(FACTS)}, count(*) AS n, count(*) FILTER (WHERE is_bad) AS bad
    FROM given GROUP BY {", ".join(FACTS)}
)
SELECT grouping({", ".join(FACTS)}), coalesce(product, channel, manager, amount)::bigint, tenure_band,
       coalesce(sum(n), 0)::bigint, coalesce(sum(bad), 0)::bigint
FROM counted GROUP BY GROUPING SETS ({", ".join(f"({name})" for name in FACTS)}, ())
UNION ALL
SELECT {{topic}}, topic_id, NULL, count(*), count(*) FILTER (WHERE is_bad) FROM named GROUP BY topic_id
UNION ALL
SELECT {{said}}, 1, NULL, count(*), count(*) FILTER (WHERE is_bad)
FROM (SELECT DISTINCT response_id, is_bad FROM named) AS answers
"""  # noqa: S608 constants of this package
_PATTERNS = f"""
SET LOCAL jit = off;
WITH {_GIVEN}, drawn AS MATERIALIZED (
    SELECT * FROM given WHERE (hashint8(id)::bigint & {_LOTS - 1}) * %s < {MOST_READ}::bigint * {_LOTS}
), named AS (
    SELECT response_id, array_agg(topic_id ORDER BY topic_id) AS topics
    FROM responses_responsetopic JOIN drawn ON response_id = drawn.id GROUP BY response_id
)
SELECT product, channel, manager, amount, tenure_band, coalesce(topics, '{{{{}}}}'),
       count(*), count(*) FILTER (WHERE is_bad)
FROM drawn LEFT JOIN named ON response_id = drawn.id
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608 constants of this package
# By which bits `grouping` tells of which fact a row is, the first being the highest; then marks of our own.
_OF_ROW = {(1 << len(FACTS)) - 1 - (1 << place): name for place, name in enumerate(reversed(FACTS))}
_WHOLE, _TOPIC, _SAID = (1 << len(FACTS)) - 1, -1, -2
_OF_ROW |= {_TOPIC: TOPIC, _SAID: SAID}


class PatternRow(NamedTuple):
    """So many answers have the same values of all facts and name the same topics, and so many of them are bad."""

    values: Mapping[str, Value]
    topics: Sequence[int]
    answers: int
    bad: int


@dataclass(frozen=True)
class Patterns:
    """`tallies`: by fact and value, of all answers; an amount is the place of its band in `bands`, or NOT_KNOWN."""

    total: BadTally
    tallies: Mapping[str, Mapping[Value, BadTally]] = field(default_factory=dict)
    bands: Sequence[AmountBand] = ()
    rows: Sequence[PatternRow] = ()

    @property
    def read(self) -> int:
        """How many answers the rows hold."""
        return sum(row.answers for row in self.rows)


def read(selection: Selection) -> Patterns:
    """Return what the answers of a selection are like."""
    found = _tallies(selection)
    total = found["all"].get(1, BadTally())
    steps = found["amount"]
    places = bands([steps.get(step, BadTally()).answers for step in range(len(LADDER) + 1)])
    band_of = _band_of_steps(places)
    amounts: defaultdict[Value, BadTally] = defaultdict(BadTally)
    for step, tally in steps.items():
        amounts[band_of[step]] += tally
    found["amount"] = amounts
    rows = [
        PatternRow(
            {
                "product": product,
                "channel": channel,
                "manager": manager,
                "amount": band_of[step],
                "tenure_band": tenure,
            },
            topics,
            number,
            bad,
        )
        for product, channel, manager, step, tenure, topics, number, bad in _patterns(selection, total.answers)
    ]
    return Patterns(total, {name: found[name] for name in (*FACTS, TOPIC, SAID)}, places, rows)


def _tallies(selection: Selection) -> defaultdict[str, dict[Value, BadTally]]:
    found: defaultdict[str, dict[Value, BadTally]] = defaultdict(dict)
    for kind, number, word, count, bad in _rows(_TALLIES, selection, topic=_TOPIC, said=_SAID):
        if kind == _WHOLE:
            found["all"][1] = BadTally(count, bad)
        else:
            name = _OF_ROW[kind]
            found[name][word if name == "tenure_band" else number] = BadTally(count, bad)
    return found


def _patterns(selection: Selection, total: int) -> list[tuple[Any, ...]]:
    return _rows(_PATTERNS, selection, total) if total else []


def _rows(statement: str, selection: Selection, *more: int, **marks: int) -> list[tuple[Any, ...]]:
    given = answers.of_selection(selection).order_by()
    columns = ("pk", "product_id", "channel_id", "manager_id", "amount_base", "profile__tenure_band", "counted_score")
    told, parameters = given.values_list(*columns).query.sql_with_params()
    bad = SCALES[selection.metric].scores_of(Tier.BAD)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(answers=told, **marks), [list(LADDER), bad, *parameters, *more])
        return list(cursor.fetchall())


def _band_of_steps(places: Sequence[AmountBand]) -> dict[Value, Value]:
    """Return the place of the band of each step; step −1 is no amount."""
    found: dict[Value, Value] = {-1: NOT_KNOWN}
    for step, low in enumerate((0, *LADDER)):
        found[step] = next(
            (place for place, band in enumerate(places) if band.high is None or low < band.high), NOT_KNOWN
        )
    return found
