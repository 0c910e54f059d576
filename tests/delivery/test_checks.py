import pytest
from django.core.checks import run_checks

from delivery.checks import lease_outlasts_a_slow_message


def test_the_default_lease_is_long_enough():
    assert lease_outlasts_a_slow_message() == []


def test_a_lease_that_ends_while_a_letter_may_be_on_its_way_is_refused(settings):
    settings.EMAIL_TIMEOUT, settings.CHAT_TIMEOUT, settings.SMS_TIMEOUT, settings.TELEGRAM_TIMEOUT = 5, 7, 7, 7
    settings.WHATSAPP_TIMEOUT = 7
    settings.SENDING_LEASE_SECONDS = 39

    (error,) = [error for error in run_checks() if error.id == "delivery.E001"]

    assert error.msg == "SENDING_LEASE_SECONDS must be at least 40: so long may one message by e-mail take."


def test_a_slow_chat_counts_too(settings):
    settings.CHAT_TIMEOUT, settings.SENDING_LEASE_SECONDS = 60.5, 300

    (error,) = lease_outlasts_a_slow_message()

    assert error.msg == "SENDING_LEASE_SECONDS must be at least 302.5: so long may one message by team chat take."


def test_a_lease_of_exactly_eight_waits_is_taken(settings):
    settings.EMAIL_TIMEOUT, settings.CHAT_TIMEOUT, settings.SMS_TIMEOUT, settings.TELEGRAM_TIMEOUT = 5, 8, 8, 8
    settings.WHATSAPP_TIMEOUT = 8
    settings.SENDING_LEASE_SECONDS = 40

    assert lease_outlasts_a_slow_message() == []


@pytest.mark.parametrize(
    ("url", "warns"),
    [
        ("", False),
        ("imap://me:x@mail.example/INBOX", True),
        ("imap://me:x@127.0.0.1/INBOX", False),
        ("imap+tls://me:x@mail.example/INBOX", False),
        ("imaps://me:x@mail.example/INBOX", False),
    ],
)
def test_a_password_that_travels_in_the_clear_is_warned_of(settings, url, warns):
    settings.BOUNCE_IMAP_URL = url

    found = [warning for warning in run_checks(include_deployment_checks=True) if warning.id == "delivery.W001"]

    assert bool(found) is warns
    assert "x@" not in str(found)
