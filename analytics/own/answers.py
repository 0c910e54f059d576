"""The answers by which somebody was rated: the same rows that the number of their page counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import User
from analytics.explorer.answers import latest_of_each
from analytics.rollups.cells import Selection
from analytics.unit import Unit
from followups.customers import visibility
from followups.models import Followup
from responses.models import Response, ResponseTopic
from responses.models.response import ResponseQuerySet

SHOWN_WITH = ("contact", "company", "manager", "product", "survey")


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer as its page prints it: `customer` is "" where the person may not look at the customer (any more)."""

    response: Response
    customer: str
    url: str
    topics: Sequence[str]


def counted(selection: Selection, category: str = "", topic: int | None = None) -> ResponseQuerySet:
    """Return the answers that a number counts, or those of a category and about a topic, newest first."""
    found: ResponseQuerySet = selection.narrow(Response.objects.counted())
    if selection.unit is not Unit.ANSWERS:
        found = latest_of_each(found, selection.period.moments(selection.zone)[1], selection.next_answer)
    if category:
        found = found.filter(category=category)
    if topic is not None:
        found = found.filter(Exists(ResponseTopic.objects.filter(response=OuterRef("pk"), topic=topic)))
    return found.select_related(*SHOWN_WITH).order_by("-answered_at", "-pk")


def as_printed(answers: Iterable[Response], person: User) -> list[OwnAnswer]:
    """Return answers with their topics and, within the reach of the person, their customers; three queries."""
    rows = list(answers)
    customers = [row.contact_id for row in rows if row.contact_id]
    in_reach = set(visibility.contacts_of(person).filter(pk__in=customers).values_list("pk", flat=True))
    work = dict(
        Followup.objects.visible_to(person)
        .filter(response__in=[row.pk for row in rows])
        .values_list("response_id", "pk")
    )
    topics: dict[int, list[str]] = {}
    named = ResponseTopic.objects.filter(response__in=[row.pk for row in rows]).select_related("topic")
    for each in named.order_by("topic__position", "topic"):
        topics.setdefault(each.response_id, []).append(str(each.topic))
    return [
        OwnAnswer(
            response=row,
            customer=str(row.contact) if row.contact_id in in_reach or row.pk in work else "",
            url=_address(row, work, in_reach),
            topics=topics.get(row.pk, []),
        )
        for row in rows
    ]


def _address(row: Response, work: dict[int, int], in_reach: set[int]) -> str:
    """Return where there is more to read: the follow-up, else the customer, else nowhere."""
    if row.pk in work:
        return reverse("followup", args=[work[row.pk]])
    return reverse("contact", args=[row.contact_id]) if row.contact_id in in_reach else ""
