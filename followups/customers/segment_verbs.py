"""Segments are kept, changed and deleted by their owners."""

from typing import cast

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.models import User
from accounts.plaintext import clean
from followups.customers import segments
from followups.customers.forms import SegmentNameForm
from followups.customers.list_page import list_page
from followups.customers.listed import listed
from surveys.models import CustomerSegment


@require_POST
def save_segment(request: HttpRequest) -> HttpResponse:
    """Keep the conditions of the address under a name that its person has no segment of yet; sent twice it is one."""
    user = cast(User, request.user)
    known = CustomerSegment.objects.filter(owner=user, name=clean(request.POST.get("name", ""))).first()
    if known and known.conditions == listed(request.GET, user, clock.now()).form.kept:
        return _saved(request, known)
    return _saved(request, CustomerSegment(owner=user))


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
    return redirect(segments.address(segment))


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
    form = SegmentNameForm(request.POST, instance=segment, user=user, auto_id="segment_%s")
    if not form.is_valid():
        return list_page(request, form)
    segment = form.save(commit=False)
    segment.conditions = found.form.kept
    try:
        with transaction.atomic():
            segment.save()
    except IntegrityError:
        form.add_error("name", form.TAKEN)
        return list_page(request, form)
    messages.success(request, _("The segment is saved."))
    return redirect(segments.address(segment))
