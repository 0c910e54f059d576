from datetime import timedelta

import pytest

from accounts import clock
from delivery import composers
from delivery.composers import Unsendable
from delivery.media.email.letter import Letter
from tests.factories import InvitationFactory
from tests.noes import object_to, opt_out
from tests.surveys.test_letters import message

pytestmark = pytest.mark.django_db


def outcome(invitation, template="surveys.invite"):
    sent = message(invitation, template)
    return composers.compose([sent])[sent.pk]


@pytest.mark.parametrize("template", ["surveys.invite", "surveys.reminder", "surveys.thanks"])
def test_nothing_goes_to_a_customer_who_opted_out_meanwhile(template):
    invitation = InvitationFactory(status="queued")
    opt_out(invitation.contact)

    said = outcome(invitation, template)

    assert isinstance(said, Unsendable)
    assert said.called_off
    assert str(said) == "The customer does not want to be contacted."


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "answered"}, "The customer has answered already."),
        ({"expires_at": clock.now() - timedelta(seconds=1)}, "The link expired before this could be sent."),
        ({"status": "expired"}, "The link expired before this could be sent."),
        ({"status": "suppressed", "reason": "cancelled"}, "The invitation was withdrawn."),
    ],
)
def test_asking_in_vain_is_called_off(fields, why):
    for template in ("surveys.invite", "surveys.reminder"):
        assert str(outcome(InvitationFactory(**fields), template)) == why


def test_a_thank_you_follows_an_answer():
    assert isinstance(outcome(InvitationFactory(status="answered"), "surveys.thanks"), Letter)


def test_an_address_that_is_none_spoils_no_other_letter():
    bad, good = InvitationFactory(), InvitationFactory()
    bad.contact.addresses.update(value="no address")
    bad.contact.email = "no address"
    sent = [message(bad), message(good)]

    outcomes = composers.compose(sent)

    assert outcomes[sent[0].pk].bad_address
    assert isinstance(outcomes[sent[1].pk], Letter)


def test_an_objection_to_the_medium_counts_as_a_no_and_one_to_another_does_not():
    invitation = InvitationFactory()
    object_to(invitation.contact, "sms")
    assert isinstance(outcome(invitation), Letter)

    object_to(invitation.contact)
    assert str(outcome(InvitationFactory(contact=invitation.contact))) == "The customer does not want to be contacted."


def test_a_reminder_of_a_letter_that_did_not_arrive_is_called_off():
    assert str(outcome(InvitationFactory(status="failed"), "surveys.reminder")) == (
        "The address cannot be reached any more."
    )
