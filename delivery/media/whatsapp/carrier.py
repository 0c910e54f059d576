from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop

from accounts import clock
from delivery.media import web
from delivery.media.account_carrier import PAUSE, AccountCarrier
from delivery.media.carrier import PutOff, Refused, Unclear
from delivery.media.whatsapp import faults
from delivery.media.whatsapp.api import CloudApi, CloudRefusal
from delivery.media.whatsapp.faults import Blame
from delivery.media.whatsapp.parcel import WhatsAppParcel
from delivery.media.whatsapp.states import note_refusal
from delivery.models import Message, WhatsAppNumber

RESTS = gettext_noop("The number rests until somebody has set right what Meta said.")
LONGEST_ID = 180


class WhatsAppCarrier(AccountCarrier[WhatsAppNumber, WhatsAppParcel, CloudApi]):
    """Hands messages over to Meta, each by the number of its brand.

    Meta has no key that keeps a message from going twice: what was sent and not answered is Unclear.
    """

    gone = gettext_noop("The WhatsApp number of this message is gone or switched off.")

    def _find(self, parcel: WhatsAppParcel) -> WhatsAppNumber | None:
        number = WhatsAppNumber.objects.in_use().filter(pk=parcel.number).first()
        left = number.rests_until - clock.now() if number and number.rests_until else timedelta()
        if number and left > timedelta() and not parcel.is_trial:
            raise self._put_off(number, number.error or RESTS, left)
        return number

    def _speak(self, account: WhatsAppNumber) -> CloudApi:
        return CloudApi(account, self._connections)

    def _hand_over(self, account: WhatsAppNumber, spoken: CloudApi, parcel: WhatsAppParcel) -> str:
        try:
            told = spoken.post(f"{account.phone_number_id}/messages", _written(parcel))
        except web.Forbidden as error:
            raise self._fail(account, str(error)) from error
        except web.NotReached as error:
            raise self._put_off(account, str(error)) from error
        except web.NotAnswered as error:
            raise Unclear(str(error)) from error
        except CloudRefusal as error:
            raise self._outcome(account, parcel, error) from error
        named = _id_in(told)
        if not named:
            raise Unclear("Meta took it and gave it no ID.")
        return message_name(account.pk, named)

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
