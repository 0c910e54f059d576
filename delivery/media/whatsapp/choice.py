"""Which approved template speaks to a customer."""

from collections.abc import Collection, Iterable, Mapping

from accounts.customerlanguages import spoken
from delivery.models import WhatsAppNumber, WhatsAppTemplate

Kind = WhatsAppTemplate.Kind


def chosen(number: WhatsAppNumber, kind: str, languages: Iterable[str]) -> WhatsAppTemplate | None:
    """Return the template of a kind in the first of these languages in which one is approved, or in one that stands in
    for it."""
    approved = {template.language: template for template in number.templates.approved().filter(kind=kind)}
    return approved.get(first_of(languages, approved))


def first_of(languages: Iterable[str], approved: Collection[str]) -> str:
    """Return the first of `languages` that a template in one of `approved` can speak, "" without one."""
    return next((found for language in languages if (found := spoken.matched(language, approved))), "")


def approved_languages() -> Mapping[int, Collection[str]]:
    """Return in which languages each brand with a number in use may ask, by the key of the brand; one query."""
    rows = WhatsAppNumber.objects.in_use().values_list(
        "brand", "templates__language", "templates__kind", "templates__state"
    )
    found: dict[int, set[str]] = {}
    for brand, language, kind, state in rows:
        languages = found.setdefault(brand, set())
        if kind == Kind.INVITATION and state == WhatsAppTemplate.State.APPROVED:
            languages.add(language)
    return found
