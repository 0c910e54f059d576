"""A customer who writes by WhatsApp to the number of a brand, and our side of it doing all that is due."""

import json
from datetime import time, timedelta

from accounts import clock
from delivery import dispatch
from delivery.media.whatsapp import arrivals
from delivery.models import WhatsAppNumber, WhatsAppTemplate
from responses.chats import presses
from responses.texts import intake
from surveys.fates import delivery_news
from surveys.models import Invitation, Trigger
from surveys.services import judge_due, plan_invitations
from tests.delivery.whatsapp import told
from tests.delivery.whatsapp.told import PHONE
from tests.factories import BrandFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory
from tests.fakes.provider import ScriptedServer


class Meta(ScriptedServer):
    """Takes whatever is sent."""

    def answered(self, method, url, headers, body):
        return 200, {"messages": [{"id": f"wamid.out{self.number()}"}]}

    @property
    def sent(self):
        """What was handed over, in order: the bodies of messages, each with the ID that it got."""
        bodies = [json.loads(body) for _method, path, _headers, body in self.requests if path.endswith("/messages")]
        return [Shown(body) for body in bodies]


class Shown:
    """A message as the customer sees it: its words, and what may be pressed by its label."""

    def __init__(self, body):
        self.to, self.kind, about = body["to"], body["type"], body[body["type"]]
        action = about.get("action", {})
        self.text = about.get("body", "") if self.kind == "text" else about.get("body", {}).get("text", "")
        replies = [button["reply"] for button in action.get("buttons", ())]
        rows = [row for section in action.get("sections", ()) for row in section["rows"]]
        self.buttons = {shown.get("description", shown["title"]): shown["id"] for shown in [*replies, *rows]}


def number_of(meta, brand=None, **options):
    """Return the number of a brand, with templates in the four languages."""
    number = WhatsAppNumber.objects.create(
        **{"brand": brand or BrandFactory(), "phone_number_id": "1122", "account_id": "5467", "token": "EAAx",
           "app_secret": "secret", "display_number": "+380 44 123 45 67", "base": meta.url} | options
    )  # fmt: skip
    for kind in WhatsAppTemplate.Kind.values:
        for language in ("en", "uk", "ru", "lt"):
            WhatsAppTemplate.objects.create(
                number=number, kind=kind, language=language, name=f"plumb_{kind}", state="approved", category="utility"
            )
    return number


def go_on():
    """Do everything that is due on our side."""
    intake.take_due()
    presses.take_due()
    dispatch.send_due("whatsapp")
    delivery_news.sync()


class Customer:
    """Whoever holds a phone."""

    def __init__(self, meta, number, phone=PHONE):
        self.meta, self.number, self.phone = meta, number, phone

    def hear(self, *messages):
        """Let Meta tell of these, and do what is due."""
        arrivals.keep(self.number, messages, now=clock.now())
        go_on()

    def write(self, *texts, **more):
        self.hear(*(told.text(text, phone=self.phone, **more) for text in texts))

    def press(self, *labels):
        for label in labels:
            self.hear(self.pressed(label))

    def pressed(self, label, **more):
        said = next(shown.buttons[label] for shown in reversed(self.shown) if label in shown.buttons)
        return told.row(said, label, phone=self.phone, **more)

    @property
    def shown(self):
        return [shown for shown in self.meta.sent if shown.to == self.phone]

    @property
    def heard(self):
        """The last words of our side."""
        return self.shown[-1].text


def asked(contact, number, *media, **survey):
    """Ask a contact about something that happened to them, by a survey of the number's brand, and send it."""
    Trigger.objects.update(is_active=False)
    trigger = TriggerFactory(
        survey=SurveyVersionFactory(survey__brand=number.brand, **survey).survey,
        media=list(media or ["whatsapp"]),
        window_weekdays=[1, 2, 3, 4, 5, 6, 7],
        window_start=time(0, 0),
        window_end=time.max,
    )
    touchpoint = TouchpointFactory(contact=contact, occurred_at=clock.now() - trigger.delay - timedelta(days=1))
    plan_invitations()
    Invitation.objects.update(due_at=clock.now())
    judge_due()
    go_on()
    return Invitation.objects.get(touchpoint=touchpoint, trigger=trigger)
