"""Meta's Cloud API with the limits and refusals of the real one, and the people who use WhatsApp.

What it takes it answers well, and what becomes of a message it tells later, as Meta does: that a phone is not in
WhatsApp, that somebody wants no more offers, that a conversation is too old. What nobody pays for is dropped and never
told of. A webhook at this machine may be plain HTTP.
"""

import hashlib
import hmac
import itertools
import json
import re
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.db import connections

from tests.fakes.provider import Refusal, ScriptedServer, json_of
from tests.fakes.whatsapp.account import BLANK, TemplateShelf
from tests.fakes.whatsapp.chats import FakeConversation, FakeWhatsAppMessage, NotPossible, WhatsAppPeople
from tests.fakes.whatsapp.refusals import error, failure, refusal

__all__ = ["FakeConversation", "FakeWhatsApp", "NotPossible", "error", "refusal", "signed", "through"]

TOKEN, SECRET = "EAAfake-access-token", "fake-app-secret"
PHONE_NUMBER_ID, ACCOUNT = "106540352242922", "102290129340398"
PATH = re.compile(r"/v\d+\.\d+/(\d+)(?:/(messages|message_templates))?")
PHONE = re.compile(r"\+?[1-9]\d{6,14}")
# Seconds in which the same customer gets one message at a sustained pace.
PAIR_SECONDS = 6
LONGEST_TEXT, LONGEST_INTERACTIVE, LONGEST_REFERENCE = 4096, 1024, 512


@dataclass
class FakeNumber:
    id: str
    display: str
    name: str = "Alder"


class FakeWhatsApp(WhatsAppPeople, TemplateShelf, ScriptedServer):
    """`sent`: what was taken, `refusals`: (code, details) of what was not. `absent`: phones without WhatsApp;
    `stopped`: those that want no offers; `allowed`: of a test number, the only ones it may write to. `per_pair`: how
    many messages a customer takes in six seconds, None for any number. Without `is_paid` everything is dropped.
    `fates`: what is told of a message at once, such as ("sent", "delivered").
    """

    def __init__(self, *, token=TOKEN, secret=SECRET, account=ACCOUNT, fates=(), **options):
        self.token, self.secret, self.account = token, secret, account
        self.numbers = {PHONE_NUMBER_ID: FakeNumber(PHONE_NUMBER_ID, "+15550783881")}
        self.sent, self.refusals, self.posted = [], [], []
        self.absent, self.stopped, self.allowed = set(), set(), None
        self.per_pair, self.is_paid, self.fates = None, True, tuple(fates)
        self.webhook, self._wamids = "", itertools.count(1)
        super().__init__(**options)

    # What we ask of Meta.

    def answered(self, method, url, headers, body):
        try:
            return 200, self._answered(method, url, headers, body)
        except Refusal as refused:
            told = refused.content["error"]
            self.refusals.append((told["code"], told.get("error_data", {}).get("details", "")))
            raise

    def _answered(self, method, url, headers, body):
        path = PATH.fullmatch(url.path)
        if headers.get("Authorization") != f"Bearer {self.token}":
            raise refusal(190, status=401)
        if path is None:
            raise refusal(100, "Unknown path components", subcode=33)
        place, what = path.groups()
        if what == "message_templates" and place == self.account:
            return self.listed(dict(parse_qsl(url.query))) if method == "GET" else self.handed_in(json_of(body) or {})
        if place not in self.numbers or what == "message_templates":
            raise refusal(100, "Object with this ID does not exist or cannot be loaded", subcode=33)
        if what is None:
            number = self.numbers[place]
            return {"id": number.id, "display_phone_number": number.display, "verified_name": number.name,
                    "quality_rating": "GREEN"}  # fmt: skip
        return self._taken(self.numbers[place], json_of(body) or {})

    def _taken(self, number, told):
        if told.get("messaging_product") != "whatsapp":
            raise refusal(100, "messaging_product must be whatsapp")
        to, kind = str(told.get("to") or ""), told.get("type", "text")
        if not PHONE.fullmatch(to):
            raise refusal(131009, f"Parameter value is not valid: to {to}")
        if kind not in told:
            raise refusal(131008, f"Parameter of type {kind} is missing in request body")
        reference = told.get("biz_opaque_callback_data", "")
        if len(reference) > LONGEST_REFERENCE:
            raise refusal(131009, "biz_opaque_callback_data is too long")
        phone = f"+{to.removeprefix('+')}"
        if self.allowed is not None and phone not in self.allowed:
            raise refusal(131030, "Recipient phone number not in allowed list")
        chat = self.chat(phone, number.id)
        self._pace(chat)
        message = FakeWhatsAppMessage(self.new_id(), True, "", to=phone, reference=reference, told=told)
        {"template": self._fill, "text": self._text, "interactive": self._interactive}[kind](message, told[kind])
        with self._lock:
            chat.messages.append(message)
            self.sent.append(message)
        self._go_on(message, chat, number)
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, "wa_id": phone[1:]}],
            "messages": [{"id": message.id, "message_status": "accepted"}],
        }

    def _fill(self, message, told):
        language = (told.get("language") or {}).get("code", "")
        template = self.templates.get((told.get("name"), language))
        if template is None or template["status"] in ("PENDING", "REJECTED"):
            raise refusal(132001, f"template name ({told.get('name')}) does not exist in {language}", status=404)
        if template["status"] in ("PAUSED", "DISABLED"):
            raise refusal(132015 if template["status"] == "PAUSED" else 132016)
        given = {(p["type"], p.get("index")): p.get("parameters", []) for p in told.get("components", [])}
        body = next(c["text"] for c in template["components"] if c["type"] == "BODY")
        values = [parameter["text"] for parameter in given.get(("body", None), [])]
        if len(values) != len(BLANK.findall(body)):
            raise refusal(132000, f"body: number of localizable_params ({len(values)}) does not match")
        message.template, message.category = template["name"], template["category"].lower()
        message.text = BLANK.sub(lambda blank: values[int(blank[1]) - 1], body)
        buttons = next((c["buttons"] for c in template["components"] if c["type"] == "BUTTONS"), [])
        message.buttons = [
            (button["text"], self._says(button, given.get(("button", str(place)), [])))
            for place, button in enumerate(buttons)
        ]

    def _says(self, button, parameters):
        if button["type"] == "QUICK_REPLY":
            payload = parameters[0]["payload"] if parameters else button["text"]
            if len(payload) > 256:
                raise refusal(131009, "payload is too long")
            return payload
        if "{{1}}" not in button.get("url", ""):
            return button.get("url", "")
        if len(parameters) != 1 or not parameters[0].get("text"):
            raise refusal(131008, "buttons: Button at index 0 of type Url requires a parameter")
        return button["url"].replace("{{1}}", parameters[0]["text"])

    def _text(self, message, told):
        message.text = told.get("body") or ""
        if not 1 <= len(message.text) <= LONGEST_TEXT:
            raise refusal(100, f"text.body has 1 to {LONGEST_TEXT} characters")

    def _interactive(self, message, told):
        message.text, action = (told.get("body") or {}).get("text", ""), told.get("action") or {}
        if not 1 <= len(message.text) <= LONGEST_INTERACTIVE:
            raise refusal(131009, f"body.text has 1 to {LONGEST_INTERACTIVE} characters")
        if told.get("type") == "button":
            known = [button.get("reply", {}) for button in action.get("buttons", [])]
            message.buttons = _options(known, most=3, title=20, longest=256)
        elif told.get("type") == "list":
            if not 1 <= len(action.get("button", "")) <= 20:
                raise refusal(131009, "the button of a list has 1 to 20 characters")
            rows = [row for section in action.get("sections", []) for row in section.get("rows", [])]
            if any(len(row.get("description", "")) > 72 for row in rows):
                raise refusal(131009, "a description has at most 72 characters")
            message.buttons = _options(rows, most=10, title=24, longest=200)
        elif told.get("type") == "cta_url":
            parameters = action.get("parameters") or {}
            message.buttons = [(parameters.get("display_text", ""), parameters.get("url", ""))]
        else:
            raise refusal(131009, "interactive.type is not valid")

    def _pace(self, chat):
        since = time.time() - PAIR_SECONDS
        if self.per_pair is not None and sum(m.sent_at > since for m in chat.ours) >= self.per_pair:
            raise refusal(131056)

    def _go_on(self, message, chat, number):
        """Tell at once what becomes of a message: why it does not go, or what `fates` says."""
        if not self.is_paid:
            return
        if message.to in self.absent:
            self.set_status("failed", message, code=131026, number=number.id)
        elif not message.template and not chat.is_open:
            self.set_status("failed", message, code=131047, number=number.id)
        elif message.category == "marketing" and message.to in self.stopped:
            self.set_status("failed", message, code=131050, number=number.id)
        else:
            for status in self.fates:
                self.set_status(status, message, number=number.id, delay=0.2)

    # What Meta tells us.

    def subscribe(self, url, verify_token):
        """Enter an address in Meta's console: it must answer the challenge, and is called from then on."""
        asked = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": "1158201444"}
        status, said = self.get_challenge(url, asked)
        if (status, said) != (200, "1158201444"):
            raise NotPossible(f"The callback URL or verify token couldn't be validated: {status} {said}")
        self.webhook = url

    def set_status(self, status, message=None, *, code=None, number=None, at=None, pricing=None, **options):
        """Tell that something became of a message, the newest by default."""
        message = message or self.sent[-1]
        told = {
            "id": message.id,
            "status": status,
            "timestamp": str(int(at or time.time())),
            "recipient_id": message.to[1:],
            **({"biz_opaque_callback_data": message.reference} if message.reference else {}),
        }
        if status in ("sent", "delivered"):
            told["conversation"] = {"id": "727", "origin": {"type": message.category}}
            told["pricing"] = pricing or {"billable": True, "pricing_model": "PMP", "category": message.category}
        if code:
            told["errors"] = [failure(code)]
        message.statuses.append(status)
        value = {**self._metadata(number), "statuses": [told]}
        return self.tell_change("messages", value, number=number, **options)

    def tell_change(self, field, value, *, number=None, times=1, delay=0, secret=None):
        """Call the webhook, so many times, after a delay in a thread of its own; return the answers' statuses."""
        event = {"object": "whatsapp_business_account",
                 "entry": [{"id": self.account, "changes": [{"field": field, "value": value}]}]}  # fmt: skip
        raw = json.dumps(event, ensure_ascii=False).encode()
        self.posted.append(raw)
        if not self.webhook:
            return []
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signed(secret or self.secret, raw)}

        def calls():
            time.sleep(delay)
            return [self.post_event(self.webhook, raw, headers) for _time in range(times)]

        if not delay:
            return calls()
        threading.Thread(target=calls, daemon=True).start()
        return []

    def post_event(self, url, raw, headers):
        request = urllib.request.Request(url, raw, dict(headers))
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code

    def get_challenge(self, url, asked):
        try:
            with urllib.request.urlopen(f"{url}?{urlencode(asked)}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, ""

    def add_number(self, phone_number_id, display):
        self.numbers[phone_number_id] = FakeNumber(phone_number_id, display)
        return self.numbers[phone_number_id]

    def number_of(self, number=None):
        return self.numbers[number] if number else next(iter(self.numbers.values()))

    def new_id(self):
        return f"wamid.HBgM{next(self._wamids):020d}"

    def _metadata(self, number):
        known = self.number_of(number)
        metadata = {"display_phone_number": known.display[1:], "phone_number_id": known.id}
        return {"messaging_product": "whatsapp", "metadata": metadata}


def signed(secret, raw):
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def through(fake, client):
    """Let calls go through a test client of Django."""

    def post_event(url, raw, headers):
        given = {name: value for name, value in headers.items() if name != "Content-Type"}
        path = "/" + url.split("/", 3)[3]
        try:
            return client.post(path, raw, content_type="application/json", headers=given).status_code
        finally:
            if threading.current_thread() is not threading.main_thread():
                connections.close_all()

    def get_challenge(url, asked):
        answer = client.get("/" + url.split("/", 3)[3], asked)
        return answer.status_code, answer.content.decode()

    fake.post_event, fake.get_challenge = post_event, get_challenge
    return fake


def _options(known, *, most, title, longest):
    ids = [option.get("id", "") for option in known]
    if not 1 <= len(known) <= most or len(set(ids)) != len(ids):
        raise refusal(131009, f"1 to {most} options, each with an ID of its own")
    for option in known:
        if not 1 <= len(option.get("title", "")) <= title or not 1 <= len(option.get("id", "")) <= longest:
            raise refusal(131009, f"a title has 1 to {title} characters, an ID 1 to {longest}")
    return [(option["title"], option["id"]) for option in known]
