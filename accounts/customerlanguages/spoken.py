"""In which languages customers are asked: those that come with Plumb, and those that administrators added.

Each process keeps what it knows of the added ones and looks every few seconds whether something changed.
"""

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from gettext import GNUTranslations
from io import BytesIO
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.apps import apps
from django.conf import settings
from django.dispatch import Signal
from django.utils import translation
from django.utils.translation import get_language_info, trans_real

from accounts import languages
from accounts.customerlanguages import words

if TYPE_CHECKING:
    from accounts.models import CustomerLanguage

# Sent when words of an added language changed, so that whoever keeps something rendered forgets it.
changed = Signal()
# Seconds for which a process believes what it knows.
LOOKED_EVERY = 5.0
OWN = {code: str(get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES}


@dataclass(frozen=True)
class AddedLanguage:
    tag: str
    name: str
    direction: str
    is_offered: bool


@dataclass(frozen=True)
class _Known:
    """What a process knows: when each language changed last, and what it is."""

    stamps: frozenset[tuple[str, Any]] = frozenset()
    added: tuple[AddedLanguage, ...] = ()


NOTHING_ADDED = _Known()
_known, _looked = NOTHING_ADDED, float("-inf")


def added() -> tuple[AddedLanguage, ...]:
    """Return the added languages by tag, those too that are no longer in use."""
    global _known, _looked
    now = time.monotonic()
    if now - _looked >= LOOKED_EVERY:
        model: type[CustomerLanguage] = apps.get_model("accounts", "CustomerLanguage")
        stamps = frozenset(model.objects.values_list("tag", "changed_at"))
        if stamps != _known.stamps:
            _known = _read(model, stamps)
            changed.send(None)
        _looked = now
    return _known.added


def forget(**_signal: Any) -> None:
    """Look anew the next time."""
    global _looked
    _looked = float("-inf")


def codes() -> tuple[str, ...]:
    """Return every language in which customers are asked."""
    return (*OWN, *(language.tag for language in added() if language.is_offered))


def is_offered(code: str) -> bool:
    """Whether customers are asked in this language, as the database has it by now, a transaction of one's own too."""
    model: type[CustomerLanguage] = apps.get_model("accounts", "CustomerLanguage")
    return code in OWN or model.objects.filter(tag=code, is_offered=True).exists()


def choices() -> list[tuple[str, Any]]:
    """Return them for a form, by the names that staff call them."""
    extra = [(language.tag, languages.name_of(language.tag)) for language in added() if language.is_offered]
    return [*settings.LANGUAGES, *extra]


def names() -> dict[str, str]:
    """Return what staff call each language, those too that are no longer in use."""
    return {code: str(name) for code, name in settings.LANGUAGES} | {
        language.tag: languages.name_of(language.tag) for language in added()
    }


def own_names() -> Mapping[str, str]:
    """Return what its speakers call each language, those too that are no longer in use."""
    return OWN | {language.tag: language.name for language in added()}


def direction(code: str) -> str:
    """Return `ltr` or `rtl`; the case of letters does not matter."""
    return (
        next((one.direction for one in added() if one.tag.lower() == code.lower()), "ltr") if code not in OWN else "ltr"
    )


def matched(code: str, offered: Collection[str]) -> str:
    """Return the language among `offered` for readers of `code`, "" without one: itself, or one that it narrows.

    This is the lookup of RFC 4647, 3.4: `pt-BR` is served by `pt`, and `pt` not by `pt-BR`.
    """
    parts = code.split("-")
    while parts:
        if (tag := "-".join(parts)) in offered:
            return tag
        parts.pop()
    return ""


def wanted(code: str) -> str:
    """Return the language in which customers are asked for what a browser wants (`pt-br`), "" without one."""
    if ours := languages.supported(code, default=""):
        return ours
    by_lower = {one.tag.lower(): one.tag for one in added() if one.is_offered}
    return by_lower.get(matched(code.replace("_", "-").lower(), by_lower), "")


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Translate into a language of customers meanwhile."""
    if code not in OWN:
        added()
    with translation.override(code):
        yield


def _read(model: "type[CustomerLanguage]", stamps: frozenset[tuple[str, Any]]) -> _Known:
    rows = list(model.objects.all())
    for row in rows:
        _install(row)
    return _Known(stamps, tuple(AddedLanguage(row.tag, row.name, row.direction, row.is_offered) for row in rows))


def _install(row: "CustomerLanguage") -> None:
    """Give Django the words of a language beside what it has of its own, such as the names of months."""
    catalogue = Catalog()
    for word in words.all_words():
        if said := row.words.get(word.key):
            catalogue.add(word.text, said, context=word.context or None)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    fresh = trans_real.DjangoTranslation(row.tag)
    fresh.merge(GNUTranslations(compiled))
    # Django finds what it activates here; it has no other door.
    # Left again, it is activated by the tag in lower case.
    trans_real._translations[row.tag] = trans_real._translations[row.tag.lower()] = fresh  # type: ignore[attr-defined]
