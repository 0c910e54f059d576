"""How customers are asked whether they want to be called, where nobody wrote other words."""

from django.utils.translation import gettext as _


def question() -> str:
    """Return the question in the active language."""
    return _("May we call you about it?")
