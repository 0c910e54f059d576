"""Texts and chats of the demo: some customers are asked at each start, and what they answer is an answer."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import call_command

from crm.models import ContactAddress
from delivery import dispatch
from delivery.media.telegram import hearing
from delivery.models import Message
from demo import chats, texts, whatsapp
from demo.logins import CHATS, FIRST_STEPS, TEXTS
from demo.up import welcome
from responses.chats import presses
from responses.models import Response
from responses.texts import intake
from tests.fakes.messenger import Messenger
from tests.fakes.phone import Phones
from tests.fakes.whatsapp import through
from workshop.stack import Ports, Stack

# A Saturday evening: nobody's hours for letters.
NOW = datetime(2026, 11, 21, 21, tzinfo=UTC)


@pytest.mark.django_db
def test_each_start_asks_three_more_customers_by_text_and_three_in_chats_of_their_own(monkeypatch):
    monkeypatch.setattr("tests.fakes.messenger.WAITS", 0)
    with time_machine.travel(NOW) as clock, Phones() as phones:
        call_command("load_demo", share=0.25, i_know=True)
        texts.point_at(phones.url)
        phones.post = lambda *_call: 204
        asked = []
        for _start in range(2):
            asked += texts.ask_some()
            dispatch.send_due("sms")
            with Messenger() as messenger:
                chats.show(messenger.url)
                dispatch.send_due("telegram")
                for _bot, chat in messenger.open_chats():
                    messenger.press(chat.id, "9")
                hearing.ask_all()
                presses.take_due()
            clock.shift(60)

    contacts = {invitation.contact for invitation in asked}
    assert len(contacts) == 6
    assert {(contact.email, bool(contact.phone)) for contact in contacts} == {("", True)}
    assert {text.to for text in phones.texts} == {contact.phone for contact in contacts}
    assert set(Message.objects.filter(medium="sms").values_list("status", flat=True)) == {"sent"}
    opened = ContactAddress.objects.filter(medium="telegram")
    assert len(set(opened.values_list("contact"))) == len(set(opened.values_list("value"))) == 6
    questions = Message.objects.filter(medium="telegram", purpose="invite")
    assert list(questions.values_list("status", flat=True)) == ["sent"] * 6
    assert Response.objects.filter(invitation__sendings__message__in=questions, score=9).count() == 6


@pytest.mark.django_db
def test_each_start_asks_three_more_customers_by_whatsapp(monkeypatch, client):
    monkeypatch.setattr("tests.fakes.messenger.WAITS", 0)
    with time_machine.travel(NOW) as clock:
        call_command("load_demo", share=0.25, i_know=True)
        asked = []
        for _start in range(2):
            with Messenger() as messenger:
                through(messenger.whatsapp, client)
                # The page answers in threads of its own, which see nothing of this transaction.
                messenger.whatsapp.fates, messenger.whatsapp.get_challenge = (), lambda *_asked: (200, "1158201444")
                whatsapp.show(messenger.url)
                dispatch.send_due("whatsapp")
                asked += [chat.phone for chat in messenger.whatsapp.open_chats()]
                for chat in messenger.whatsapp.open_chats():
                    messenger.whatsapp.write(chat.phone, "9")
                intake.take_due()
                dispatch.send_due("whatsapp")
                assert all(len(chat.ours) == 2 for chat in messenger.whatsapp.open_chats())
            clock.shift(60)

    assert len(set(asked)) == len(asked) == 6
    questions = Message.objects.filter(medium="whatsapp", purpose="invite")
    assert {message.to_address for message in questions} == set(asked)
    assert Response.objects.filter(invitation__sendings__message__in=questions, score=9).count() == 6


def test_whoever_starts_the_demo_is_told_where_texts_and_chats_are_caught(tmp_path):
    class Ground:
        urls = {}

    said = welcome(Stack(tmp_path, Ground(), Ports(8000, 8025, 8026, 8027, 8028, 8029)))

    lines = [line.split(maxsplit=2) for line in said.splitlines()]
    assert [line[1] for line in lines if line[:1] == ["customer"]] == [
        "http://127.0.0.1:8026/",
        "http://127.0.0.1:8027/",
        "http://127.0.0.1:8028/",
        "http://127.0.0.1:8029/",
    ]
    assert all(step.words in said for step in FIRST_STEPS if step.path in (TEXTS, CHATS))
    assert "    Caught chats    http://127.0.0.1:8028/\n" in said
