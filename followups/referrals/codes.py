"""The code by which one customer recommends a brand: in the link for friends, and in the deal that came of it.

Sixteen characters of an alphabet of 32 are 80 bits. With a million codes given out, a guess hits one with a chance of
10⁶ ÷ 2⁸⁰ ≈ 8 · 10⁻¹⁹; a thousand networks that each guess as often as the door lets them (60 a minute) find one in
some 40 million years. What they would find is a first name and a form. docs/decisions/0035 tells why it is no longer.
"""

from __future__ import annotations

import secrets

from django.db import transaction

from crm.models import Contact
from crm.referral_codes import ALPHABET
from followups.models import ReferralCode, ReferralProgramme

LENGTH = 16


def draw() -> str:
    """Return a fresh random code."""
    return "".join(secrets.choice(ALPHABET) for _number in range(LENGTH))


@transaction.atomic
def code_of(contact: Contact, programme: ReferralProgramme) -> ReferralCode:
    """Return the code of a contact for a brand; the first time it is drawn, by however many at once."""
    mine, _made = ReferralCode.objects.get_or_create(
        contact=contact, brand_id=programme.brand_id, defaults={"code": draw()}
    )
    return mine
