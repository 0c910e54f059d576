"""TurboSMS: message/send.json and message/status.json."""

import re

from tests.fakes.provider import Provider, Refusal, TakenText, json_of

TOKEN = "turbosms-token"
SENDER = "ACME"
LONGEST = 1521
NAMES = {
    0: "OK", 103: "REQUIRED_TOKEN", 200: "REQUIRED_MESSAGE_SENDER", 201: "REQUIRED_MESSAGE_TEXT",
    202: "REQUIRED_MESSAGE_RECIPIENT", 203: "REQUIRED_BALANCE", 300: "INVALID_REQUEST", 301: "INVALID_TOKEN",
    305: "INVALID_PHONE", 306: "INVALID_MESSAGE_ID", 408: "NOT_ALLOWED_MESSAGE_BUTTON", 409: "NOT_ALLOWED_TTL",
    410: "NOT_ALLOWED_TRANSACTIONAL_CONTENT", 400: "NOT_ALLOWED_MESSAGE_SENDER",
    404: "NOT_ALLOWED_NUMBER_STOPLIST", 413: "NOT_ALLOWED_MESSAGE_TEXT_LENGTH", 414: "NOT_ALLOWED_MESSAGE_ID",
    502: "FAILED_PARSE_BODY", 800: "SUCCESS_MESSAGE_ACCEPTED", 802: "SUCCESS_MESSAGE_PARTIAL_ACCEPTED",
}  # fmt: skip


class FakeTurboSms(Provider):
    def __init__(self, *, token=TOKEN, senders=(SENDER,), **options):
        super().__init__(**options)
        self.token, self.senders = token, set(senders)
        # Phones that have Viber, and so get no text where Viber is tried first.
        self.on_viber = set()
        # When the states last changed, in Kyiv.
        self.updated = "2026-11-28 12:00:00"

    def answered(self, method, url, headers, body):
        given = headers.get("Authorization", "")
        if not given:
            raise _refusal(103)
        if given not in (f"Bearer {self.token}", f"Basic {self.token}"):
            raise _refusal(301)
        told = json_of(body)
        if told is None:
            raise _refusal(502)
        if url.path == "/message/send.json":
            return self._sent(told)
        if url.path == "/message/status.json":
            return 200, _told(0, [self._state(str(sid)) for sid in told.get("messages", [])])
        raise _refusal(300)

    def _sent(self, told):
        sms = told.get("sms") or {}
        if not told.get("recipients"):
            raise _refusal(202)
        if not sms.get("sender"):
            raise _refusal(200)
        if not sms.get("text"):
            raise _refusal(201)
        if sms["sender"] not in self.senders:
            raise _refusal(400)
        if len(sms["text"]) > LONGEST:
            raise _refusal(413)
        if viber := told.get("viber"):
            self._check(viber)
        if not self.has_balance:
            raise _refusal(203)
        items = [self._taken(str(phone), sms, told) for phone in told["recipients"]]
        is_whole = all(item["response_code"] == 0 for item in items)
        return 200, _told(800 if is_whole else 802, items)

    def _check(self, viber):
        if viber.get("sender") not in self.senders:
            raise _refusal(400)
        if not viber.get("text"):
            raise _refusal(201)
        if not (isinstance(viber.get("ttl"), int) and 60 <= viber["ttl"] <= 86400):
            raise _refusal(409)
        if len(viber.get("caption", "")) > 30 or bool(viber.get("caption")) != bool(viber.get("action")):
            raise _refusal(408)
        if viber.get("is_transactional") and viber.get("caption"):
            raise _refusal(410)

    def _taken(self, phone, sms, told):
        code = self.refused.get(f"+{phone}") or (0 if re.fullmatch(r"[1-9]\d{8,14}", phone) else 305)
        item = {"phone": phone, "response_code": code, "message_id": None, "response_status": NAMES.get(code, "ERROR")}
        if code == 0:
            item["message_id"] = f"0aa11bb2-1111-2222-3333-{self.number():012x}"
            carried = told["viber"] if self._is_viber(f"+{phone}", told) else sms
            self.keep(TakenText(item["message_id"], f"+{phone}", carried["sender"], carried["text"], "Queued", told))
        return item

    def _is_viber(self, phone, told):
        return "viber" in told and phone in self.on_viber

    def _state(self, sid):
        found = next((text for text in self.texts if text.id == sid), None)
        if found is None:
            return {"message_id": sid, "response_code": 414, "response_status": NAMES[414]}
        return {"message_id": sid, "response_code": 0, "response_status": "OK", "recipient": found.to[1:],
                "sent": self.updated, "updated": self.updated, "status": found.status,
                "type": "viber" if self._is_viber(found.to, found.told) else "sms",
                "rejected_status": None, "click_time": None}  # fmt: skip


def _told(code, result=None):
    return {"response_code": code, "response_status": NAMES[code], "response_result": result}


def _refusal(code):
    return Refusal(200, _told(code))
