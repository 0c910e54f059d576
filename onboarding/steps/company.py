"""Who asks: the brand under which customers know us, its legal lines, and the clock of our company."""

from collections.abc import Iterable

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import time_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts import colours, languages, zone_names
from accounts.models import Brand, Organisation
from onboarding.steps.installation import SetupFacts
from onboarding.steps.step import SetupStep, StepState
from onboarding.ways import WayOut

OUR_COMPANY = WayOut(gettext_lazy("Change the clock"), "admin:accounts_organisation_changelist")


def step(there: SetupFacts) -> SetupStep:
    if not there.brands:
        return SetupStep(
            name="company",
            title=_("Company and brand"),
            state=StepState.TO_DO,
            sentence=_("Customers are asked in the name of a brand, and there is none yet."),
            way=WayOut(_("Add a brand"), "admin:accounts_brand_add"),
            more=_clock(there.organisation),
        )
    brand = next((brand for brand in there.brands if list(_missing(brand))), there.brands[0])
    missing = list(_missing(brand))
    return SetupStep(
        name="company",
        title=_("Company and brand"),
        state=StepState.TO_DO if missing else StepState.DONE,
        sentence=_sentence(brand, missing, len(there.brands)),
        way=WayOut(_("Change the brand"), "admin:accounts_brand_change", (brand.pk,)),
        more={"brand": brand, **_look(brand), **_clock(there.organisation)},
    )


def _missing(brand: Brand) -> Iterable[str]:
    """Name what the law wants under a letter to a customer."""
    if not brand.postal_address:
        yield _("postal address")
    if not (brand.imprint_url or brand.privacy_url):
        yield _("imprint or privacy notice")


def _sentence(brand: Brand, missing: list[str], brands: int) -> str:
    if missing:
        said = _("“%(brand)s” lacks: %(missing)s. Letters to customers have to show them.")
        return said % {"brand": brand, "missing": ", ".join(missing)}
    if brands > 1:
        said = ngettext("%(count)s brand with its legal lines.", "%(count)s brands with their legal lines.", brands)
        return said % {"count": brands}
    said = ngettext(
        "“%(brand)s” with its legal lines, in %(count)s language.",
        "“%(brand)s” with its legal lines, in %(count)s languages.",
        len(brand.languages),
    )
    return said % {"brand": brand, "count": len(brand.languages)}


def _look(brand: Brand) -> dict[str, object]:
    text = colours.text_on(brand.colour)
    return {
        "offered": ", ".join(languages.name_of(code) for code in brand.languages),
        "contrast": round(colours.contrast(brand.colour, text), 1),
        "is_white": text == colours.WHITE,
    }


def _clock(organisation: Organisation) -> dict[str, object]:
    hours = (
        f"{time_format(organisation.opens_at, 'TIME_FORMAT')} – {time_format(organisation.closes_at, 'TIME_FORMAT')}"
    )
    days = ", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in sorted(organisation.weekdays))
    zone = zone_names.label(organisation.timezone, get_language() or "en")
    return {"zone": zone, "hours": f"{days}, {hours}", "clock": OUR_COMPANY}
