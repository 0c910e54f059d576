from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.readers import managers_only
from analytics.improvements import exports
from followups.improvements.forms import BoardForm


@require_safe
@managers_only
def download_board(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the board with the same filters, as CSV or XLSX, and note who took it along."""
    reader = cast(User, request.user)
    form = BoardForm(request.GET, reader=reader)
    if not form.is_valid():
        return redirect(f"{reverse('improvements')}?{request.GET.urlencode()}")
    return hand_out(request, exports.table(reader, form.cleaned_data), "improvements", kind)
