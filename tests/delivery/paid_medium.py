"""A paid medium as a gateway of text messages would be: one POST each, billed by parts, never repeated by itself."""

import contextlib
import json
from dataclasses import dataclass
from decimal import Decimal

from accounts.media import Medium
from delivery import composers, media
from delivery.composers import Unsendable
from delivery.media import PutOff, Recovery, Refused, Transport, Unclear, web
from delivery.models import Message
from tests.delivery.web import serving

PRICE = Decimal("0.0392")
NO_SUCH_NUMBER = 305


@dataclass(frozen=True)
class Text:
    to: str
    text: str
    reference: str

    @property
    def parts(self):
        """Return how many parts are billed: 70 UTF-16 units in one, 67 in each of several."""
        units = len(self.text.encode("utf-16-le")) // 2
        return 1 if units <= 70 else -(-units // 67)


class SmsCarrier:
    def __init__(self, url):
        self.url = url

    def send(self, parcel):
        content = json.dumps({"to": parcel.to, "text": parcel.text, "id": parcel.reference}).encode()
        try:
            answer = web.post(self.url, content, headers={"Content-Type": "application/json"}, seconds=2)
        except web.NotReached as error:
            raise PutOff(str(error)) from error
        except web.NotAnswered as error:
            raise Unclear(str(error)) from error
        if answer.status == 429:
            raise PutOff("too many")
        if answer.status != 200:
            hard = Message.Bounce.HARD if str(NO_SUCH_NUMBER) in answer.body else ""
            raise Refused(f"The gateway answered: {answer.body}", bounce=hard)
        return f"sms-{parcel.reference}"

    def close(self):
        pass


class SmsTransport(Transport):
    medium = Medium.SMS
    recovery = Recovery.ASK
    seats = 1
    per_second = 0
    patience = 10

    def __init__(self, url):
        self.url = url

    def open_carrier(self):
        return SmsCarrier(self.url)

    def cost_of(self, parcel):
        return PRICE * parcel.parts


def write(message):
    if not message.to_address.startswith("+"):
        raise Unsendable("This is no phone number.", bad_address=True)
    return Text(message.to_address, message.context.get("text", "Hello"), message.idempotency_key)


@contextlib.contextmanager
def gateway(monkeypatch, settings):
    """Let messages travel by SMS to a server of this machine."""
    settings.DEBUG = True
    with serving() as server:
        transport = SmsTransport(f"http://127.0.0.1:{server.port}/send")
        monkeypatch.setitem(media._transports, Medium.SMS, transport)
        monkeypatch.setitem(composers._composers, ("test", Medium.SMS), composers.singly(write))
        yield server


def numbers(server):
    return [content["to"] for content in server.contents]
