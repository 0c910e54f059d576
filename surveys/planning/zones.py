"""Which time zones both this machine and its database know, so that a send window can be worked out in SQL."""

from functools import cache

from django.db import connection

from accounts.timezones import known


def known_everywhere() -> frozenset[str]:
    """Return the IANA names that may be given to the database."""
    return known() & _known_to_database()


@cache
def _known_to_database() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names")
        return frozenset(name for (name,) in cursor.fetchall())
