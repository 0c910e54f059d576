"""After TOKEN_KEY was changed, what a customer holds still opens, and each new letter carries a link that opens."""

import re

import pytest

from accounts import tokens
from delivery import composers
from surveys.letters import kinds
from tests.factories import InvitationFactory, MessageFactory

pytestmark = pytest.mark.django_db
NEW = "a-new-key-a-new-key-a-new-key-a-new-key-a-new-key"
IN_LETTER = re.compile(r"/s/([\w-]{32})/")


def letter_of(invitation, template):
    return MessageFactory(
        template=template, purpose="invite" if template == "surveys.invite" else "reminder",
        to_address=invitation.contact.email, context=kinds.context_of(invitation),
    )  # fmt: skip


def link_in(message):
    letter = composers.compose([message])[message.pk]
    (token,) = set(IN_LETTER.findall(letter.text))
    return token


@pytest.fixture
def rotate(settings):
    def change(*, keeps_the_old):
        old, settings.TOKEN_KEY = settings.TOKEN_KEY, NEW
        settings.TOKEN_KEY_FALLBACKS = [old] if keeps_the_old else []

    return change


@pytest.mark.parametrize("keeps_the_old", [True, False])
def test_links_sent_before_still_open(client, rotate, keeps_the_old):
    token = InvitationFactory().token

    rotate(keeps_the_old=keeps_the_old)

    assert client.get(f"/s/{token}/").status_code == 200
    assert client.get(f"/u/{token}/").status_code == 200


@pytest.mark.parametrize("template", ["surveys.invite", "surveys.reminder"])
def test_a_repeat_and_a_reminder_carry_the_link_that_was_sent(client, rotate, template):
    invitation = InvitationFactory()
    queued_before = letter_of(invitation, template)
    sent = invitation.token

    rotate(keeps_the_old=True)
    queued_after = letter_of(invitation, template)

    assert link_in(queued_before) == link_in(queued_after) == sent
    assert client.get(f"/s/{sent}/").status_code == 200


def test_who_is_asked_afterwards_gets_a_link_of_the_new_key(client, rotate):
    before = InvitationFactory()

    rotate(keeps_the_old=True)
    after = InvitationFactory()

    assert link_in(letter_of(after, "surveys.invite")) == after.token == tokens.derive("invitation", after.pk)
    assert before.token != tokens.derive("invitation", before.pk)
    assert client.get(f"/s/{after.token}/").status_code == 200


def test_a_letter_whose_link_cannot_be_made_again_waits_and_says_why(rotate):
    message = letter_of(InvitationFactory(), "surveys.invite")

    rotate(keeps_the_old=False)

    outcome = composers.compose([message])[message.pk]
    assert isinstance(outcome, tokens.KeyLost)
    assert "TOKEN_KEY_FALLBACKS" in str(outcome)
