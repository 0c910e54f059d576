"""Which time-zone names are real."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The zone of whatever machine looks, of which the database knows nothing.
OF_THE_MACHINE = "localtime"


@cache
def known() -> frozenset[str]:
    """Return the IANA names that this machine knows."""
    return frozenset(available_timezones()) - {OF_THE_MACHINE}


def zone(*names: str) -> ZoneInfo:
    """Return the first of `names` that is a real zone, else UTC; empty and invalid names are passed over."""
    for name in names:
        if name in known():
            return ZoneInfo(name)
    return ZoneInfo("UTC")


def validate_timezone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time-zone name such as Europe/Vilnius."""
    if name not in known():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Use an IANA name such as Europe/Vilnius."),
            params={"name": name},
        )
