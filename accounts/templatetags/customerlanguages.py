"""How customers' languages are written."""

from django import template

from accounts.customerlanguages import spoken

register = template.Library()


@register.filter
def is_right_to_left(language: str) -> bool:
    return spoken.direction(language or "en") == "rtl"
