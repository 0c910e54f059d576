"""An empty database set up for a rehearsal: run `main` inside Django (manage.py shell --command)."""

import json
import sys
from datetime import time
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse

from accounts import clock, roles
from accounts.media import Medium
from accounts.models import Brand, ClientKey, Team, User
from crm import suppressions
from crm.models import Contact
from delivery.media.telegram import hearing, joining
from demo import chats, whatsapp
from demo.logins import PASSWORD
from responses.kiosks import pairing, pins
from responses.models import Kiosk
from surveys.models import Survey, SurveyVersion, Trigger, WritingHours
from surveys.wording.texts import STANDARD


def main() -> None:
    sys.stdout.write(json.dumps(prepare()) + "\n")


@transaction.atomic
def prepare() -> dict[str, str]:
    """Make a team with two people, a survey that asks after each win and a client key, and return how to use them."""
    team = Team.objects.create(name="Sales North")
    agent = _person("agent@plumb.example", "Jonas Agent", roles.AGENTS, team)
    manager = _person("manager@plumb.example", "Olena Manager", roles.MANAGERS, team)
    _survey()
    key = ClientKey(name="Smoke CRM", source="smoke", scopes=[ClientKey.Scope.WRITE])
    secret = key.draw_secret()
    key.save()
    return {"client_key": secret, "agent": agent.email or "", "manager": manager.email or "", "password": PASSWORD}


def print_chat_links(url: str, *, is_called: bool) -> None:
    """Let the brand speak by the stand-in at `url`, and print the links of contacts who have no address.

    `is_called`: it calls us, as Telegram does where it can reach us, in place of being asked.
    """
    if is_called:
        hearing.can_be_called = lambda: True
    bot = chats.connect(url)
    unreachable = Contact.objects.filter(email="", phone="").order_by("pk")
    sys.stdout.write(json.dumps([joining.link(bot, contact.pk) for contact in unreachable]) + "\n")


def write_by_whatsapp(url: str, beginning: str) -> None:
    """Let the brand speak by the stand-in for Meta at `url`, where phones that begin so take no texts."""
    whatsapp.connect(url)
    phones = Contact.objects.filter(phone__startswith=beginning).values_list("phone", flat=True)
    suppressions.give_up({(Medium.SMS.value, phone): clock.now() for phone in phones})


def print_kiosk() -> None:
    """Make a kiosk that asks two things more, and print the path of the link that makes a tablet one of it."""
    prepare()
    asked = Survey.objects.get()
    further = [
        _further("heard0", "single", "How did you hear of us?", options={"1": "Friends", "2": "Advertising"}),
        _further("effort", "scale", "How easy was it?", low="Hard", high="Easy"),
    ]
    SurveyVersion.objects.create(survey=asked, number=2, texts=STANDARD["nps"], questions=further).publish()
    kiosk = Kiosk.objects.open(name="Hall", survey=asked, pin_hash=pins.kept("4821"), crowd=100)
    token = pairing.begin(kiosk, by=User.objects.get(email="manager@plumb.example"), now=clock.now())
    sys.stdout.write(json.dumps(reverse("kiosk_pairing", args=[token])) + "\n")


def _further(key: str, kind: str, question: str, **said: Any) -> dict[str, Any]:
    text = {"question": question, "options": {}, "low": "", "high": "", **said}
    return {"key": key, "kind": kind, "tiers": [], "texts": {"en": text}}


def _person(email: str, name: str, role: str, team: Team) -> User:
    person = User.objects.create_user(email, PASSWORD, name=name, team=team, source="smoke", external_id=email)
    person.groups.add(Group.objects.get(name=role))
    return person


def _survey() -> None:
    brand = Brand.objects.create(slug="alder", name="Alder & Co")
    survey = Survey.objects.create(name="After the purchase", brand=brand, status=Survey.Status.ACTIVE)
    SurveyVersion.objects.create(survey=survey, number=1, texts=STANDARD["nps"]).publish()
    WritingHours.objects.all().delete()
    # The send window never closes, so that the run does not depend on the hour at which it is made.
    Trigger.objects.create(
        survey=survey,
        name="Five days after a deal is won",
        window_start=time.min,
        window_end=time.max,
        window_weekdays=[1, 2, 3, 4, 5, 6, 7],
        media=["email", "sms", "telegram", "whatsapp"],
        is_active=True,
    )
