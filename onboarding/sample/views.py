from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from onboarding.models import SampleSet
from onboarding.readers import SETS_UP
from onboarding.sample import removal, standing


@require_safe
@never_cache
@permission_required(SETS_UP, raise_exception=True)
def show_sample(request: HttpRequest) -> HttpResponse:
    """Show what is here of the sample data, and before they go how many rows that is."""
    known = SampleSet.current()
    content = {
        "known": known,
        "obstacle": standing.obstacle() if known is None else "",
        "counts": removal.counted() if known and known.is_loaded else [],
    }
    template = "_standing" if request.htmx else "sample"  # type: ignore[attr-defined]  # by its middleware
    return render(request, f"onboarding/sample/{template}.html", content)


@require_POST
@permission_required(SETS_UP, raise_exception=True)
def load_sample(request: HttpRequest) -> HttpResponse:
    try:
        standing.load_soon(by=cast(User, request.user))
    except standing.CannotLoad as refusal:
        messages.error(request, _("No sample data were loaded: %(reason)s") % {"reason": refusal.reason})
    return redirect("sample")


@require_POST
@permission_required(SETS_UP, raise_exception=True)
def remove_sample(request: HttpRequest) -> HttpResponse:
    if not standing.remove_soon(by=cast(User, request.user)):
        messages.info(request, _("There are no sample data here."))
    return redirect("sample")
