"""No line of the log lets anybody in or names anybody, whatever went wrong."""

import json
import logging
import sys

import pytest
import structlog
from django.conf import settings
from django.db import DatabaseError, transaction

from accounts import letters, tokens
from accounts.logs import hide_values
from accounts.models import User
from delivery.models import Message

TOKEN = tokens.derive("invitation", 7)
CEO = "ceo@plumb.example"


@pytest.fixture
def written():
    """Return what the configured log makes of a record."""
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[*settings.LOGGING["formatters"]["line"]["processors"][:-1], structlog.processors.JSONRenderer()],
        foreign_pre_chain=settings.LOGGING["formatters"]["line"]["foreign_pre_chain"],
    )

    def write(message, *arguments, exc_info=None):
        return formatter.format(logging.LogRecord("x", logging.ERROR, "x", 1, message, arguments, exc_info))

    return write


@pytest.mark.parametrize(
    "path",
    [
        f"/s/{TOKEN}/?score=3", f"/s/{TOKEN}/d/", f"/u/{TOKEN}/", f"/try/{TOKEN}/", f"/o/confirm/{TOKEN}/",
        "/accounts/password/reset/key/3f-cx9k2-5a1b2c3d4e/",
        "/me/address/confirm/MQ:1vXyZ0:secretsecret/", "/me/address/object/MQ:1vXyZ0:secretsecret/",
    ],
)  # fmt: skip
def test_the_right_that_a_link_carries_is_hidden(written, path):
    try:
        raise RuntimeError(f"trouble at {path}")
    except RuntimeError:
        line = written("Internal Server Error: %s", path, exc_info=sys.exc_info())

    for secret in (TOKEN, "cx9k2-5a1b2c3d4e", "secretsecret"):
        assert secret not in line
    assert "***" in line
    assert json.loads(line)["exception"].startswith("Traceback")


def trouble(make):
    try:
        with transaction.atomic():
            make()
    except DatabaseError:
        return sys.exc_info()
    raise AssertionError("the database took it")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "make",
    [
        lambda: User.objects.create(email=CEO, name="Again"),
        lambda: User.objects.create(email=CEO.upper(), name=CEO),
        lambda: User.objects.create(email="other@plumb.example", name=CEO, password=None),
        lambda: list(User.objects.extra(where=["email::int = 1"])),
    ],
    ids=["unique", "check", "null", "syntax"],
)
def test_the_values_that_a_database_error_quotes_are_hidden(written, make):
    User.objects.create(email=CEO, name="Ceo")

    line = written("it broke", exc_info=trouble(make))

    said = json.loads(line)["exception"]
    assert CEO not in said.lower()
    assert "***" in said


def test_values_of_structured_lines_are_looked_at_too(written):

    line = hide_values(
        None, "info", {"event": "x", "paths": [f"/s/{TOKEN}/"], "more": {"path": f"/u/{TOKEN}/"}, "n": 1}
    )

    assert TOKEN not in str(line)
    assert line["n"] == 1


@pytest.mark.django_db
def test_no_letter_holds_the_link_before_it_is_sent():
    letters.want("reset", User.objects.create_user("olena@plumb.example", "x", name="Olena"))

    assert "key" not in str(Message.objects.get().context)
