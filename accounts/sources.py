"""Names of sources that no other system may take."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The invented customers by which one looks around (onboarding.sample).
SAMPLE = "sample"
RESERVED = frozenset({SAMPLE})


def is_reserved(name: str) -> bool:
    return name.strip().lower() in RESERVED


def refusal(name: str) -> str:
    return _("“%(name)s” is the name of the sample data. Choose another one.") % {"name": name}


def refuse_reserved(name: str) -> None:
    if is_reserved(name):
        raise ValidationError(refusal(name))
