"""Promoters are invited to recommend: on the page and in the letter of thanks, where a brand's programme says so."""

import time
from collections.abc import Mapping
from functools import lru_cache

from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts.customerlanguages import spoken
from followups.models import ReferralProgramme
from responses.page.extras import Thanked, register
from responses.page.steps import compiled
from surveys.metrics import Tier

# A change made in admin shows on the page after at most this long.
KEPT_SECONDS = 10


def invitation(thanked: Thanked) -> str:
    """Return the way to the customer's own link, "" where this customer is not invited."""
    programme = _programmes(int(time.monotonic() // KEPT_SECONDS)).get(thanked.brand_id)
    if programme is None or not programme.invites_on_page or thanked.tier is not Tier.GOOD:
        return ""
    return compiled("_referral_invitation", thanked.language).fill(
        {
            "action": escape(own_page(thanked.token, thanked.language)),
            "brand": escape(thanked.brand),
            "body": escape(programme.said("reward", thanked.language)),
        }
    )


def way_in_letter(programme: ReferralProgramme | None, tier: Tier, language: str, token: str) -> tuple[str, str] | None:
    """Return words and path of the link in a letter of thanks; `token` stands where that of the letter will be."""
    if programme is None or not programme.invites_in_letter or tier is not Tier.GOOD:
        return None
    with spoken.speaking(language):
        return _("Recommend us to a friend"), own_page(token, language)


def own_page(token: str, language: str) -> str:
    """Return the path of a customer's page with their link, in the language that they read now."""
    return f"{reverse('referral-own', args=[token])}?language={language}"


def programmes() -> Mapping[int, ReferralProgramme]:
    """Return the active programmes by brand, as they are set now; one query."""
    return {programme.brand_id: programme for programme in ReferralProgramme.objects.filter(is_active=True)}


@lru_cache(maxsize=1)
def _programmes(_period: int) -> Mapping[int, ReferralProgramme]:
    return programmes()


def forget() -> None:
    """Read everything anew at the next page."""
    _programmes.cache_clear()


register(invitation)
