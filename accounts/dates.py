"""How days and moments are written, in the language and the time zone of the reader."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import ngettext_lazy

from accounts.customerlanguages import cldr, spoken

# Django's own catalogues lack some of these.
UNITS = {
    "year": ngettext_lazy("%(num)d year", "%(num)d years", "num"),
    "month": ngettext_lazy("%(num)d month", "%(num)d months", "num"),
    "week": ngettext_lazy("%(num)d week", "%(num)d weeks", "num"),
    "day": ngettext_lazy("%(num)d day", "%(num)d days", "num"),
    "hour": ngettext_lazy("%(num)d hour", "%(num)d hours", "num"),
    "minute": ngettext_lazy("%(num)d minute", "%(num)d minutes", "num"),
}


def day(value: date) -> str:
    """Write a day: 25 Nov 2026."""
    return date_format(value, "DATE_FORMAT")


def moment(value: datetime) -> str:
    """Write a moment to the minute, in the reader's time zone: 25 Nov 2026, 10:33."""
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")


def exact(value: datetime) -> str:
    """Write a moment to the second: 25 Nov 2026, 10:33:48."""
    return date_format(timezone.localtime(value), "SECONDS_FORMAT")


def between(earlier: datetime, later: datetime) -> str:
    """Say in one unit how much time lies between two moments: 3 hours."""
    return timesince(earlier, later, time_strings=UNITS, depth=1)  # type: ignore[arg-type]


def customers_day(value: date, language: str) -> str:
    """Write a day for customers; `language`: the one that is spoken, in which Django may know no names of months."""
    return day(value) if language in spoken.OWN else cldr.day(value, language)
