"""What each medium states, and that nothing of it is forgotten elsewhere."""

from pathlib import Path

import pytest

import delivery
from accounts.media import OF_CUSTOMERS, AddressKind, Medium
from delivery import media
from delivery.media import Recovery
from nps_project.celery import app

ROOM = Path(delivery.__file__).parent


def test_every_medium_states_its_rules(settings):
    settings.EMAIL_CONNECTIONS, settings.EMAIL_PER_SECOND = 3, 7.5
    settings.CHAT_CONNECTIONS, settings.CHAT_PER_SECOND = 2, 0.5
    settings.SMS_CONNECTIONS, settings.SMS_PER_SECOND = 4, 20
    settings.TELEGRAM_CONNECTIONS, settings.TELEGRAM_PER_SECOND = 5, 30
    settings.WHATSAPP_CONNECTIONS, settings.WHATSAPP_PER_SECOND = 6, 40

    stated = {
        transport.medium: (transport.address_kind, transport.seats, transport.per_second, transport.recovery)
        for transport in media.in_use()
    }

    assert stated == {
        Medium.EMAIL: (AddressKind.MAILBOX, 3, 7.5, Recovery.AGAIN),
        Medium.SMS: (AddressKind.PHONE, 4, 20, Recovery.ASK),
        Medium.TELEGRAM: (AddressKind.CHAT, 5, 30, Recovery.ASK),
        Medium.WHATSAPP: (AddressKind.PHONE, 6, 40, Recovery.ASK),
        Medium.CHAT: (AddressKind.CHAT, 2, 0.5, Recovery.AGAIN),
    }


def test_customers_are_offered_what_can_reach_them_and_not_the_chat_of_a_team():
    assert media.for_customers() == [
        ("email", "e-mail"),
        ("sms", "SMS"),
        ("telegram", "Telegram"),
        ("whatsapp", "WhatsApp"),
    ]
    assert Medium.CHAT not in OF_CUSTOMERS


def test_beat_asks_for_every_medium_in_use_to_be_sent_by():
    asked = [
        entry["kwargs"]["medium"]
        for entry in app.conf.beat_schedule.values()
        if entry["task"] == "delivery.send_messages"
    ]

    assert sorted(asked) == sorted(transport.medium for transport in media.in_use())


def test_a_medium_that_nobody_carries_is_named():
    with pytest.raises(KeyError, match="viber"):
        media.transport_of("viber")


def test_outside_its_own_room_delivery_speaks_of_no_medium():
    """Reading mailboxes and setting hooks up are interfaces of one medium; what sends and records knows none."""
    modules = ["models/message", "outbox", "dispatch", "composers", "notices", "services", "seats", "pace", "backoff"]
    words = (
        "Medium.EMAIL",
        "Medium.CHAT",
        '"email"',
        '"chat"',
        "mime",
        "Message-ID",
        "media.email",
        "media.chat",
        "smtp",
    )

    found = [(module, word) for module in modules for word in words if word in (ROOM / f"{module}.py").read_text()]

    assert found == []
