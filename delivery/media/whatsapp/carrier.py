import time
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop

from accounts import clock
from accounts.secrets import SecretUnreadable
from delivery.media import web
from delivery.media.carrier import PutOff, Refused, Unclear
from delivery.media.web import Connections
from delivery.media.whatsapp import faults
from delivery.media.whatsapp.api import CloudApi, CloudRefusal
from delivery.media.whatsapp.faults import Blame
from delivery.media.whatsapp.parcel import WhatsAppParcel
from delivery.media.whatsapp.states import note_refusal
from delivery.models import Message, WhatsAppNumber

# For how long a number is left alone that takes nothing just now, where Meta does not say for how long.
PAUSE = timedelta(minutes=1)
# How often a number that works is noted as working, in seconds.
NOTED = 60.0
GONE = gettext_noop("The WhatsApp number of this message is gone or switched off.")
RESTS = gettext_noop("The number rests until somebody has set right what Meta said.")
LONGEST_ID = 180


class WhatsAppCarrier:
    """Hands messages over to Meta, each by the number of its brand.

    Meta has no key that keeps a message from going twice: what was sent and not answered is Unclear.
    """

    def __init__(self) -> None:
        self._open: dict[int, tuple[WhatsAppNumber, CloudApi]] = {}
        # Until when a number is left alone, by its key, and why.
        self._resting: dict[int, tuple[float, str]] = {}
        self._noted: dict[int, float] = {}
        self._connections = Connections()

    def send(self, parcel: WhatsAppParcel) -> str:
        if not parcel.is_trial:
            return self._send(parcel)
        # Somebody set the number up just now: what is known of it is from before.
        self._open.pop(parcel.number, None)
        self._resting.pop(parcel.number, None)
        try:
            return self._send(parcel)
        except PutOff as error:
            raise Refused(str(error)) from error

    def close(self) -> None:
        self._open.clear()
        self._connections.close()

    def _send(self, parcel: WhatsAppParcel) -> str:
        until, why = self._resting.get(parcel.number, (0.0, ""))
        if (rest := until - time.monotonic()) > 0:
            raise PutOff(why, after=timedelta(seconds=rest))
        number, api = self._opened(parcel)
        try:
            told = api.post(f"{number.phone_number_id}/messages", _written(parcel))
        except web.Forbidden as error:
            number.mark_failed(str(error), at=clock.now())
            raise self._put_off(number, str(error), None) from error
        except web.NotReached as error:
            raise self._put_off(number, str(error), None) from error
        except web.NotAnswered as error:
            raise Unclear(str(error)) from error
        except CloudRefusal as error:
            raise self._outcome(number, parcel, error) from error
        named = _id_in(told)
        if not named:
            raise Unclear("Meta took it and gave it no ID.")
        self._note(number)
        return message_name(number.pk, named)

    def _opened(self, parcel: WhatsAppParcel) -> tuple[WhatsAppNumber, CloudApi]:
        key = parcel.number
        if key not in self._open:
            number = WhatsAppNumber.objects.in_use().filter(pk=key).first()
            if number is None:
                raise PutOff(GONE)
            left = number.rests_until - clock.now() if number.rests_until else timedelta()
            if left > timedelta() and not parcel.is_trial:
                raise self._put_off(number, number.error or RESTS, left)
            try:
                self._open[key] = number, CloudApi(number, self._connections)
            except SecretUnreadable as error:
                number.mark_failed(str(error), at=clock.now())
                raise self._put_off(number, str(error), None) from error
        return self._open[key]

    def _outcome(self, number: WhatsAppNumber, parcel: WhatsAppParcel, error: CloudRefusal) -> Exception:
        """Return what a refusal means for the message; note what it says of its template and its number."""
        whose, said = error.blame, str(error)
        if whose is Blame.MOMENT:
            return self._put_off(number, said, max(error.after or PAUSE, faults.pause(error.code)))
        if whose is Blame.PAIR:
            return PutOff(said, after=max(error.after or PAUSE, faults.pause(error.code)))
        if whose is Blame.NUMBER:
            number.mark_failed(said, at=clock.now(), until=clock.now() + faults.REST)
            self._open.pop(number.pk, None)
            return self._put_off(number, said, faults.REST)
        if whose is Blame.TEMPLATE and parcel.template:
            note_refusal(parcel.template, error.code, said, at=clock.now())
        bounce = Message.Bounce.HARD if whose is Blame.PHONE else ""
        objection = Message.Objection.UNSUBSCRIBED if whose is Blame.PERSON else ""
        return Refused(said, bounce=bounce, objection=objection)

    def _put_off(self, number: WhatsAppNumber, reason: str, after: timedelta | None) -> PutOff:
        pause = after or PAUSE
        self._resting[number.pk] = time.monotonic() + pause.total_seconds(), reason
        return PutOff(reason, after=pause)

    def _note(self, number: WhatsAppNumber) -> None:
        """Note that it works, without a write for every message."""
        if time.monotonic() - self._noted.get(number.pk, float("-inf")) >= NOTED:
            self._noted[number.pk] = time.monotonic()
            number.mark_working(at=clock.now())


def message_name(number: int, wamid: str) -> str:
    """Return the ID under which a message is kept: one number speaks of no message of another."""
    return f"{number}:{wamid}" if wamid else ""


def _written(parcel: WhatsAppParcel) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": parcel.to,
        "biz_opaque_callback_data": parcel.reference,
        **parcel.content,
    }


def _id_in(told: dict[str, Any]) -> str:
    sent = told.get("messages")
    first = sent[0] if isinstance(sent, list) and sent else None
    named = first.get("id") if isinstance(first, dict) else None
    return named if isinstance(named, str) and 0 < len(named) <= LONGEST_ID else ""
