"""The way into the chat of a brand's bot, on the page of a contact."""

import pytest
from django.urls import reverse

from crm.models import ContactAddress
from delivery.media.telegram import joining
from delivery.models import TelegramBot
from tests.factories import BrandFactory, ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bot():
    return TelegramBot.objects.create(brand=BrandFactory(), token="x", number=7000000001, username="alder_bot")


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return lambda contact: client.get(reverse("contact", args=[contact.pk])).content.decode()


def test_whoever_serves_a_customer_hands_over_their_own_link(page, bot):
    contact = ContactFactory()

    shown = page(contact)

    link = joining.link(bot, contact.pk)
    assert link.startswith("https://t.me/alder_bot?start=")
    assert f'<a href="{link}" rel="noreferrer">' in shown
    assert 'aria-label="The link as a QR code"' in shown


def test_whoever_is_there_needs_no_link(page, bot):
    contact = ContactFactory()
    ContactAddress.objects.create(contact=contact, medium="telegram", value="7000000001:5")

    shown = page(contact)

    assert "can ask this customer in Telegram" in shown
    assert "?start=" not in shown
    assert "<dt>Telegram</dt><dd>chat 5</dd>" in shown


def test_a_chat_with_another_bot_is_no_chat_with_this_one(page, bot):
    contact = ContactFactory()
    ContactAddress.objects.create(contact=contact, medium="telegram", value="70000000011:5")

    assert "?start=" in page(contact)


def test_nobody_is_invited_who_wants_no_messages(page, bot):
    contact = ContactFactory(do_not_contact_reason="asked_staff", do_not_contact_at="2026-01-01T00:00Z")

    assert "t.me" not in page(contact)


def test_nothing_is_said_of_telegram_without_a_bot(page, bot):
    TelegramBot.objects.update(is_active=False)

    assert "t.me" not in page(ContactFactory())
