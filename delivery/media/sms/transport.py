from decimal import Decimal

from django.utils.translation import gettext_noop

from accounts.media import Medium
from delivery.composers import Unsendable
from delivery.media.carrier import Carrier
from delivery.media.sms import segments
from delivery.media.sms.carrier import SmsCarrier
from delivery.media.sms.parcel import TextParcel, ViberText
from delivery.media.transport import Recovery, Transport
from delivery.models import Message, TextGateway

NO_GATEWAY = gettext_noop("There is no active text gateway for this brand.")
TOO_LONG = gettext_noop("The text is too long for a text message.")


class SmsTransport(Transport):
    """Text messages, by the gateways that administrators set up. Each is paid for, so in doubt a person decides."""

    medium = Medium.SMS
    recovery = Recovery.ASK

    @property
    def is_set_up(self) -> bool:
        return TextGateway.objects.in_use().exists()

    def tells_arrival(self, brand_id: int | None) -> bool:
        gateway = TextGateway.objects.of_brand(brand_id)
        return gateway is not None and gateway.hears_of_fates

    def open_carrier(self) -> Carrier:
        return SmsCarrier()

    def price_of(self, brand_id: int | None) -> Decimal:
        gateway = TextGateway.objects.of_brand(brand_id)
        return gateway.price if gateway else Decimal(0)

    def cost_of(self, parcel: TextParcel) -> Decimal:
        return parcel.cost


def parcel(message: Message, text: str, gateway: TextGateway | None, viber: ViberText | None = None) -> TextParcel:
    """Return a text to the recipient of `message`, with what goes to Viber first. Raises Unsendable where there is no
    way or no measure."""
    if gateway is None:
        raise Unsendable(NO_GATEWAY)
    parts = segments.measure(text).parts
    if parts > segments.MOST_PARTS:
        raise Unsendable(TOO_LONG)
    return TextParcel(
        gateway=gateway.pk,
        to=message.to_address,
        text=text,
        reference=message.idempotency_key,
        message=message.pk,
        parts=parts,
        cost=gateway.price * parts,
        viber=viber,
    )
