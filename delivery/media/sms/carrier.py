import time
from datetime import timedelta

from django.utils.translation import gettext_noop

from accounts import clock
from accounts.secrets import SecretUnreadable
from delivery.media.carrier import PutOff, Refused
from delivery.media.sms import gateways
from delivery.media.sms.gateway import Gateway, OutOfOrder
from delivery.media.sms.parcel import TextParcel
from delivery.media.web import Connections
from delivery.models import TextGateway

# For how long a gateway is left alone that takes nothing just now, where it does not say for how long.
PAUSE = timedelta(minutes=1)
# How often a gateway that works is noted as working.
NOTED = 60.0
GONE = gettext_noop("The text gateway of this message is gone or switched off.")


class SmsCarrier:
    """Hands texts to their gateways, each a company of its own: that one is down says nothing of the others.

    A gateway is read once for each carrier, which lives for one drain.
    """

    def __init__(self) -> None:
        self._open: dict[int, tuple[TextGateway, Gateway]] = {}
        # Until when a gateway is left alone, by its key, and why.
        self._resting: dict[int, tuple[float, str]] = {}
        self._noted: dict[int, float] = {}
        self._connections = Connections()

    def send(self, parcel: TextParcel) -> str:
        if not parcel.is_trial:
            return self._send(parcel)
        # Somebody set the account up just now: what is known of it is from before.
        self._open.pop(parcel.gateway, None)
        self._resting.pop(parcel.gateway, None)
        try:
            return self._send(parcel)
        except PutOff as error:
            raise Refused(str(error)) from error

    def close(self) -> None:
        self._open.clear()
        self._connections.close()

    def _send(self, parcel: TextParcel) -> str:
        until, why = self._resting.get(parcel.gateway, (0.0, ""))
        rest = until - time.monotonic()
        if rest > 0:
            raise PutOff(why, after=timedelta(seconds=rest))
        model, gateway = self._opened(parcel.gateway)
        try:
            number = gateway.send(parcel)
        except OutOfOrder as error:
            # What is wrong is the account, not the text: it waits until somebody has set that right.
            model.mark_failed(str(error), at=clock.now())
            raise self._put_off(model, str(error), error.after) from error
        except PutOff as error:
            raise self._put_off(model, str(error), error.after) from error
        self._note(model)
        return named(model.pk, number)

    def _opened(self, key: int) -> tuple[TextGateway, Gateway]:
        if key not in self._open:
            model = TextGateway.objects.in_use().filter(pk=key).first()
            if model is None:
                raise PutOff(GONE)
            try:
                self._open[key] = model, gateways.of(model, self._connections)
            except (SecretUnreadable, ValueError) as error:
                model.mark_failed(str(error), at=clock.now())
                raise self._put_off(model, str(error), None) from error
        return self._open[key]

    def _put_off(self, model: TextGateway, reason: str, after: timedelta | None) -> PutOff:
        pause = after or PAUSE
        self._resting[model.pk] = time.monotonic() + pause.total_seconds(), reason
        return PutOff(reason, after=pause)

    def _note(self, model: TextGateway) -> None:
        """Note that it works, without a write for every text."""
        if time.monotonic() - self._noted.get(model.pk, float("-inf")) >= NOTED:
            self._noted[model.pk] = time.monotonic()
            model.mark_working(at=clock.now())


def named(gateway: int, number: str) -> str:
    """Return the ID under which a message is kept that a gateway calls `number`: two gateways may use the same one."""
    return f"{ids_of(gateway)}{number}" if number else ""


def ids_of(gateway: int) -> str:
    """Return how the IDs begin under which messages of a gateway are kept."""
    return f"{gateway}:"
