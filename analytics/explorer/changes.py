"""What changed of the answers since somebody last asked, so that nobody who asks again misses anything.

Moments alone cannot say it: a transaction that wrote at nine may commit at five past nine, after whoever asked at four
past. So each change carries the number of its transaction, and whoever asks gets a mark: the lowest number that may
still commit. All that was not to be seen then has that number or a higher one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from django.db import connection
from django.db.models import QuerySet

from analytics.models import AnswerChange

# A copy of the database counts its transactions anew from some point: its marks are others.
_NOW = """
SELECT left(md5(system_identifier || left(pg_walfile_name(pg_current_wal_lsn()), 8)), 12),
       pg_snapshot_xmin(snapshot)::text::bigint, pg_snapshot_xmax(snapshot)::text::bigint
FROM pg_control_system(), pg_current_snapshot() AS snapshot
"""
_TRIM = """
DELETE FROM analytics_answerchange AS older USING analytics_answerchange AS newer
WHERE older.answer_id = newer.answer_id AND older.xact < newer.xact AND older.at <= newer.at
"""
_WRITTEN = re.compile(r"([0-9a-f]{12})-([0-9]{1,18})")


class StaleMark(Exception):
    """The mark is of another database, or of this one before it was set back: everything must be read anew."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far somebody has read: all that was done by transactions below `xact` of this `database`."""

    database: str
    xact: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the mark that `text` writes, as `str` does; None where it writes none."""
        match = _WRITTEN.fullmatch(text)
        return cls(match[1], int(match[2])) if match else None

    def __str__(self) -> str:
        return f"{self.database}-{self.xact}"


@dataclass(frozen=True, slots=True)
class Horizon:
    """A moment of the database: `mark` for the next time, and `end`, the first transaction that had not begun."""

    mark: Mark
    end: int

    @classmethod
    def now(cls) -> Self:
        """Return where the database is now. What is read afterwards holds all that was done below the mark."""
        with connection.cursor() as cursor:
            cursor.execute(_NOW)
            database, lowest, end = cursor.fetchone()
        return cls(Mark(database, lowest), end)

    def since(self, mark: Mark) -> QuerySet[AnswerChange]:
        """Return what changed since an earlier mark, and perhaps a little that was seen then; raise StaleMark."""
        if mark.database != self.mark.database or mark.xact > self.end:
            raise StaleMark
        # A database that was restored holds numbers of another count, above its own.
        return AnswerChange.objects.filter(xact__gte=mark.xact, xact__lt=self.end)


def trim() -> int:
    """Drop all but the newest change of each answer, where it is the newest by number and by moment; return how many.

    Whoever asks since whatever mark or moment finds the newest, so it is harmless at any time, and twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TRIM)
        return int(cursor.rowcount)
