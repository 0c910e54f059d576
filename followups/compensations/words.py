"""Why something cannot be given, in words for staff."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Organisation


def no_code_left() -> str:
    return _("There is no code left in this pool. Choose another one, or give something else.")


def too_much() -> str:
    most, currency = settings.COMPENSATION_WITHOUT_LEAD, Organisation.current().currency
    return _("More than %(most)s %(currency)s is given by whoever leads: ask your lead.") % {
        "most": most,
        "currency": currency,
    }
