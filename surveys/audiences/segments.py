"""Who is in a segment. This is the door for waves, playbooks, letters and the API."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts import clock
from crm.models import Contact
from crm.segments import UnknownSegment
from surveys.audiences import conditions
from surveys.audiences.forms import ConditionsForm
from surveys.audiences.vocabulary import SegmentVocabulary
from surveys.models import CustomerSegment


class UnreadableSegment(Exception):
    """A condition of a segment means nothing any more, such as a product that was deleted; nobody is in it then."""


def chosen_of(segment: CustomerSegment, *, known: SegmentVocabulary | None = None) -> dict[str, Any]:
    """Return the conditions of a segment as `conditions.holding` takes them; six queries without `known`.

    Raises UnreadableSegment for whatever the form does not read: leaving one condition out would choose more people.
    """
    kept = segment.conditions
    if not isinstance(kept, dict):
        raise UnreadableSegment(segment.pk)
    form = ConditionsForm(kept, known=known or SegmentVocabulary.fetch())
    if not form.is_valid() or set(form.chosen) != {name for name, value in kept.items() if value != ""}:
        raise UnreadableSegment(segment.pk)
    return form.chosen


def members_of(
    segment: CustomerSegment, *, now: datetime | None = None, known: SegmentVocabulary | None = None
) -> QuerySet[Contact]:
    """Return the contacts who are in a segment now, whoever looks. Raises UnreadableSegment."""
    return conditions.members(chosen_of(segment, known=known), now or clock.now())


def among(
    segment: CustomerSegment,
    contacts: Collection[int],
    *,
    now: datetime | None = None,
    known: SegmentVocabulary | None = None,
) -> set[int]:
    """Return which of these contacts (by id) are in a segment; of one that means nothing any more nobody is.

    For many segments fetch `known` once: then it is one query for each.
    """
    try:
        found = members_of(segment, now=now, known=known)
    except UnreadableSegment:
        return set()
    return set(found.filter(pk__in=contacts).values_list("pk", flat=True))


def is_in(
    segment: CustomerSegment, contact: int, *, now: datetime | None = None, known: SegmentVocabulary | None = None
) -> bool:
    """Say whether a contact (by id) is in a segment."""
    return contact in among(segment, [contact], now=now, known=known)


def members_for_others(number: int) -> QuerySet[Contact]:
    """Return who is in a segment that is for everybody, for other systems. Raises UnknownSegment."""
    segment = CustomerSegment.objects.filter(pk=number, is_shared=True).first()
    if segment is None:
        raise UnknownSegment(number)
    try:
        return members_of(segment)
    except UnreadableSegment:
        raise UnknownSegment(number) from None


def keys_as_sql(segment: CustomerSegment, *, now: datetime) -> str:
    """Return SQL that chooses the ids of who is in a segment, to stand in a statement that has parameters of its own.

    Raises UnreadableSegment.
    """
    statement, parameters = members_of(segment, now=now).order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        said = cursor.mogrify(statement, parameters)
    text = said.decode() if isinstance(said, bytes) else str(said)
    return text.replace("%", "%%")
