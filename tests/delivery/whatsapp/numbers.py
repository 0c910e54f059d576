"""A number of a brand that is connected to a stand-in, with approved templates."""

from decimal import Decimal

from django.urls import reverse

from delivery.media.whatsapp import templates
from delivery.models import WhatsAppNumber
from tests.fakes.whatsapp import ACCOUNT, PHONE_NUMBER_ID, SECRET, TOKEN, through

UTILITY, MARKETING = Decimal("0.0400"), Decimal("0.0900")


def connected(fake, brand, client=None, *, approved=True, **fields):
    """Return a number whose webhook leads to the test client, if there is one."""
    number = WhatsAppNumber.objects.create(
        **{
            "brand": brand,
            "phone_number_id": PHONE_NUMBER_ID,
            "account_id": ACCOUNT,
            "token": TOKEN,
            "app_secret": SECRET,
            "base": fake.url,
            "utility_price": UTILITY,
            "marketing_price": MARKETING,
        }
        | fields
    )
    if client is not None:
        door = reverse("whatsapp:events", args=[number.pk])
        through(fake, client).subscribe(f"http://testserver{door}", number.verify_token)
    if approved:
        templates.hand_in(number)
        fake.approve()
        templates.read(number)
    return number
