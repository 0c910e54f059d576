from django.utils.translation import gettext_noop

from delivery.media.account_carrier import AccountCarrier
from delivery.media.carrier import PutOff
from delivery.media.sms import gateways
from delivery.media.sms.gateway import Gateway, OutOfOrder
from delivery.media.sms.parcel import TextParcel
from delivery.models import TextGateway


class SmsCarrier(AccountCarrier[TextGateway, TextParcel, Gateway]):
    """Hands texts to their gateways, each a company of its own."""

    gone = gettext_noop("The text gateway of this message is gone or switched off.")

    def _find(self, parcel: TextParcel) -> TextGateway | None:
        return TextGateway.objects.in_use().filter(pk=parcel.gateway).first()

    def _speak(self, account: TextGateway) -> Gateway:
        return gateways.of(account, self._connections)

    def _hand_over(self, account: TextGateway, spoken: Gateway, parcel: TextParcel) -> str:
        try:
            number = spoken.send(parcel)
        except OutOfOrder as error:
            # What is wrong is the account, not the text: it waits until somebody has set that right.
            raise self._fail(account, str(error), error.after) from error
        except PutOff as error:
            raise self._put_off(account, str(error), error.after) from error
        return named(account.pk, number)


def named(gateway: int, number: str) -> str:
    """Return the ID under which a message is kept that a gateway calls `number`: two gateways may use the same one."""
    return f"{ids_of(gateway)}{number}" if number else ""


def ids_of(gateway: int) -> str:
    """Return how the IDs begin under which messages of a gateway are kept."""
    return f"{gateway}:"
