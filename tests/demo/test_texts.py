"""Texts of the demo: some customers are asked at each start, and what they answer is an answer."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import call_command

from delivery import dispatch
from delivery.models import Message
from demo import texts
from demo.logins import FIRST_STEPS, TEXTS
from demo.up import welcome
from tests.fakes.phone import Phones
from workshop.stack import Ports, Stack

# A Saturday evening: nobody's hours for letters.
NOW = datetime(2026, 11, 21, 21, tzinfo=UTC)


@pytest.mark.django_db
def test_each_start_asks_three_more_customers_who_have_only_a_phone():
    with time_machine.travel(NOW), Phones() as phones:
        call_command("load_demo", share=0.25, i_know=True)
        texts.point_at(phones.url)
        phones.post = lambda *_call: 204
        asked = [invitation for _start in range(2) for invitation in texts.ask_some()]
        dispatch.send_due("sms")

    contacts = {invitation.contact for invitation in asked}
    assert len(contacts) == 6
    assert {(contact.email, bool(contact.phone)) for contact in contacts} == {("", True)}
    assert {text.to for text in phones.texts} == {contact.phone for contact in contacts}
    assert set(Message.objects.filter(medium="sms").values_list("status", flat=True)) == {"sent"}


def test_whoever_starts_the_demo_is_told_where_texts_are_caught(tmp_path):
    class Ground:
        urls = {}

    said = welcome(Stack(tmp_path, Ground(), Ports(8000, 8025, 8026, 8027)))

    lines = [line.split(maxsplit=2) for line in said.splitlines()]
    assert [line[1] for line in lines if line[:1] == ["customer"]] == [
        "http://127.0.0.1:8026/",
        "http://127.0.0.1:8027/",
    ]
    assert any(step.words in said for step in FIRST_STEPS if step.path == TEXTS)
