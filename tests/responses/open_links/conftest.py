import re
from html import unescape

import pytest
from django.test import Client

from responses.models import OpenLink
from responses.open_links import device
from tests.factories import OpenLinkFactory

PERSON = {"scripted": "1", "gesture": "pointer"}
MACHINE = {"scripted": "1", "gesture": ""}
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"


class Device:
    """A browser at one link: what it is shown, and what its person does."""

    def __init__(self, link: OpenLink, *, address: str = "198.51.100.7", cookies: bool = True, agent: str = CHROME):
        self.client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
        self.link, self.cookies, self.secret = link, cookies, ""

    def get(self, **query):
        return self._seen(self.client.get(self.link.path, query))

    def post(self, step="score", **fields):
        form = {"step": step, "language": "en", "secret": self.secret, **PERSON, **fields}
        return self._seen(self.client.post(self.link.path, form))

    def answer(self, score, **fields):
        """Open the page and send a score."""
        self.get()
        return self.post(score=score, **fields)

    def say(self, comment="", **fields):
        return self.post("why", comment=comment, **fields)

    def introduce(self, **fields):
        return self.post("thanks", introduce="1", **fields)

    def _seen(self, response):
        if not self.cookies:
            self.client.cookies.clear()
        found = re.search(rf'name="{device.FIELD}" value="([^"]+)"', response.content.decode())
        self.secret = unescape(found[1]) if found else self.secret
        return response


@pytest.fixture
def link(db):
    return OpenLinkFactory(version__survey__brand__timezone="Europe/Vilnius")


@pytest.fixture
def phone(link):
    return Device(link)
