import logging

from accounts import tokens
from accounts.logs import HideTokens


def test_a_token_is_the_same_each_time_and_has_192_bits():
    token = tokens.derive("invitation", 7)

    assert token == tokens.derive("invitation", 7)
    assert len(token) == 32


def test_tokens_differ_by_purpose_by_row_and_by_key(settings):
    token = tokens.derive("invitation", 7)

    assert token != tokens.derive("invitation", 8)
    assert token != tokens.derive("other", 7)
    settings.TOKEN_KEY = "another key"
    assert token != tokens.derive("invitation", 7)


def test_tokens_are_hidden_in_log_lines():
    token = tokens.derive("invitation", 7)
    record = logging.LogRecord(
        "x", logging.WARNING, "x", 1, "Gone: %s and /u/%s/", (f"/s/{token}/?score=3", token), None
    )

    HideTokens().filter(record)

    assert record.getMessage() == "Gone: /s/***/?score=3 and /u/***/"
