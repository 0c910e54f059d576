"""Notices to staff about the asking itself."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from delivery import notices
from delivery.notices import Notice
from surveys.fates.owners import TEMPLATE


def unreachable(context: Mapping[str, Any]) -> Notice:
    if context["company"]:
        said = _("We cannot reach %(name)s (%(company)s): our mail to %(address)s comes back.")
    else:
        said = _("We cannot reach %(name)s: our mail to %(address)s comes back.")
    remedy = _(
        "No survey goes to this address any more. When you know a better one, please correct it in the CRM: "
        "from then on we ask again."
    )
    return Notice(
        subject=_("We cannot reach %(name)s") % context,
        lines=(said % context, remedy),
        link=settings.BASE_URL + reverse("contact", args=[context["contact"]]),
    )


notices.register(TEMPLATE, unreachable)
