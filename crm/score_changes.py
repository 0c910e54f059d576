"""Whose latest scores are to be worked out anew, and that only one process does it at a time."""

from collections.abc import Collection

from django.db import connection

from crm.models import ScoreChange

LOCK = "crm:latest scores"
CLAIM = """
    DELETE FROM crm_scorechange
    WHERE id IN (SELECT id FROM crm_scorechange WHERE id <= %s ORDER BY id LIMIT %s)
    RETURNING contact_id
"""


def wait_for_turn() -> None:
    """Let nobody else write latest scores until this transaction is over.

    Whoever looks at the answers after this sees all that the last writer saw, so nothing older is ever written over
    something newer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])


def newest() -> int:
    """Return the number of the newest change, 0 where there is none."""
    return ScoreChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def claim(limit: int, *, up_to: int) -> list[int]:
    """Take the oldest changes away and return their contacts, each once, in order; a rollback brings them back.

    `up_to`: the number of the newest change that is taken.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [up_to, limit])
        return sorted({contact for (contact,) in cursor.fetchall()})


def note(contacts: Collection[int]) -> None:
    """Have the latest scores of these contacts worked out anew soon."""
    ScoreChange.objects.bulk_create(ScoreChange(contact_id=contact) for contact in contacts)
