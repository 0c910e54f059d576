from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class PlumbAdminSite(AdminSite):
    site_header = _("Plumb administration")
    site_title = _("Plumb")
    index_title = _("What do you want to set?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One login page with one rate limit for staff pages and admin alike.
        self.login = secure_admin_login(self.login)  # type: ignore[method-assign]
