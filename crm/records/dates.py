"""Read dates and moments in the forms that other systems and spreadsheets write. Pure; ValueError has a sentence."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from accounts.plaintext import quoted
from crm.records.notation import OF_PROGRAMS, Notation, Untold

# Moments outside these years are mistakes, and some of them no calendar can convert.
FIRST_YEAR, LAST_YEAR = 1900, 2200
# Spreadsheets believe that 1900 had a 29 February, so what they call day 0 is a day earlier than one would think.
DAY_ZERO = {"excel": datetime(1899, 12, 30), "excel 1904": datetime(1904, 1, 1)}  # noqa: DTZ001 (of no zone)
# In 1927 and 2200: a smaller number is a year or a mistake.
FIRST_DAY, LAST_DAY = 10_000, 109_573

YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<sign>[/.-])(?P<month>\d\d?)(?P=sign)(?P<day>\d\d?)")
YEAR_LAST = re.compile(r"(?P<first>\d\d?)(?P<sign>[/.-])(?P<second>\d\d?)(?P=sign)(?P<year>\d{4})")
CLOCK = re.compile(r"(?P<hour>\d\d?):(?P<minute>\d\d)(:(?P<second>\d\d)([.,]\d+)?)?(\s?(?P<half>[AP])\.?M\.?)?")
SERIAL = re.compile(r"\d{5,6}([.,]\d+)?")

D = TypeVar("D", bound=date)


def day(text: str, notation: Notation = OF_PROGRAMS) -> date:
    """Return a date; the midnight that spreadsheets write behind one is passed over."""
    text = text.strip()
    parsed = _or_none(parse_date, text)
    if parsed is None and not notation.is_strict:
        parsed, clock = _written(text, notation)
        parsed = parsed if clock in (None, time(0)) else None
    if parsed is None:
        raise ValueError(_("“%(value)s” is not a date. Use a form such as 2026-05-04.") % {"value": quoted(text)})
    return _of_likely_year(parsed)


def moment(text: str, notation: Notation = OF_PROGRAMS) -> datetime:
    """Return a moment in UTC; the notation tells how one is read that is written without an offset or a time."""
    text = text.strip()
    parsed = _moment(text, notation)
    if parsed is None:
        raise ValueError(
            _("“%(value)s” is not a date and time. Use a form such as 2026-05-04T16:30:00+03:00.")
            % {"value": quoted(text)}
        )
    if parsed.tzinfo is None:
        if notation.zone is None:
            raise ValueError(_("Add the offset from UTC, as in 2026-05-04T16:30:00+03:00."))
        parsed = parsed.replace(tzinfo=notation.zone)
    # PostgreSQL refuses offsets that Python reads, such as -20:36.
    return _of_likely_year(parsed).astimezone(UTC)


def _moment(text: str, notation: Notation) -> datetime | None:
    if notation.is_strict:
        return _or_none(parse_datetime, text)
    on, clock = _written(text, notation)
    if on is None:
        return _or_none(parse_datetime, text)
    return datetime.combine(on, notation.noon if clock is None else clock)


def _written(text: str, notation: Notation) -> tuple[date | None, time | None]:
    """Return the date in `text`, and the time when there is one; (None, None) when it is neither."""
    if SERIAL.fullmatch(text):
        return _of_spreadsheet(text, notation)
    date_part, _space, clock_part = text.partition(" ")
    on = _or_none(parse_date, date_part) or _with_signs(date_part, notation)
    clock = _clock(clock_part.strip())
    return (None, None) if clock is None and clock_part else (on, clock)


def _with_signs(text: str, notation: Notation) -> date | None:
    """Read 2026/5/4 and 04.05.2026, whose order is clear, and 5/4/2026, whose order must be told."""
    if found := YEAR_FIRST.fullmatch(text):
        return _date(found["year"], found["month"], found["day"])
    found = YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    order = notation.dates & {"day first", "month first"}
    if not order and found["sign"] != ".":
        raise Untold(_("“%(value)s”: which is the day, and which the month?") % {"value": text}, 'dates = "day first"')
    days, months = ("second", "first") if "month first" in order else ("first", "second")
    return _date(found["year"], found[months], found[days])


def _of_spreadsheet(text: str, notation: Notation) -> tuple[date | None, time | None]:
    number = Decimal(text.replace(",", "."))
    if not FIRST_DAY <= number <= LAST_DAY:
        return None, None
    told = sorted(notation.dates & set(DAY_ZERO))
    if not told:
        raise Untold(_("“%(value)s” may be the number of a day in a spreadsheet.") % {"value": text}, 'dates = "excel"')
    at = DAY_ZERO[told[0]] + timedelta(seconds=round(number * 86_400))
    return at.date(), at.time() if number % 1 else None


def _clock(text: str) -> time | None:
    found = CLOCK.fullmatch(text.upper())
    if found is None:
        return None
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if found["half"] and not 1 <= hour <= 12:
        return None
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] == "P" else 0)
    return _or_none(lambda written: time(*written), (hour, minute, second))


def _date(year: str, month: str, of_month: str) -> date | None:
    return _or_none(lambda written: date(*written), (int(year), int(month), int(of_month)))


T = TypeVar("T")
Written = TypeVar("Written")


def _or_none(parse: Callable[[Written], T | None], written: Written) -> T | None:
    try:
        return parse(written)
    except ValueError:
        return None


def _of_likely_year(value: D) -> D:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(_("Use a year between %(first)d and %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
    return value
