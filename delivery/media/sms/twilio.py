"""Twilio's Programmable Messaging, API 2010-04-01."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest

from delivery.media import web
from delivery.media.carrier import PutOff, Refused, Unclear
from delivery.media.sms import calls
from delivery.media.sms.gateway import NotProven, OutOfOrder, Receipt, Reply, Unreadable
from delivery.media.sms.parcel import TextParcel
from delivery.media.web import Answer, Connections
from delivery.models import Message

SERVICE = re.compile(r"MG[0-9a-f]{32}")
PHONE = re.compile(r"\+[0-9]{5,15}")
DEFAULT_PORTS = {"https": 443, "http": 80}
# twilio.com/docs/api/errors. The number is none, or no mobile one:
NO_NUMBER = frozenset({21211, 21214, 21217, 21614, 30005, 30006})
# It is one, but this time nobody was there:
NOT_THERE = frozenset({30003, 30008})
OPTED_OUT = 21610
# The account, its money, its senders or what a trial account may do:
OUT_OF_ORDER = frozenset(
    {20003, 20005, 20404, 21212, 21267, 21603, 21606, 21608, 21609, 21659, 21660, 21701, 21702, 21703, 21704, 21705,
     30002, 90010}
)  # fmt: skip
# Too many at once, or the queue of the sender is full:
TOO_MANY = frozenset({14107, 20429, 20503, 21611, 30001})
DELIVERED = frozenset({"delivered", "read"})
UNDELIVERABLE = frozenset({"undelivered", "failed", "canceled"})


@dataclass(frozen=True, kw_only=True)
class Twilio:
    """One account. `callback`: our door for receipts, "" for none."""

    polls: ClassVar[bool] = False

    account: str
    secret: str = field(repr=False)
    sender: str
    callback: str = field(default="", repr=False)
    base: str = "https://api.twilio.com"
    connections: Connections = field(default_factory=Connections, repr=False, compare=False)

    def send(self, parcel: TextParcel) -> str:
        url = f"{self.base}/2010-04-01/Accounts/{quote(self.account, safe='')}/Messages.json"
        answer = calls.send(self.connections, "POST", url, urlencode(self._form(parcel)).encode(), self._headers())
        said = calls.read(answer)
        told: Mapping[str, object] = said if isinstance(said, dict) else {}
        code = _code(told.get("code") or told.get("error_code"))
        words = told.get("message") or told.get("error_message") or ("" if told else answer.body)
        reason = calls.reason(
            "Twilio answered:", answer.status, code or "", words, secrets=(self.secret, self.callback)
        )
        if code:
            _raise_for(code, reason, answer)
        calls.judge(answer, reason)
        sid = told.get("sid")
        if not isinstance(sid, str) or not sid:
            raise Unclear(reason)
        return sid

    def receipts(self, provider_ids: Sequence[str]) -> list[Receipt]:
        return []

    def receipt_of(self, request: HttpRequest, url: str) -> Receipt | None:
        self._prove(request, url)
        sid, status = request.POST.get("MessageSid", ""), request.POST.get("MessageStatus", "")
        if not sid or not status:
            raise Unreadable("A receipt of Twilio names its message and a status.")
        number = request.GET.get("message", "")
        message = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
        if status in DELIVERED:
            return Receipt(provider_id=sid, message=message, delivered=True)
        if status not in UNDELIVERABLE:
            return None
        code = _code(request.POST.get("ErrorCode"))
        said = request.POST.get("ErrorMessage", "")
        return Receipt(
            provider_id=sid,
            message=message,
            undeliverable=self._reason("Twilio:", status, code or "", said),
            bounce=_bounce(code),
            objection=Message.Objection.UNSUBSCRIBED if code == OPTED_OUT else "",
        )

    def reply_of(self, request: HttpRequest, url: str) -> Reply | None:
        self._prove(request, url)
        sid = request.POST.get("MessageSid", "") or request.POST.get("SmsSid", "")
        if not sid or "From" not in request.POST:
            raise Unreadable("A text from Twilio has an ID and a sender.")
        if not PHONE.fullmatch(request.POST["From"]):
            return None
        return Reply(
            provider_id=sid,
            from_number=request.POST["From"],
            to_number=request.POST.get("To", ""),
            text=request.POST.get("Body", ""),
            opt_out=request.POST.get("OptOutType", "") == "STOP",
        )

    def _form(self, parcel: TextParcel) -> dict[str, str]:
        sender = "MessagingServiceSid" if SERVICE.fullmatch(self.sender) else "From"
        form = {"To": parcel.to, sender: self.sender, "Body": parcel.text}
        # Twilio calls no host with an underscore in its name.
        if self.callback and "_" not in (urlsplit(self.callback).hostname or ""):
            form["StatusCallback"] = f"{self.callback}?message={parcel.message}"
        return form

    def _headers(self) -> dict[str, str]:
        proof = base64.b64encode(f"{self.account}:{self.secret}".encode()).decode()
        return {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {proof}"}

    def _reason(self, *words: object) -> str:
        return calls.reason(*words, secrets=(self.secret, self.callback))

    def _prove(self, request: HttpRequest, url: str) -> None:
        if not is_signed(request, url, self.secret):
            raise NotProven("The signature is not Twilio's.")


def is_signed(request: HttpRequest, url: str, secret: str) -> bool:
    """Say whether Twilio sent this to `url`, by X-Twilio-Signature; without a secret nothing proves it.

    As Twilio's own library does it: with the default port and without, since either may have been called.
    """
    given = request.headers.get("X-Twilio-Signature", "")
    if not secret or not given:
        return False
    # A body that is no form is signed by its digest in the query.
    digests = parse_qs(urlsplit(url).query).get("bodySHA256", [])
    told = {} if digests else {name: request.POST.getlist(name) for name in request.POST}
    if digests and not hmac.compare_digest(hashlib.sha256(request.body).hexdigest().encode(), digests[0].encode()):
        return False
    wanted = [signature(secret, written, told) for written in _spellings(url)]
    return any(hmac.compare_digest(one.encode(), given.encode()) for one in wanted)


def signature(secret: str, url: str, told: Mapping[str, Sequence[str]]) -> str:
    """Return HMAC-SHA1 in Base64 of the address and of each parameter by name, its different values in order."""
    parameters = "".join(name + value for name in sorted(told) for value in sorted(set(told[name])))
    return base64.b64encode(hmac.digest(secret.encode(), (url + parameters).encode(), "sha1")).decode()


def _spellings(url: str) -> list[str]:
    where = urlsplit(url)
    host = where.netloc.removesuffix(f":{where.port}") if where.port else where.netloc
    default = DEFAULT_PORTS.get(where.scheme)
    if where.port not in (None, default):
        return [url]
    return [urlunsplit(where._replace(netloc=netloc)) for netloc in (host, f"{host}:{default}")]


def _code(said: object) -> int:
    text = str(said or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _bounce(code: int) -> str:
    if code in NO_NUMBER:
        return Message.Bounce.HARD
    return Message.Bounce.SOFT if code in NOT_THERE else ""


def _raise_for(code: int, reason: str, answer: Answer) -> None:
    """Raise what Twilio's own number of an error means, if we know it."""
    if code == OPTED_OUT:
        raise Refused(reason, objection=Message.Objection.UNSUBSCRIBED)
    if code in NO_NUMBER or code in NOT_THERE:
        raise Refused(reason, bounce=_bounce(code))
    if code in OUT_OF_ORDER:
        raise OutOfOrder(reason)
    if code in TOO_MANY:
        raise PutOff(reason, after=web.pause_of(answer, longest=calls.LONGEST_PAUSE))
    if 200 <= answer.status < 300:
        raise Refused(reason)
