import pytest

from delivery import composers
from delivery.media.email.letter import Letter
from delivery.media.email.message_ids import message_id
from tests.delivery.paid_medium import gateway
from tests.delivery.smtp import serving

SENDER = "surveys@plumb.example"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(params=[False, True], ids=["one by one", "pipelining"])
def server(request, settings):
    """A real SMTP server that the settings name, with and without RFC 2920."""
    with serving(pipelining=request.param) as running:
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
        yield running


@pytest.fixture
def plain_server(settings):
    with serving() as running:
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
        yield running


def write(message):
    return Letter.write(
        sender=SENDER,
        to=message.to_address,
        headers={
            "Subject": message.context.get("subject", "Hello"),
            "Message-ID": message_id(message),
            "Date": "Sun, 22 Nov 2026 10:00:00 +0000",
            "From": "Plumb <surveys@plumb.example>",
        },
        text=message.context.get("text", "Hello\n.\n..dots\n"),
        html=message.context.get("html", ""),
        language="en",
    )


@pytest.fixture(autouse=True)
def _template(monkeypatch):
    monkeypatch.setitem(
        composers._composers, ("test", "email"), lambda messages: [write(message) for message in messages]
    )


@pytest.fixture
def sms(monkeypatch, settings):
    """A gateway of text messages, and a medium that uses it."""
    with gateway(monkeypatch, settings) as server:
        yield server
