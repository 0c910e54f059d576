"""What each filter of the inbox keeps, as conditions on follow-ups alone: lists and counts go by the same ones."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from followups.inbox.forms import InboxFilterForm
from followups.models import Followup, RootCause
from responses.models import ResponseTopic

A_WEEK = timedelta(days=7)


def condition(chosen: Mapping[str, Any], now: datetime) -> Q:
    """Return what must hold of a follow-up of this list; words that are searched for are looked up elsewhere."""
    kept = Q()
    for name, value in chosen.items():
        if name in FILTERS:
            kept &= FILTERS[name](value, now)
    return kept


def _of_status(status: str, _now: datetime) -> Q:
    return Q(status=status) if status in Followup.OPEN else Q()


def _of_category(category: str, _now: datetime) -> Q:
    return Q(response__isnull=True) if category == InboxFilterForm.LETTERS else Q(category=category)


def _of_topic(topic: int, _now: datetime) -> Q:
    return Q(response__in=ResponseTopic.objects.filter(topic=topic).values("response"))


def _due(when: str, now: datetime) -> Q:
    ours = ~Followup.is_the_customers_turn(now)
    if when == InboxFilterForm.OVERDUE:
        return ours & Followup.is_late(now)
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    midnight = timezone.make_aware(datetime.combine(tomorrow, time()))
    return ours & Q(next_due_at__lt=midnight if when == InboxFilterForm.TODAY else now + A_WEEK)


FILTERS: Mapping[str, Callable[[Any, datetime], Q]] = {
    "category": _of_category,
    "status": _of_status,
    "due": _due,
    "product": lambda product, _now: Q(product=product),
    "team": lambda team, _now: Q(team=team),
    "language": lambda language, _now: Q(language=language),
    "topic": _of_topic,
    "state": lambda state, _now: Q(state=state),
    "root_cause": lambda slug, _now: Q(root_cause__in=RootCause.objects.under(slug).values("slug")),
    "amount": lambda amount, _now: Q(worth__gte=amount),
    "comment": lambda comment, _now: Q(has_comment=comment == InboxFilterForm.WITH),
}
