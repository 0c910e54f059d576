from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from accounts.media import Medium
from delivery.composers import Unsendable
from delivery.media.carrier import Carrier
from delivery.media.transport import Recovery, Transport
from delivery.media.whatsapp.carrier import WhatsAppCarrier
from delivery.media.whatsapp.parcel import WhatsAppParcel
from delivery.models import Message, WhatsAppNumber, WhatsAppTemplate

NO_NUMBER = gettext_noop("There is no active WhatsApp number for this brand.")


class WhatsAppTransport(Transport):
    """Messages by the numbers of our brands, each paid for. Meta knows no key, so in doubt a person decides."""

    medium = Medium.WHATSAPP
    recovery = Recovery.ASK

    @property
    def is_set_up(self) -> bool:
        return WhatsAppTemplate.objects.approved().filter(number__is_active=True).exists()

    def tells_arrival(self, brand_id: int | None) -> bool:
        number = WhatsAppNumber.objects.of_brand(brand_id)
        # Before Meta has called once, nobody knows whether it would.
        return number is not None and number.heard_at is not None

    def open_carrier(self) -> Carrier:
        return WhatsAppCarrier()

    def price_of(self, brand_id: int | None) -> Decimal:
        number = WhatsAppNumber.objects.of_brand(brand_id)
        if number is None:
            return Decimal(0)
        asks = number.templates.approved().filter(kind=WhatsAppTemplate.Kind.INVITATION)
        categories = set(asks.values_list("category", flat=True))
        return max((number.price_of(category) for category in categories), default=number.utility_price)

    def cost_of(self, parcel: WhatsAppParcel) -> Decimal:
        return parcel.cost


def parcel(
    message: Message, content: Mapping[str, Any], number: WhatsAppNumber | None, *, category: str = "service"
) -> WhatsAppParcel:
    """Return what goes to the recipient of `message`: `content` as Meta wants it, of a category as Meta names it.

    Raises Unsendable where the brand has no number.
    """
    if number is None:
        raise Unsendable(NO_NUMBER)
    return WhatsAppParcel(
        number=number.pk,
        to=message.to_address,
        content=content,
        message=message.pk,
        claim=message.claim,
        cost=number.price_of(category),
    )
