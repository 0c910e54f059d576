"""By which media a customer may be answered, and why not by the others."""

import pytest

from crm.models import Consent
from delivery.models import TelegramBot, TextGateway
from followups.letters import arrivals, reply_ways
from followups.models import Followup
from responses.texts import intake
from tests.factories import FollowupFactory
from tests.noes import bounce, object_to, opt_out
from tests.responses.texts.postbag import asked, gateway, text

pytestmark = pytest.mark.django_db
PHONE = "+380671234567"


@pytest.fixture
def followup(owner, team):
    gateway()
    invitation = asked(status="answered", contact__email="ona@shop.example")
    return FollowupFactory(
        assignee=owner, team=team, response__invitation=invitation, response__medium="sms", response__score=2
    )


def ways(followup):
    return [(way.medium.value, way.address or way.fault) for way in reply_ways.of(Followup.objects.get()).ways]


def test_the_answers_medium_comes_first(followup):
    assert ways(followup) == [("sms", PHONE), ("email", "ona@shop.example")]


def test_of_several_phones_the_one_that_answered_is_written_to(followup):
    contact = followup.response.contact
    contact.addresses.filter(medium="sms").update(is_preferred=False)
    contact.addresses.create(medium="sms", value="+380500000000", is_preferred=True)
    assert ways(followup)[0] == ("sms", PHONE)

    contact.addresses.filter(value=PHONE).delete()
    assert ways(followup)[0] == ("sms", "+380500000000")


def test_what_came_back_leaves_the_other_medium(followup):
    followup.response.contact.addresses.filter(medium="sms").delete()
    assert ways(followup) == [("sms", "no_address"), ("email", "ona@shop.example")]


def test_a_no_is_followed_by_no_other_medium(followup):
    object_to(followup.response.contact, "sms")
    assert ways(followup) == [("sms", "objected")]

    Consent.objects.all().delete()
    opt_out(followup.response.contact)
    assert ways(followup) == [("sms", "do_not_contact")]


def test_a_mailbox_that_does_not_work_shuts_email_alone(followup):
    bounce(followup.response.contact)
    assert ways(followup) == [("sms", PHONE), ("email", "bounced")]


def test_without_a_gateway_there_are_no_texts(followup):
    TextGateway.objects.update(is_active=False)
    assert ways(followup) == [("sms", "not_set_up"), ("email", "ona@shop.example")]


def test_a_closed_followup_and_one_of_nobody_have_no_ways(followup, owner):
    followup.dismiss(reason="No.", by=owner)
    assert not reply_ways.of(Followup.objects.get()).ways


def chats_of(followup, *chats):
    response = followup.response
    response.medium = "telegram"
    response.save(update_fields=["medium"])
    for chat in chats:
        response.contact.addresses.create(medium="telegram", value=chat)


def bot(followup, number=7):
    return TelegramBot.objects.create(brand=followup.response.survey.brand, token="7:x", number=number)


def test_only_the_bot_of_the_brand_writes_unless_they_spoke_with_another(followup):
    bot(followup)
    chats_of(followup, "8:1", "7:2")
    assert ways(followup)[0] == ("telegram", "7:2")

    followup.response.contact.addresses.filter(value="7:2").delete()
    assert ways(followup)[0] == ("telegram", "no_address")


def test_a_bot_that_is_switched_off_answers_nobody(followup):
    bot(followup)
    chats_of(followup, "7:2")
    TelegramBot.objects.update(is_active=False)
    assert ways(followup)[0] == ("telegram", "not_set_up")


def test_a_letter_in_another_medium_is_answered_there_too(followup):
    response = followup.response
    response.medium = "email"
    response.save(update_fields=["medium"])
    text(None, "Where are you?")

    intake.take_due()
    arrivals.take_due()
    assert ways(followup) == [("email", "ona@shop.example"), ("sms", PHONE)]
