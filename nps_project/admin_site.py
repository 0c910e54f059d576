from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.plaintext import is_damaged
from nps_project import admin_widgets
from nps_project.admin_sections import sectioned

log = structlog.get_logger(__name__)

View = Callable[..., HttpResponseBase]

# What comes of a value in a query that is not of the type of its field.
UNREADABLE = (DataError, OverflowError, TypeError, AttributeError, ValueError)

# What the administration says and Django's own catalogues lack in some language, or say in a way that our nouns do not
# fit into, so that ours hold it.
LACKING = (
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Select %s to change"),
    _("Select %s to view"),
    _("Add %s"),
    _("Change %s"),
    _("View %s"),
    _("Add %(name)s"),
)


class PlumbAdminSite(AdminSite):
    enable_nav_sidebar = False
    site_header = _("Plumb administration")
    site_title = _("Plumb")
    index_title = _("What do you want to set?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One login page with one rate limit for staff pages and admin alike.
        self.login = secure_admin_login(self.login)  # type: ignore[method-assign]

    def register(self, *args: Any, **options: Any) -> None:
        super().register(*args, **options)
        for page in self._registry.values():
            page.formfield_overrides = {**page.formfield_overrides, **admin_widgets.OF_FIELDS}  # type: ignore[misc]  # its own

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        return apps if app_label else sectioned(apps)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """Send people to their own page: one place that asks for the old password, one that writes it down."""
        return redirect("account_change_password")

    def admin_view(self, view: View, cacheable: bool = False) -> Any:
        """Answer 400 to what PostgreSQL would refuse: the admin looks things up before it looks at what was sent."""
        return super().admin_view(_for_readable_requests(view), cacheable)


def _for_readable_requests(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        for sent in (request.GET, request.POST):
            if any(is_damaged(text) for name, texts in sent.lists() for text in (name, *texts)):
                raise BadRequest("Null characters or halves of surrogate pairs")
        asks = request.method == "GET" and bool(request.GET)
        return _read(view, request, *args, **kwargs) if asks else view(request, *args, **kwargs)

    return guarded


def _read(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Return the page that an address with a query asks for; the admin hands to the database, and to its fields, what
    stands there, and what they cannot read is a bad request."""
    try:
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response
    except UNREADABLE as error:
        log.warning("query of the admin could not be read", path=request.path, exc_info=True)
        raise BadRequest("A query that cannot be read") from error
