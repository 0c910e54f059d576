from uuid import uuid4

import pytest

from accounts import clock
from delivery import composers
from delivery.media.email.message_ids import message_id
from delivery.models import Message
from followups.models import Followup
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory
from tests.noes import bounce, move_to, object_to, opt_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def followup(owner, team):
    contact = ContactFactory(first_name="Ona", last_name="Petraitė", email="ona@shop.example")
    invitation = InvitationFactory(contact=contact, status="answered", language="lt")
    return FollowupFactory(
        assignee=owner, team=team, response__invitation=invitation, response__language="lt", response__score=2
    )


def sent(**changes):
    return {"key": str(uuid4()), "subject": "Jūsų atsakymas", "message": "Laba diena,\natsiprašome.", **changes}


def send(client, followup, **changes):
    return client.post(f"/inbox/{followup.pk}/replies/", sent(**changes), follow=True)


def test_a_reply_is_a_message_and_a_contact(client, owner, followup):
    client.force_login(owner)

    page = send(client, followup)

    message = Message.objects.get()
    assert [str(said) for said in page.context["messages"]] == ["The e-mail is on its way."]
    assert (message.purpose, message.status, message.to_address) == ("reply", "queued", "ona@shop.example")
    activity = followup.activities.get(kind="email")
    assert (activity.by, activity.change) == (owner, {"message": message.pk})
    after = Followup.objects.get()
    assert after.first_contact_at == activity.at
    assert (after.status, after.next_due_at) == ("in_progress", after.resolve_due_at)
    assert "queued" in page.text


def test_the_letter_comes_from_us_and_is_answered_to_the_agent(client, owner, followup):
    client.force_login(owner)
    send(client, followup)
    message = Message.objects.get()

    letter = composers.compose([message])[message.pk]

    assert letter.recipient == "ona@shop.example"
    assert letter.subject == "Jūsų atsakymas"
    assert letter.message["Reply-To"] == "Olena Owner <owner@plumb.example>"
    assert letter.message["Message-ID"] == message_id(message)
    assert letter.text == "Laba diena,\natsiprašome.\n\nOlena Owner\nĄžuolas & Co\n"
    assert "Olena Owner" in str(letter.message["From"])


def test_a_form_sent_twice_is_one_email(client, owner, followup):
    client.force_login(owner)
    key = str(uuid4())

    send(client, followup, key=key)
    send(client, followup, key=key)
    assert Message.objects.count() == followup.activities.filter(kind="email").count() == 1

    send(client, followup)
    assert Message.objects.count() == followup.activities.filter(kind="email").count() == 2


@pytest.mark.parametrize("no", [opt_out, object_to, bounce, move_to])
def test_nobody_is_written_to_against_their_will_or_without_an_address(client, owner, followup, no):
    no(followup.response.contact)
    client.force_login(owner)

    assert "/replies/" not in client.get(f"/inbox/{followup.pk}/").text
    page = send(client, followup)

    assert page.status_code == 200
    assert Message.objects.count() == followup.activities.count() == 0


def test_an_incomplete_email_says_what_to_fix_and_keeps_what_was_typed(client, owner, followup):
    client.force_login(owner)

    page = send(client, followup, subject="", message="Laba diena")

    assert "Give a subject." in page.text
    assert "Laba diena" in page.text
    assert Message.objects.count() == 0


def test_a_header_cannot_be_smuggled_in(client, owner, followup):
    client.force_login(owner)

    send(client, followup, subject="Hello\r\nBcc: all@shop.example")

    for message in Message.objects.all():
        letter = composers.compose([message])[message.pk]
        assert letter.message["Bcc"] is None


def test_a_closed_followup_sends_nothing(client, owner, followup):
    followup.dismiss(reason="No.", by=owner)
    client.force_login(owner)

    page = send(client, followup)

    assert [str(said) for said in page.context["messages"]] == ["The follow-up is closed. Reopen it first."]
    assert Message.objects.count() == 0


def test_a_stranger_writes_to_nobody(client, stranger, followup):
    client.force_login(stranger)

    assert send(client, followup).status_code == 404
    assert client.get(f"/inbox/{followup.pk}/replies/").status_code == 405
    assert Message.objects.count() == 0


def test_what_became_of_the_email_is_shown(client, owner, followup, django_assert_num_queries):
    client.force_login(owner)
    send(client, followup)
    Message.objects.update(status="failed", failed_at=clock.now(), error="550 no such mailbox")

    with django_assert_num_queries(49):
        page = client.get(f"/inbox/{followup.pk}/")

    assert "550 no such mailbox" in page.text


def test_a_form_that_a_browser_shows_again_with_other_words_is_another_email(client, owner, followup):
    client.force_login(owner)
    key = str(uuid4())

    send(client, followup, key=key)
    send(client, followup, key=key, message="Laba diena,\ndar kartą.")
    send(client, followup, key=key, message="Laba diena,\ndar kartą.")

    assert [message.context["text"] for message in Message.objects.order_by("pk")] == [
        "Laba diena,\natsiprašome.",
        "Laba diena,\ndar kartą.",
    ]
