"""Who may read the pages of numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.models import User

managers_only = permission_required("analytics.view_dashboard", raise_exception=True)


def for_who_sees_all_teams(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Turn away whoever does not see all teams: what the page tells is told from everybody together."""

    @require_safe
    @managers_only
    @wraps(view)
    def seen(request: HttpRequest, **more: Any) -> HttpResponseBase:
        if not cast(User, request.user).sees_all_teams:
            raise PermissionDenied
        return view(request, **more)

    return seen
