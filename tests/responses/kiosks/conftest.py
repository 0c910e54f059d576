import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from accounts import clock
from responses.kiosks import pairing, secret
from responses.models import Tablet
from tests.factories import KioskFactory, UserFactory

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"


class PairedTablet:
    """A tablet of a kiosk: what it kept, and how it sends it."""

    def __init__(self, kiosk, *, held=None):
        now = clock.now()
        self.kiosk = kiosk
        self.token = pairing.begin(kiosk, by=UserFactory(), now=now)
        self.secret = pairing.pair(self.token, held=held, now=now)
        self.client = Client(HTTP_USER_AGENT=CHROME)
        self.client.cookies[secret.COOKIE] = self.secret
        # How far its clock is off.
        self.skew = timedelta()
        self.was_paired(days=1)

    def was_paired(self, *, days):
        Tablet.objects.of_secret(self.secret).update(paired_at=clock.now() - timedelta(days=days))

    @property
    def row(self):
        return Tablet.objects.of_secret(self.secret).get()

    def ms(self, moment):
        return int((moment + self.skew).timestamp() * 1000)

    def answer(self, score=9, *, ago=timedelta(seconds=20), **said):
        """Return an answer as the tablet keeps it, given some time ago."""
        version = self.kiosk.survey.versions.latest("number")
        kept = {"id": str(uuid.uuid4()), "version": version.pk, "score": score, "topics": [], "comment": "",
                "language": "en", "at": self.ms(clock.now() - ago), "gesture": "touch"}  # fmt: skip
        return kept | said

    def send(self, *answers, **said):
        body = {"sent": self.ms(clock.now()), "waiting": 0, "refused": 0, "answers": list(answers), **said}
        return self.post(json.dumps(body))

    def post(self, body, content_type="application/json", path="/k/answers/"):
        return self.client.post(path, body, content_type=content_type)

    def fates(self, *answers, **said):
        return [(one["fate"], one["code"]) for one in self.send(*answers, **said).json()["answers"]]


@pytest.fixture
def kiosk(db):
    return KioskFactory(place="Vilnius, Gedimino 9")


@pytest.fixture
def tablet(kiosk):
    return PairedTablet(kiosk)
