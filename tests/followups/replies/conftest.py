import pytest

from accounts import clock
from delivery.models import TextGateway
from tests.factories import FollowupFactory
from tests.fakes.twilio import ACCOUNT, SENDER, TOKEN, FakeTwilio
from tests.followups.replies.talks import answered_in_chat
from tests.responses.chats.conftest import bot, meta, number, telegram
from tests.responses.texts.postbag import asked

__all__ = ["bot", "meta", "number", "telegram"]


@pytest.fixture
def in_chat(telegram, bot, owner, client):
    """The follow-up of an answer that was given in Telegram, its assignee logged in."""
    client.force_login(owner)
    return answered_in_chat(telegram, bot, owner, email="ona@shop.example")


@pytest.fixture
def twilio(settings):
    settings.DEBUG = True
    with FakeTwilio() as server:
        yield server


@pytest.fixture
def gateway(twilio):
    return TextGateway.objects.create(
        name="Twilio", provider="twilio", account=ACCOUNT, sender=SENDER, secret=TOKEN, price="0.0350",
        takes_replies=True, settings={"base": twilio.url},
    )  # fmt: skip


@pytest.fixture
def by_sms(gateway, owner, client):
    """The follow-up of an answer to a text, its assignee logged in."""
    client.force_login(owner)
    invitation = asked(status="answered", contact__email="ona@shop.example")
    return FollowupFactory(
        assignee=owner, team=owner.team, response__invitation=invitation, response__medium="sms",
        response__score=2, response__answered_at=clock.now(),
    )  # fmt: skip
