import json
from datetime import timedelta

import jwt
import pytest
from django.test import Client

from accounts import clock
from responses.models import Response
from responses.widgets import known
from tests.factories import WebWidgetFactory

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
SITE = "https://shop.example"
SECRET = "a-secret-of-the-site-that-is-long-enough-for-another-algorithm-too"


def token(subject="7", *, secret=SECRET, lives=timedelta(minutes=10), algorithm="HS256", **claims):
    until = int((clock.now() + lives).timestamp())
    return jwt.encode({"sub": subject, "exp": until, **claims}, secret, algorithm=algorithm)


class Page:
    """A page of a site with a widget: what its script asks and sends."""

    def __init__(self, widget, *, origin=SITE, device="d" * 32, token="", address="192.0.2.7"):
        self.widget, self.origin, self.device, self.token = widget, origin, device, token
        self.client = Client(HTTP_USER_AGENT=CHROME, REMOTE_ADDR=address)
        self.ticket = ""

    @property
    def headers(self):
        return {
            **({"HTTP_ORIGIN": self.origin} if self.origin else {}),
            **({"HTTP_AUTHORIZATION": f"Bearer {self.token}"} if self.token else {}),
        }

    def get(self, door, **query):
        known.forget()
        return self.client.get(f"/w/{self.widget.key}/{door}/", query, **self.headers)

    def post(self, door, body, content_type="text/plain"):
        known.forget()
        sent = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return self.client.post(f"/w/{self.widget.key}/{door}/", sent, content_type=content_type, **self.headers)

    def ask(self, **query):
        answer = self.get("may-show", **{"device": self.device, **query})
        if answer.status_code == 200:
            self.ticket = answer.json()["ticket"]
        return answer

    def show(self):
        answer = self.post("shown", {"ticket": self.ticket})
        if answer.status_code == 200:
            self.ticket = answer.json()["ticket"]
        return answer

    def answer(self, score=9, **said):
        return self.post("answers", {"ticket": self.ticket, "score": score, "gesture": "pointer", **said})

    def give(self, score=9, **said):
        """Ask, show and answer as a person does."""
        assert self.ask().status_code == 200
        assert self.show().status_code == 200
        answer = self.answer(score, **said)
        assert answer.status_code == 200, answer.content
        return Response.objects.latest("pk")


@pytest.fixture
def widget(db):
    return WebWidgetFactory()


@pytest.fixture
def page(widget):
    return Page(widget)
