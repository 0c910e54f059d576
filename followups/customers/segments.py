"""Segments: conditions on customers under a name, with how many each reader has in them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, IntegerField, Value
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from followups.customers import visibility
from followups.customers.forms import SegmentNameForm
from followups.customers.listed import CustomerList
from surveys.audiences import conditions, segments
from surveys.audiences.vocabulary import SegmentVocabulary
from surveys.models import CustomerSegment

# So many are shown and counted; a company with more keeps them by other names.
MOST_SHOWN = 30
# Up to so many customers are counted anew each time, more of them once in so many seconds.
FEW = 1000
KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class CountedSegment:
    """A segment as one reader sees it. `customers`: None where it cannot be read any more."""

    segment: CustomerSegment
    address: str
    customers: int | None
    is_current: bool


def shown(request: HttpRequest, found: CustomerList, now: datetime, form: SegmentNameForm | None) -> dict[str, object]:
    """Return what the list of customers shows of segments: all of them counted, and the form that keeps one, which
    is `form` where that says what to fix."""
    user = cast(User, request.user)
    saved = list(CustomerSegment.objects.shown_to(user).select_related("owner").order_by("name", "pk")[:MOST_SHOWN])
    current = next((segment for segment in saved if str(segment.pk) == request.GET.get("segment")), None)
    own = current if current and current.owner_id == user.pk else None
    sizes = _counted(saved, user, found.known, now)
    return {
        "segments": [
            CountedSegment(segment, address(segment), sizes.get(segment.pk), segment == current) for segment in saved
        ],
        "current_segment": current,
        "own_segment": own,
        "segment_form": form or SegmentNameForm(instance=own, user=user, auto_id="segment_%s"),
    }


def address(segment: CustomerSegment) -> str:
    """Return where the customers of a segment are listed."""
    kept = segment.conditions if isinstance(segment.conditions, dict) else {}
    return f"{reverse('contacts')}?{urlencode({**kept, 'segment': segment.pk})}"


def _counted(saved: Sequence[CustomerSegment], user: User, known: SegmentVocabulary, now: datetime) -> dict[int, int]:
    """Return how many customers of `user` are in each segment that can be read, by primary key; one query for all."""
    key = _cache_key(saved, user)
    if (kept := cache.get(key)) is not None:
        # As pairs, since the cache keeps JSON, in which every key is text.
        return dict(kept)
    counts = []
    for segment in saved:
        try:
            holds = conditions.holding(segments.chosen_of(segment, known=known), now)
        except segments.UnreadableSegment:
            continue
        members = visibility.contacts_of(user).filter(holds).order_by()
        which = Value(segment.pk, output_field=IntegerField())
        counts.append(members.annotate(which=which).values("which").annotate(number=Count("pk")))
    sizes = dict(counts[0].union(*counts[1:], all=True).values_list("which", "number")) if counts else {}
    if max(sizes.values(), default=0) > FEW:
        cache.set(key, list(sizes.items()), KEPT_SECONDS)
    return sizes


def _cache_key(saved: Sequence[CustomerSegment], user: User) -> str:
    whose = [user.pk, user.team_id, user.sees_all_teams, [[segment.pk, segment.conditions] for segment in saved]]
    return "segment-counts-" + hashlib.sha256(json.dumps(whose, sort_keys=True).encode()).hexdigest()
