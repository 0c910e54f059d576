"""Segments: conditions on customers under a name, with how many each reader has in them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Count, IntegerField, ProtectedError, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.models import User
from accounts.plaintext import clean
from followups.customers import visibility
from followups.customers.forms import SegmentNameForm
from followups.customers.listed import CustomerList, listed
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


def shown(request: HttpRequest, found: CustomerList, now: datetime) -> dict[str, object]:
    """Return what the list of customers shows of segments: all of them counted, and the form that keeps one."""
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
        "segment_form": SegmentNameForm(instance=own, user=user, auto_id="segment_%s"),
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


@require_POST
def save_segment(request: HttpRequest) -> HttpResponse:
    """Keep the conditions of the address under a name; a name that its person had before is given to these."""
    user = cast(User, request.user)
    known = CustomerSegment.objects.filter(owner=user, name=clean(request.POST.get("name", ""))).first()
    return _saved(request, known or CustomerSegment(owner=user))


@require_POST
def change_segment(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a segment of one's own another name or other conditions, or show it to everybody."""
    return _saved(request, get_object_or_404(CustomerSegment, pk=pk, owner=cast(User, request.user)))


@require_POST
def delete_segment(request: HttpRequest, pk: int) -> HttpResponse:
    segment = get_object_or_404(CustomerSegment, pk=pk, owner=cast(User, request.user))
    try:
        segment.delete()
    except ProtectedError:
        return _refused(request, segment)
    messages.success(request, _("The segment is deleted."))
    return redirect("contacts")


def _refused(request: HttpRequest, segment: CustomerSegment) -> HttpResponse:
    messages.error(
        request, _("A wave or a playbook goes by who is in this segment: an administrator has to release it first.")
    )
    return redirect(address(segment))


def _is_bound(segment: CustomerSegment, user: User) -> bool:
    """Say whether something goes by a segment that this person may not change."""
    if segment.waves.exists() and not user.has_perm("surveys.change_wave"):
        return True
    return segment.playbooks.exists() and not user.has_perm("followups.change_playbook")


def _saved(request: HttpRequest, segment: CustomerSegment) -> HttpResponse:
    user = cast(User, request.user)
    if segment.pk and _is_bound(segment, user):
        return _refused(request, segment)
    found = listed(request.GET, user, clock.now())
    if not found.form.is_valid() or not found.form.kept:
        messages.error(request, _("Not saved: choose the conditions first."))
        return redirect(f"{reverse('contacts')}?{request.GET.urlencode()}")
    form = SegmentNameForm(request.POST, instance=segment, user=user)
    if not form.is_valid():
        messages.error(request, _("Not saved: give the segment a name of its own."))
        return redirect(f"{reverse('contacts')}?{request.GET.urlencode()}")
    segment = form.save(commit=False)
    segment.conditions = found.form.kept
    try:
        with transaction.atomic():
            segment.save()
    except IntegrityError:
        # The same form was sent twice, and the other one was first.
        segment = CustomerSegment.objects.get(owner=user, name=segment.name)
    messages.success(request, _("The segment is saved."))
    return redirect(address(segment))
