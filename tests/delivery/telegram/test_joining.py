from datetime import UTC, datetime, timedelta

import pytest

from delivery.media.telegram.joining import ENDS_AFTER, contact_of, payload

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize("contact", [0, 1, 35, 36, 10**9, 2**53])
def test_a_link_leads_back_to_its_contact(contact):
    written = payload(1, contact, now=NOW)

    assert len(written) <= 64
    assert contact_of(1, written, now=NOW + ENDS_AFTER) == contact


def test_a_link_ends():
    assert contact_of(1, payload(1, 7, now=NOW), now=NOW + ENDS_AFTER + timedelta(days=1)) is None


def test_a_link_from_tomorrow_is_none():
    assert contact_of(1, payload(1, 7, now=NOW + timedelta(days=2)), now=NOW) is None


def test_a_link_is_of_one_bot_and_one_contact():
    written = payload(1, 7, now=NOW)

    assert contact_of(2, written, now=NOW) is None
    assert contact_of(1, "8" + written[1:], now=NOW) is None


@pytest.mark.parametrize("written", ["", "7", "7-abc-", "7-abc-" + "x" * 32, "ї" * 40, "7-abc-" + "x" * 31 + "ї", "--"])
def test_what_we_did_not_make_is_nobodys(written):
    assert contact_of(1, written, now=NOW) is None


def test_a_key_that_was_replaced_still_opens(settings):
    written = payload(1, 7, now=NOW)
    settings.TOKEN_KEY, settings.TOKEN_KEY_FALLBACKS = "another key " * 4, [settings.TOKEN_KEY]

    assert contact_of(1, written, now=NOW) == 7
