"""Which rows of a file say again what an earlier row has said, where that must not be."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol, TypeAlias

from django.db import connection
from django.utils.translation import gettext as _

from accounts.plaintext import quoted
from crm.imports.converter import Converted, Converter
from crm.models import ImportRun

# The place of a rule in its mapping, the value, the line that has it.
Saying: TypeAlias = tuple[int, str, int]
Key: TypeAlias = tuple[int, int]

# More than any record has fields.
MOST_RULES = 1_000


class Seen(Protocol):
    def earlier(self, sayings: Sequence[Saying]) -> list[int | None]:
        """Return for each saying the line that said it first, None where that is the line itself; and remember them."""
        ...


class SeenInMemory:
    """For a few rows."""

    def __init__(self) -> None:
        self.lines: dict[Key, int] = {}

    def earlier(self, sayings: Sequence[Saying]) -> list[int | None]:
        firsts = [self.lines.setdefault(_key(place, value), line) for place, value, line in sayings]
        return [first if first != line else None for first, (_place, _value, line) in zip(firsts, sayings, strict=True)]


class SeenInDatabase:
    """For files of any size: the table of the run holds eight bytes for each value, memory none."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run

    def earlier(self, sayings: Sequence[Saying]) -> list[int | None]:
        if not sayings:
            return []
        batch = SeenInMemory()
        within = batch.earlier(sayings)
        kept = self._kept(batch.lines.items())
        keys = [_key(place, value) for place, value, _line in sayings]
        return [kept.get(key, first) for key, first in zip(keys, within, strict=True)]

    def _kept(self, lines: Iterable[tuple[Key, int]]) -> dict[Key, int]:
        """Remember the keys that are new, and return the lines of those that are not."""
        keys = [(*key, line) for key, line in lines]
        places, digests, numbers = (list(column) for column in zip(*keys, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(
                """
                WITH said AS (
                    SELECT * FROM unnest(%(places)s::int[], %(digests)s::bigint[], %(lines)s::int[])
                    AS s (place, digest, line)
                ), new AS (
                    INSERT INTO crm_importkey (run, place, digest, line)
                    SELECT %(run)s, place, digest, line FROM said ON CONFLICT DO NOTHING
                )
                SELECT k.place, k.digest, k.line FROM said
                JOIN crm_importkey k ON k.run = %(run)s AND (k.place, k.digest) = (said.place, said.digest)
                """,
                {"run": self.run.pk, "places": places, "digests": digests, "lines": numbers},
            )
            # The rows that this statement inserts are not yet there for its own join.
            return {(place, key): line for place, key, line in cursor.fetchall()}


def _key(place: int, value: str) -> Key:
    return place, digest(value)


def digest(value: str) -> int:
    """Return eight bytes that stand for a value, as a signed number."""
    return int.from_bytes(blake2b(value.encode(), digest_size=8).digest(), signed=True)


def keep(run: ImportRun, lines: Mapping[Key, int]) -> None:
    """Remember a number for each key, in place of the one that it had."""
    if not lines:
        return
    places, digests = zip(*lines, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO crm_importkey (run, place, digest, line)
            SELECT %s, * FROM unnest(%s::int[], %s::bigint[], %s::int[])
            ON CONFLICT (run, place, digest) DO UPDATE SET line = EXCLUDED.line
            """,
            [run.pk, list(places), list(digests), list(lines.values())],
        )


def find_kept(run: ImportRun, keys: Collection[Key]) -> dict[Key, int]:
    """Return the numbers of those keys that are remembered."""
    if not keys:
        return {}
    places, digests = zip(*keys, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT k.place, k.digest, k.line FROM unnest(%s::int[], %s::bigint[]) AS s (place, digest)
            JOIN crm_importkey k ON k.run = %s AND (k.place, k.digest) = (s.place, s.digest)
            """,
            [list(places), list(digests), run.pk],
        )
        return {(place, key): line for place, key, line in cursor.fetchall()}


def without_repeats(converter: Converter, rows: list[Converted], seen: Seen, table: int) -> list[Converted]:
    """Return the rows whose ID, and whatever else must be unique, no earlier row of the file has; report the others.

    `table` is the place of the table in its mapping. A value that may be left out is left out, and its row taken.
    """
    for place, rule in enumerate(converter.table.rules):
        if not rule.is_unique and rule.name != "external_id":
            continue
        saying = [row for row in rows if row.values.get(rule.name) not in (None, "")]
        texts = [str(row.values[rule.name]) for row in saying]
        number = table * MOST_RULES + place
        earlier = seen.earlier([(number, text, row.line.number) for row, text in zip(saying, texts, strict=True)])
        for row, text, first in zip(saying, texts, earlier, strict=True):
            if first is None:
                continue
            del row.values[rule.name]
            reason = _("Line %(line)d already has “%(value)s”.") % {"line": first, "value": quoted(text)}
            row.is_refused = not converter.put_aside(row.line, rule, reason)
        rows = [row for row in rows if not row.is_refused]
    return rows
