"""Answering a customer by the medium of their answer, on a phone and on a desktop."""

import pytest
from playwright.sync_api import expect

from delivery.media.telegram import hearing
from delivery.models import Message, TelegramBot, TextGateway
from responses.page import offers
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import BrandFactory, FollowupFactory
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.followups.replies.talks import answered_in_chat, take_up
from tests.responses.chats.conversation import CHAT
from tests.responses.texts.postbag import asked


@pytest.fixture
def telegram():
    with FakeTelegram() as server:
        yield server


@pytest.fixture
def in_chat(telegram, owner, settings):
    settings.DEBUG = True
    offers.forget()
    bot = TelegramBot.objects.create(brand=BrandFactory(), token=TOKEN, base=telegram.url)
    hearing.connect(bot)
    bot.save()
    return answered_in_chat(telegram, bot, owner, email="ona@shop.example")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripted", "plain"])
def test_a_customer_is_answered_in_their_chat_on_a_phone(
    open_page, assert_accessible, telegram, in_chat, owner, javascript
):
    page = open_page(f"/inbox/{in_chat.pk}/", user=owner, viewport=PHONE, javascript=javascript)
    page.locator("#replies summary").click()
    expect(page.get_by_label("Telegram")).to_be_checked()
    expect(page.get_by_label("Subject")).to_be_hidden()
    page.get_by_label("E-mail to ona@shop.example").check()
    expect(page.get_by_label("Subject")).to_be_visible()
    page.get_by_label("Telegram").check()
    page.get_by_label("Your message").fill("We are sorry, and we call tomorrow.")
    if javascript:
        assert_accessible(page)
    assert fits(page)

    page.locator("#replies").get_by_role("button", name="Send").click()
    take_up()
    telegram.write(CHAT, "Thank you")
    take_up()
    page.reload()

    story = page.locator("section", has=page.get_by_role("heading", name="History of this follow-up"))
    expect(story).to_contain_text("We are sorry, and we call tomorrow.")
    expect(story).to_contain_text("Telegram handed over")
    expect(story).to_contain_text("Thank you")
    assert fits(page)
    if javascript:
        assert_accessible(page)


def test_what_a_text_takes_follows_what_one_types(open_page, assert_accessible, owner):
    known = {"provider": "twilio", "account": "AC1", "sender": "+15005550006", "secret": "s", "price": "0.0350"}
    TextGateway.objects.create(name="Texts", takes_replies=True, **known)
    followup = FollowupFactory(
        assignee=owner, team=owner.team, response__invitation=asked(status="answered"), response__medium="sms"
    )
    page = open_page(f"/inbox/{followup.pk}/", user=owner, viewport=DESKTOP)
    page.locator("#replies summary").click()

    page.get_by_label("Your message").fill("Дякуємо! " * 12)

    expect(page.locator(".reply__figures")).to_contain_text("Paid parts: 2")
    assert_accessible(page)
    assert not Message.objects.filter(purpose="reply").exists()
