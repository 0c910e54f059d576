"""What contacts said about each medium, taken over for many contacts at once."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from crm.models import Consent

Wishes = Mapping[int, Mapping[str, str]]  # contact id → medium → status


def take_over(wishes: Wishes, *, origin: str, now: datetime) -> set[int]:
    """Keep what each contact said about each medium and return the ids of the contacts for whom something changed.

    An objection stays: only a member of staff takes it back. One statement; repeating it changes nothing.
    """
    flat = [(contact, medium, status) for contact, said in wishes.items() for medium, status in said.items()]
    if not flat:
        return set()
    contacts, media, statuses = (list(column) for column in zip(*flat, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO crm_consent AS c (contact_id, medium, status, origin, changed_at)
            SELECT r.contact_id, r.medium, r.status, %(origin)s, %(now)s
            FROM unnest(%(contacts)s::bigint[], %(media)s::varchar[], %(statuses)s::varchar[])
                 AS r (contact_id, medium, status)
            ON CONFLICT (contact_id, medium) DO UPDATE
            SET status = EXCLUDED.status, origin = EXCLUDED.origin, changed_at = EXCLUDED.changed_at
            WHERE c.status <> EXCLUDED.status AND c.status <> %(objected)s
            RETURNING contact_id
            """,
            {
                "contacts": contacts,
                "media": media,
                "statuses": statuses,
                "origin": origin[:200],
                "now": now,
                "objected": Consent.Status.OBJECTED,
            },
        )
        return {contact for (contact,) in cursor.fetchall()}


def kept_objections(wishes: Wishes) -> dict[int, list[str]]:
    """Return per contact the media whose objection stands although another status is wished for."""
    objections = Consent.objects.filter(contact__in=wishes, status=Consent.Status.OBJECTED)
    kept: dict[int, list[str]] = {}
    for contact, medium in objections.order_by("medium").values_list("contact_id", "medium"):
        if wishes[contact].get(medium, Consent.Status.OBJECTED) != Consent.Status.OBJECTED:
            kept.setdefault(contact, []).append(medium)
    return kept
