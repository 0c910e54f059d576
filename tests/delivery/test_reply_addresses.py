"""The address that an answer comes back to: nobody guesses it, and nothing needs to be stored to know it again."""

import pytest

from delivery.media.email import reply_addresses
from delivery.media.email.checks import replies_can_arrive
from tests.factories import MessageFactory


@pytest.fixture(autouse=True)
def _read(settings):
    settings.REPLY_ADDRESS = "reply@replies.example"


@pytest.fixture
def address():
    return reply_addresses.address(MessageFactory.build(pk=77))


def test_an_address_names_its_message_and_is_the_same_each_time(address):
    assert reply_addresses.number_in(address) == 77
    assert reply_addresses.address(MessageFactory.build(pk=77)) == address
    local, domain = address.split("@")
    assert domain == "replies.example"
    assert local.startswith("reply+")
    assert len(local) <= 64
    assert address == address.lower()


def test_no_character_of_it_may_be_another(address):
    beginning = len("reply+")
    for place in range(beginning, beginning + 48):
        other = "a" if address[place] != "a" else "b"
        assert reply_addresses.number_in(address[:place] + other + address[place + 1 :]) is None


@pytest.mark.parametrize(
    "found", ["reply@replies.example", "reply+@replies.example", "reply+x@replies.example", "", "@"]
)
def test_what_is_no_address_of_ours_names_nothing(found):
    assert reply_addresses.number_in(found) is None


def test_an_address_of_another_domain_names_nothing(address):
    assert reply_addresses.number_in(address.replace("replies.example", "evil.example")) is None


def test_an_old_key_still_proves_and_a_lost_one_does_not(settings, address):
    settings.TOKEN_KEY_FALLBACKS, settings.TOKEN_KEY = [settings.TOKEN_KEY], "another-key"
    assert reply_addresses.number_in(address) == 77

    settings.TOKEN_KEY_FALLBACKS = []
    assert reply_addresses.number_in(address) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", []),
        ("reply@replies.example", ["delivery.W002"]),
        ("re+ply@replies.example", ["delivery.E002"]),
        ("replies-to-letters-of-ours@replies.example", ["delivery.E002"]),
        ("reply", ["delivery.E002"]),
    ],
)
def test_an_address_that_cannot_work_is_told_when_starting(settings, address, said):
    settings.REPLY_ADDRESS = address

    assert [message.id for message in replies_can_arrive()] == said


def test_an_address_whose_mailbox_is_read_is_fine(settings):
    settings.BOUNCE_DROP_DIR = "/var/mail"

    assert replies_can_arrive() == []
