"""What the Unicode CLDR (by Babel) knows of languages: names, direction of writing, how a day is written."""

from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date


def locale(tag: str) -> Locale | None:
    """Return what is known of a language, or of the one that its tag narrows; None where it knows neither."""
    parts = tag.split("-")
    while parts:
        try:
            return Locale.parse("-".join(parts), sep="-")
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return None


def own_name(tag: str) -> str:
    """Return what speakers call their language (`pl` → “Polski”), the tag where nothing is known."""
    known = locale(tag)
    name = (known.get_display_name() if known else None) or tag
    return begun(name) if known else tag


def begun(text: str) -> str:
    """Return a text as a sentence begins: Georgian has capital letters, and begins no sentence with one."""
    return text[:1].title() + text[1:]


def name_in(tag: str, reader: str) -> str:
    """Return what readers of `reader` call a language, the tag where nothing is known."""
    known = locale(tag)
    return (known.get_display_name(locale(reader) or "en") or tag) if known else tag


def direction(tag: str) -> str:
    """Return `ltr` or `rtl`."""
    known = locale(tag)
    return str(known.text_direction) if known else "ltr"


def day(value: date, tag: str) -> str:
    """Write a day as readers of the language do, in English where nothing is known."""
    return str(format_date(value, "long", locale=locale(tag) or "en"))
