"""How another system writes dates, amounts and phone numbers."""

from dataclasses import dataclass, replace
from datetime import time, tzinfo

import phonenumbers


@dataclass(frozen=True, kw_only=True)
class Notation:
    """What must be known to read a text.

    `zone`: of a time that is written without an offset; None: such a time is refused. `noon`: when a date without a
    time happened. `dates`: those of DATES that occur beside ISO 8601. `decimal`: the sign before the cents, "" when it
    was not told. `region`: the country (ISO 3166) of phone numbers without a country code. `is_strict`: only what
    programs write, ISO 8601 and 1250.00.
    """

    zone: tzinfo | None = None
    noon: time = time(12)
    dates: frozenset[str] = frozenset()
    decimal: str = ""
    region: str = ""
    is_strict: bool = False

    def in_region(self, region: str) -> "Notation":
        """Return the notation of a row that names its region; only a country code tells anything."""
        code = region.strip().upper()
        return replace(self, region=code) if code in phonenumbers.SUPPORTED_REGIONS else self


DATES = ("day first", "month first", "excel", "excel 1904")
DECIMALS = (".", ",")
OF_PROGRAMS = Notation(is_strict=True)


class Untold(ValueError):
    """A text that means one thing or another until the notation is told; `example` shows how a mapping tells it."""

    def __init__(self, sentence: str, example: str) -> None:
        super().__init__(sentence)
        self.example = example
