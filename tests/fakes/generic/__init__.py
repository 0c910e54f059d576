"""Gateways that Plumb knows by a template only: SMS Club and AlphaSMS."""

import re

from tests.fakes.provider import Provider, Refusal, TakenText, json_of

TOKEN = "smsclub-token"
KEY = "alphasms-key"
SENDER = "ACME"


class FakeSmsClub(Provider):
    """im.smsclub.mobi: empty maps are lists, as PHP writes them, and numbers that are none stand in `add_info`."""

    def __init__(self, *, token=TOKEN, senders=(SENDER,), **options):
        super().__init__(**options)
        self.token, self.senders = token, set(senders)

    def answered(self, method, url, headers, body):
        if headers.get("Authorization") != f"Bearer {self.token}":
            raise Refusal(401, {"name": "Unauthorized", "message": "Your request was made with invalid credentials."})
        told = json_of(body) or {}
        if url.path == "/sms/send":
            return self._sent(told)
        if url.path == "/sms/status":
            states = {text.id: text.status for text in self.texts if text.id in told.get("id_sms", [])}
            return 200, {"success_request": {"info": states or []}}
        raise Refusal(404, {"name": "Not Found"})

    def _sent(self, told):
        if not (told.get("phone") and told.get("message") and told.get("src_addr")):
            raise Refusal(400, {"name": "Bad Request", "message": "Missing fields"})
        if told["src_addr"] not in self.senders:
            raise Refusal(400, {"name": "Bad Request", "message": "Unknown alpha name"})
        if not self.has_balance:
            raise Refusal(402, {"name": "Payment Required", "message": "Not enough money"})
        taken, refused = {}, {}
        for phone in told["phone"]:
            if not re.fullmatch(r"[1-9]\d{8,14}", phone) or f"+{phone}" in self.refused:
                refused[phone] = self.refused.get(f"+{phone}", "Invalid phone number")
                continue
            sid = f"{803253430 + self.number()}"
            text = TakenText(sid, f"+{phone}", told["src_addr"], told["message"], "ENROUTE", told)
            taken[self.keep(text).id] = phone
        return 200, {"success_request": {"info": taken or [], **({"add_info": refused} if refused else {})}}

    def answer(self, text, *, sid=None, times=1, delay=0):
        to = self.of(sid)
        form = {"id": str(self.number()), "phone": to.to[1:], "text": text}
        return self.call(self.reply_url, form, times=times, delay=delay)


class FakeAlphaSms(Provider):
    """alphasms.ua/api/json.php: always 200, with `success` at two levels; IDs are the sender's own integers."""

    def __init__(self, *, key=KEY, senders=(SENDER,), **options):
        super().__init__(**options)
        self.key, self.senders = key, set(senders)

    def answered(self, method, url, headers, body):
        told = json_of(body)
        if url.path != "/api/json.php" or told is None:
            raise Refusal(404, "Not found")
        if told.get("auth") != self.key:
            return 200, {"success": False, "error": f"Access denied for {told.get('auth')}"}
        verbs = {"sms": self._sent, "status": self._state}
        return 200, {"success": True, "data": [verbs[item["type"]](item) for item in told["data"]]}

    def _sent(self, item):
        if not isinstance(item.get("id"), int) or not isinstance(item.get("phone"), int):
            return {"success": False, "error": "Error in id or phone", "data": {"id": item.get("id")}}
        error = self._error(item)
        if error:
            return {"success": False, "error": error, "data": {"id": item["id"]}}
        if not any(text.id == str(item["id"]) for text in self.texts):
            text = TakenText(
                str(item["id"]), f"+{item['phone']}", item["sms_signature"], item["sms_message"], "ACCEPTED", item
            )
            self.keep(text)
        return {"success": True, "data": {"id": item["id"], "msg_id": 900000 + item["id"], "data": 1, "parts": 1}}

    def _error(self, item):
        if item.get("sms_signature") not in self.senders:
            return "Error in Alpha-name"
        if not item.get("sms_message"):
            return "Empty message"
        return self.refused.get(f"+{item['phone']}") or ("" if self.has_balance else "Not enough money")

    def _state(self, item):
        found = next((text for text in self.texts if text.id == str(item.get("id"))), None)
        if found is None:
            return {"success": False, "error": "Unknown id"}
        return {"success": True, "data": {"id": found.id, "msg_id": "9", "type": "sms", "status": found.status}}
