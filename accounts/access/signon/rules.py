"""Whether people log in at the company's provider, and whose password still counts."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.access import secondfactor
from accounts.models import User


def is_on() -> bool:
    return bool(settings.SIGN_ON_ISSUER)


def is_required() -> bool:
    return is_on() and settings.SIGN_ON_REQUIRED


def label() -> str:
    """Return what people call the provider."""
    return settings.SIGN_ON_LABEL or _("company login")


def button() -> str:
    """Return what stands on the button that leads to the provider."""
    if not settings.SIGN_ON_LABEL:
        return _("Log in with your company account")
    return _("Log in with %(label)s") % {"label": settings.SIGN_ON_LABEL}


def counts_password_of(person: User) -> bool:
    """Say whether a person may log in by a password.

    Where single sign-on is required these are the ones who break the glass when the provider is away: whom
    SIGN_ON_BREAK_GLASS names, and chief administrators with a second factor.
    """
    if not is_required() or person.email in settings.SIGN_ON_BREAK_GLASS:
        return True
    return person.is_superuser and secondfactor.has_one(person)
