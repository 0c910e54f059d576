"""How customers' languages are written."""

from django import template

from accounts.customerlanguages import cldr, spoken

register = template.Library()


@register.filter
def is_right_to_left(language: str) -> bool:
    return spoken.direction(language or "en") == "rtl"


@register.filter
def as_sentence(text: str) -> str:
    """Return a text as a sentence begins, in whatever language."""
    return cldr.begun(str(text))
