"""A chat that Telegram refused, a bot that is switched off, and how both come back."""

from datetime import timedelta

import pytest

from accounts import clock
from crm import address_health
from crm.address_health import Bounce
from crm.models import ContactAddress
from delivery import dispatch
from delivery.media.telegram import hearing
from delivery.models import Message, TelegramBot
from responses.chats import presses
from responses.models import Response
from surveys.fates import delivery_news
from tests.responses.chats.conversation import CHAT, asked, go_on, joined, shown

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def contact(telegram, bot):
    return joined(telegram, bot)


@pytest.fixture
def invitation(contact, bot):
    return asked(contact, bot)


def is_shut():
    return ContactAddress.objects.get(medium="telegram").bounced_at is not None


def shut(at=None):
    address = ("telegram", ContactAddress.objects.get(medium="telegram").value)
    address_health.charge_bounces([Bounce(address, at or clock.now(), is_hard=True)], hard=1, soft=1)


def test_a_word_of_a_bot_that_is_switched_off_waits_for_it(telegram, contact, bot):
    telegram.write(CHAT, "When will it come?")
    hearing.ask_all()
    TelegramBot.objects.update(is_active=False)
    said = len(shown(telegram))

    go_on()
    assert Message.objects.filter(purpose="echo").latest("pk").status == "queued"
    assert len(shown(telegram)) == said

    TelegramBot.objects.update(is_active=True)
    Message.objects.filter(status="queued").update(send_after=clock.now())
    go_on()
    assert len(shown(telegram)) == said + 1


def test_an_ask_of_a_bot_that_is_switched_off_goes_on_by_the_next_medium(telegram, bot, monkeypatch):
    contact = joined(telegram, bot, email="ona@shop.example")
    with monkeypatch.context() as held:
        held.setattr(dispatch, "send_due", lambda _medium: None)
        invitation = asked(contact, bot, "telegram", "email")
    TelegramBot.objects.update(is_active=False)

    dispatch.send_due("telegram")
    delivery_news.sync()

    assert Message.objects.get(medium="telegram", purpose="invite").status == "failed"
    invitation.refresh_from_db()
    assert (invitation.medium, invitation.status) == ("email", "queued")


def test_a_refusal_of_before_the_chat_was_opened_again_shuts_nothing(telegram, contact, bot, invitation):
    sent = Message.objects.get(purpose="invite")
    at = clock.now() - timedelta(seconds=5)
    Message.objects.filter(pk=sent.pk).update(status="bounced", bounce="hard", failed_at=at, has_news=True)
    telegram.block(CHAT)
    telegram.unblock(CHAT)

    hearing.ask_all()
    presses.take_due()
    delivery_news.sync()

    assert not is_shut()


def test_a_refusal_of_after_that_does(telegram, contact, bot, invitation):
    later = clock.now() + timedelta(minutes=5)
    Message.objects.filter(purpose="invite").update(status="bounced", bounce="hard", failed_at=later, has_news=True)
    telegram.start(CHAT)
    hearing.ask_all()

    presses.take_due()
    delivery_news.sync()

    assert is_shut()


def test_whoever_presses_has_let_the_bot_in_again(telegram, invitation):
    shut()

    telegram.press(CHAT, "9")
    go_on()

    assert not is_shut()
    assert Response.objects.get().score == 9


def test_a_press_takes_no_no_back(telegram, contact, invitation):
    telegram.write(CHAT, "/stop")
    go_on()
    shut()

    telegram.press(CHAT, "9")
    go_on()

    contact.refresh_from_db()
    assert not contact.may_be_contacted
