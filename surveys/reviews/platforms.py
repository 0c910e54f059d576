"""The platforms for public reviews: how a link to the form of each looks, and what it says of choosing who is asked."""

import re
from urllib.parse import urlsplit

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Platform(models.TextChoices):
    GOOGLE = "google", "Google"
    TRUSTPILOT = "trustpilot", "Trustpilot"
    YANDEX = "yandex", gettext_lazy("Yandex Maps")
    TWO_GIS = "2gis", gettext_lazy("2GIS")
    FACEBOOK = "facebook", "Facebook"
    CAPTERRA = "capterra", "Capterra"
    G2 = "g2", "G2"
    OTHER = "other", gettext_lazy("another place")


# The addresses of the forms, as the platforms and public sites write them; Facebook, Capterra and G2 have no lasting
# form of one, so that only the host is looked at.
_PATTERNS = {
    Platform.GOOGLE: r"search\.google\.com/local/writereview\?(.*&)?placeid=[\w-]+.*|g\.page/r/[\w-]+/review/?",
    Platform.TRUSTPILOT: r"([a-z]{2,3}\.)?trustpilot\.com/evaluate/[\w.-]+(\?.*)?",
    Platform.YANDEX: r"yandex\.[a-z]{2,3}(\.[a-z]{2})?/maps/org/([^/?]+/)?\d+/reviews/?(\?.*)?",
    Platform.TWO_GIS: r"2gis\.[a-z]{2,3}(\.[a-z]{2})?/([\w-]+/)?firm/\d+/tab/reviews(/addreview)?/?(\?.*)?",
    Platform.FACEBOOK: r"(www\.|m\.)?facebook\.com/.+",
    Platform.CAPTERRA: r"([a-z]+\.)?capterra\.[a-z]{2,3}(\.[a-z]{2})?/.+",
    Platform.G2: r"(www\.)?g2\.com/.+",
}
_SHAPES = {
    Platform.GOOGLE: "https://search.google.com/local/writereview?placeid=…",
    Platform.TRUSTPILOT: "https://www.trustpilot.com/evaluate/alder.example",
    Platform.YANDEX: "https://yandex.com/maps/org/…/reviews/?add-review=true",
    Platform.TWO_GIS: "https://2gis.kz/almaty/firm/…/tab/reviews/addreview",
    Platform.FACEBOOK: "https://www.facebook.com/…/reviews",
    Platform.CAPTERRA: "https://reviews.capterra.com/…",
    Platform.G2: "https://www.g2.com/products/…/reviews",
}
# What is known of each platform's rules in writing.
_RULES: dict[Platform, Promise] = {
    Platform.GOOGLE: gettext_lazy(
        "Google forbids it: reviews may not be asked only of customers from whom good ones are expected, and bad ones "
        "may not be held back. It removes such reviews and may close the profile."
    ),
    Platform.TRUSTPILOT: gettext_lazy(
        "Trustpilot forbids it: invitations must be neutral and go to all customers alike. It warns readers on the "
        "page of a company that chooses."
    ),
}
_NO_RULE_KNOWN = gettext_lazy(
    "We know of no such rule of this place in writing: read its terms. The law of several countries, among them the "
    "United States, the United Kingdom and Australia, may still hold such reviews to mislead."
)


def problem_with(platform: str, url: str) -> str:
    """Return what is wrong with the address of a review form, "" when nothing is: https, a host, the place's form."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.password is not None:
        return _("Give an address that begins with https://, without a name or password in it.")
    known = Platform(platform)
    pattern = _PATTERNS.get(known)
    if pattern and not re.fullmatch(pattern, url.removeprefix("https://"), re.IGNORECASE):
        return _("That is not where %(place)s takes reviews. Such an address looks like %(shape)s") % {
            "place": known.label,
            "shape": _SHAPES[known],
        }
    return ""


def rule_of(platform: str) -> str:
    """Return what a platform says of asking only some customers, in a sentence for who is about to do so."""
    return str(_RULES.get(Platform(platform), _NO_RULE_KNOWN))


def rules() -> list[tuple[str, str]]:
    """Return name and rule of each platform that forbids it, and what holds for the others."""
    return [*((str(known.label), str(rule)) for known, rule in _RULES.items()), (_("Others"), str(_NO_RULE_KNOWN))]
