"""What a time zone is called in each language, and which zones somebody means who types a city, a country or a name.

Cities and countries are those of Unicode's CLDR, as Babel carries them.
"""

import re
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from django.conf import settings

from accounts.folded import fold
from accounts.timezones import known

# The name of a zone at the end of its label.
NAMED = re.compile(r"\(([^()\s]+)\)\s*$")
# The country of zones that lie nowhere, such as UTC.
NOWHERE = "ZZ"


@cache
def label(zone: str, language: str) -> str:
    """Return a zone as people read it, such as `Київ, Україна (Europe/Kyiv)`; of one without a place, its name."""
    place = _place(zone, language)
    return f"{place} ({zone})" if place else zone


def found(typed: str, language: str) -> list[str]:
    """Return the zones that `typed` occurs in, by city, country or name in any of our languages, older names included.

    Those come first of which a word begins with it; each group stands in the order of its labels.
    """
    wanted = fold(typed).strip()
    if not wanted:
        return []
    begins = re.compile(rf"\b{re.escape(wanted)}")
    holding = [zone for zone, text in _searched().items() if wanted in text]
    return sorted(holding, key=lambda zone: (not begins.search(_searched()[zone]), label(zone, language)))


def meant(typed: str, language: str) -> list[str]:
    """Return the zones that `typed` may stand for: one where it is a label, a name, a city or all that is found."""
    named = NAMED.search(typed)
    name = named[1] if named else typed.strip()
    if name in known():
        return [name]
    zones = found(typed, language)
    of_city = [zone for zone in zones if fold(typed).strip() in _cities(zone)]
    return of_city if len(of_city) == 1 else zones


@cache
def _place(zone: str, language: str) -> str:
    """Return the city of a zone and its country, or nothing of a zone that lies nowhere."""
    locale, territory = Locale.parse(language), _territories().get(get_global("zone_aliases").get(zone, zone), NOWHERE)
    if territory == NOWHERE:
        return ""
    return f"{get_timezone_location(zone, locale=locale, return_city=True)}, {locale.territories[territory]}"


@cache
def _territories() -> dict[str, str]:
    """Return the country of each zone that this machine knows."""
    return {zone: country for zone, country in get_global("zone_territories").items() if zone in known()}


@cache
def _searched() -> dict[str, str]:
    """Return what is searched of each zone, folded: cities and countries in every language, its name and older ones."""
    names = {zone: [*(_place(zone, language) for language in _languages()), zone] for zone in _territories()}
    for older, zone in get_global("zone_aliases").items():
        if zone in names:
            names[zone].append(older)
    return {zone: fold(" | ".join(filter(None, found)).replace("_", " ")) for zone, found in names.items()}


@cache
def _cities(zone: str) -> frozenset[str]:
    return frozenset(fold(_place(zone, language).partition(",")[0]) for language in _languages())


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]
