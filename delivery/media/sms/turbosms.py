"""TurboSMS, https://turbosms.ua/api.html: answers of status 200 with codes of their own, one for each recipient."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from delivery.media.carrier import PutOff, Refused, Unclear
from delivery.media.sms import calls
from delivery.media.sms.gateway import OutOfOrder, Receipt, Reply
from delivery.media.sms.parcel import TextParcel, ViberText
from delivery.media.web import Answer, Connections
from delivery.models import Message

KYIV = ZoneInfo("Europe/Kyiv")
TAKEN = frozenset({0, 800, 801, 802, 803})
NO_NUMBER = 305
STOP_LIST = 404
# The token, the account, its money, the sender:
OUT_OF_ORDER = frozenset({103, 105, 106, 200, 203, 301, 302, 400, 401, 415})
# It says that the text could not be sent just now:
NOT_NOW = 503
# Nobody knows: the text may be on its way, only the answer could not be written.
NOBODY_KNOWS = frozenset({500, 501, 999})
# What each state means, as a whole: “Undelivered” holds “deliver”.
DELIVERED = frozenset({"Delivered", "Read"})
NOT_THERE = frozenset({"Expired", "Undelivered", "Failed"})
UNDELIVERABLE = NOT_THERE | {"Rejected", "Cancelled"}


@dataclass(frozen=True, kw_only=True)
class TurboSms:
    """One account, known by its token. Receipts are fetched; nobody can answer such a text."""

    polls: ClassVar[bool] = True

    secret: str = field(repr=False)
    sender: str
    base: str = "https://api.turbosms.ua"
    connections: Connections = field(default_factory=Connections, repr=False, compare=False)

    def send(self, parcel: TextParcel) -> str:
        digits = parcel.to.removeprefix("+")
        asked: dict[str, Any] = {"recipients": [digits], "sms": {"sender": self.sender, "text": parcel.text}}
        if parcel.viber:
            asked["viber"] = _in_viber(parcel.viber)
        answer = calls.send(self.connections, "POST", f"{self.base}/message/send.json", *self._written(asked))
        told = self._told(answer)
        item = _item(told, digits)
        code, said = _judged(told if item is None else item)
        if item is not None and code == 0:
            return str(item.get("message_id") or "")
        reason = calls.reason("TurboSMS answered:", code, said, secrets=(self.secret,))
        raise _refusal(code, reason)

    def receipts(self, provider_ids: Sequence[str]) -> list[Receipt]:
        answer = calls.ask(
            self.connections,
            "POST",
            f"{self.base}/message/status.json",
            *self._written({"messages": list(provider_ids)}),
        )
        try:
            told = self._told(answer)
        except (Refused, Unclear) as error:
            raise PutOff(str(error)) from error
        code, said = _judged(told)
        reason = calls.reason("TurboSMS answered:", code, said, secrets=(self.secret,))
        if code in OUT_OF_ORDER:
            raise OutOfOrder(reason)
        if code not in TAKEN:
            raise PutOff(reason)
        asked = set(provider_ids)
        found = [_receipt(item) for item in _items(told) if item.get("message_id") in asked]
        return [receipt for receipt in found if receipt]

    def receipt_of(self, request: HttpRequest, url: str) -> Receipt | None:
        return None

    def reply_of(self, request: HttpRequest, url: str) -> Reply | None:
        return None

    def _written(self, asked: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
        headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": f"Bearer {self.secret}"}
        return json.dumps(asked).encode(), headers

    def _told(self, answer: Answer) -> dict[str, Any]:
        """Return what an answer says; raise what its status means, or Unclear where it says nothing."""
        told = calls.read(answer)
        if isinstance(told, dict) and "response_code" in told and answer.status not in {calls.TOO_MANY, calls.NOT_NOW}:
            return told
        reason = calls.reason("TurboSMS answered:", answer.status, answer.body, secrets=(self.secret,))
        calls.judge(answer, reason)
        raise Unclear(reason)


def _in_viber(viber: ViberText) -> dict[str, Any]:
    """Return what is tried before the text; only what is counted as advertising may have a button."""
    asked = {"sender": viber.sender, "text": viber.text, "ttl": viber.seconds}
    if viber.button:
        return {**asked, "caption": viber.button, "action": viber.link, "is_transactional": 0}
    return {**asked, "is_transactional": 1}


def _items(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    result = told.get("response_result")
    return [item for item in result if isinstance(item, dict)] if isinstance(result, list) else []


def _item(told: Mapping[str, Any], digits: str) -> Mapping[str, Any] | None:
    """Return what is said of our one recipient, by the number or because nobody else is named."""
    items = _items(told)
    ours = [item for item in items if str(item.get("phone", "")).removeprefix("+") == digits]
    return ours[0] if ours else items[0] if len(items) == 1 and not items[0].get("phone") else None


def _judged(told: Mapping[str, Any]) -> tuple[int, str]:
    """Return the code of an answer, -1 when it has none, and its name."""
    said = str(told.get("response_code", ""))
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else -1, str(
        told.get("response_status", "")
    )


def _refusal(code: int, reason: str) -> Exception:
    if code == STOP_LIST:
        return Refused(reason, objection=Message.Objection.UNSUBSCRIBED)
    if code in OUT_OF_ORDER:
        return OutOfOrder(reason)
    if code == NOT_NOW:
        return PutOff(reason)
    # A code of success that says nothing of our recipient tells as little as one that is not known.
    if code in TAKEN or code in NOBODY_KNOWS or not 100 <= code < 600:
        return Unclear(reason)
    return Refused(reason, bounce=Message.Bounce.HARD if code == NO_NUMBER else "")


def _receipt(item: Mapping[str, Any]) -> Receipt | None:
    sid, status, by_viber = str(item["message_id"]), str(item.get("status", "")), item.get("type") == "viber"
    if status in DELIVERED:
        return Receipt(provider_id=sid, delivered=True, at=_moment(item.get("updated")), by_viber=by_viber)
    # What Viber has not delivered goes as a text, which is not on its way for a while.
    if status not in UNDELIVERABLE or (by_viber and status in NOT_THERE):
        return None
    return Receipt(
        provider_id=sid,
        undeliverable=calls.reason("TurboSMS:", status, item.get("rejected_status"), secrets=()),
        bounce=Message.Bounce.SOFT if status in NOT_THERE else "",
        at=_moment(item.get("updated")),
    )


def _moment(said: object) -> datetime | None:
    """Return a time of TurboSMS, which is Kyiv's."""
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=KYIV)
