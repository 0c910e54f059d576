"""Texts that are no answer come into the follow-ups as letters do, and say by what way they came."""

import pytest

from delivery.models import IncomingText
from followups.letters import arrivals
from followups.models import CustomerLetter
from responses.texts import intake
from tests.factories import ContactFactory, FollowupFactory
from tests.responses.texts.postbag import NUMBER, asked, text

pytestmark = pytest.mark.django_db


def taken_up():
    intake.take_due()
    arrivals.take_due()
    return CustomerLetter.objects.select_related("letter", "contact").get()


def test_words_before_any_answer_are_read_on_a_followup_of_their_own(client, owner):
    contact = ContactFactory()
    invitation = asked(contact=contact, manager=owner, team=owner.team)
    text(invitation, "Call me, please")

    row = taken_up()

    client.force_login(owner)
    page = client.get(f"/inbox/{row.followup_id}/").text
    assert (row.contact, row.invitation) == (contact, invitation)
    assert "Call me, please" in page
    assert "by SMS" in page
    assert NUMBER in page


def test_a_text_out_of_the_blue_belongs_to_whoever_carries_the_phone(owner, team):
    followup = FollowupFactory(assignee=owner, team=team)
    followup.response.contact.addresses.create(medium="sms", value=NUMBER, is_preferred=True)
    text(None, "Where are you?")

    row = taken_up()

    assert (row.contact, row.followup) == (followup.response.contact, followup)


def test_a_text_of_a_stranger_is_kept_for_the_administration(db):
    ContactFactory()
    text(None, "Where are you?")

    row = taken_up()

    assert (row.contact, row.followup, row.letter.text) == (None, None, "Where are you?")
    assert IncomingText.objects.get().became == "letter"
