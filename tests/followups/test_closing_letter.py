from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from accounts import clock, tokens
from delivery import composers
from delivery.composers import Unsendable
from delivery.models import Message
from followups.closing import dispatch
from followups.models import ClosingLetter
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory
from tests.noes import bounce, move_to, object_to, opt_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def followup(owner, team):
    contact = ContactFactory(first_name="Ona", last_name="Petraitė", email="ona@shop.example")
    invitation = InvitationFactory(contact=contact, status="answered", language="lt", token_hash=b"x" * 32)
    followup = FollowupFactory(
        assignee=owner, team=team, response__invitation=invitation, response__language="lt", response__score=2
    )
    followup.resolve(by=owner, root_cause="price", resolution="Repaid.", outcome="saved")
    return followup


def write(client, followup, **changes):
    form = {"key": str(uuid4()), "subject": "Ką padarėme", "words": "Pakeitėme\ntvarką."}
    return client.post(f"/inbox/{followup.pk}/closing-letters/", form | changes, follow=True)


def sent(followup, owner):
    return dispatch.write(followup=followup, subject="S", words="W", key=uuid4(), by=owner)


def letter(message):
    return composers.compose([message])[message.pk]


def test_the_letter_says_what_was_done_in_the_customers_language_and_asks(client, owner, followup):
    followup.response.invitation.token_hash = tokens.digest(followup.response.invitation.token)
    followup.response.invitation.save(update_fields=["token_hash"])
    client.force_login(owner)

    page = write(client, followup)

    row, message = ClosingLetter.objects.get(), Message.objects.get()
    composed = letter(message)
    assert "The letter is on its way." in page.text
    assert (message.purpose, message.to_address, message.language) == ("closing", "ona@shop.example", "lt")
    assert composed.subject == "Ką padarėme"
    assert "Ona" in composed.text
    assert "Pakeitėme\ntvarką." in composed.text
    assert "Ar išspręsta?" in composed.text
    assert f"/c/{row.token}/?solved=yes" in composed.text
    assert f"/c/{row.token}/?solved=no" in composed.html
    assert composed.message["List-Unsubscribe"].startswith("<http")
    assert "Olena Owner" in composed.text


def test_the_secret_of_the_link_is_kept_nowhere(owner, followup):
    row = sent(followup, owner)

    assert len(row.token) == 32
    assert bytes(row.token_hash) == tokens.digest(row.token)
    message = Message.objects.get()
    assert row.token not in f"{message.context} {message.idempotency_key}"
    assert "W" not in f"{message.context}"


def test_a_form_sent_twice_is_one_letter(client, owner, followup):
    client.force_login(owner)
    key = str(uuid4())

    for _ in range(2):
        write(client, followup, key=key)

    assert ClosingLetter.objects.count() == Message.objects.count() == 1
    assert followup.activities.filter(kind="email").count() == 1


def test_it_is_written_once_for_each_time_it_was_resolved(client, owner, followup):
    client.force_login(owner)
    write(client, followup)

    page = write(client, followup)
    assert "The customer was told what was done already." in page.text
    assert ClosingLetter.objects.count() == 1

    followup.reopen(by=owner)
    followup.resolve(by=owner, root_cause="price", resolution="Again.", outcome="saved")
    write(client, followup)
    assert ClosingLetter.objects.count() == 2


def test_a_preview_writes_nothing(client, owner, followup):
    client.force_login(owner)

    page = write(client, followup, preview="1")

    assert "This is what the customer gets" in page.text
    assert "Ar išspręsta?" in page.text
    assert ClosingLetter.objects.count() == Message.objects.count() == 0


@pytest.mark.parametrize("missing", ["subject", "words"])
def test_what_is_missing_is_said(client, owner, followup, missing):
    client.force_login(owner)

    page = write(client, followup, **{missing: " "})

    assert {"subject": "Give a subject.", "words": "Write what you did about it."}[missing] in page.text
    assert ClosingLetter.objects.count() == 0


def test_open_and_dismissed_work_is_not_told_of(client, owner, team):
    invitation = InvitationFactory(contact=ContactFactory(), status="answered")
    followup = FollowupFactory(assignee=owner, team=team, response__invitation=invitation)
    client.force_login(owner)

    assert "closing-letters" not in client.get(f"/inbox/{followup.pk}/").text
    write(client, followup)
    followup.dismiss(reason="No.", by=owner)
    write(client, followup)

    assert ClosingLetter.objects.count() == Message.objects.count() == 0


@pytest.mark.parametrize("no", [opt_out, object_to, bounce, move_to])
def test_nobody_is_written_to_against_their_will_or_without_an_address(client, owner, followup, no):
    no(followup.response.contact)
    client.force_login(owner)

    assert "closing-letters" not in client.get(f"/inbox/{followup.pk}/").text
    write(client, followup)

    assert ClosingLetter.objects.count() == Message.objects.count() == 0


@pytest.mark.parametrize("no", [opt_out, object_to, bounce])
def test_a_no_that_comes_meanwhile_calls_it_off(owner, followup, no):
    sent(followup, owner)
    no(followup.response.contact)

    composed = letter(Message.objects.get())

    assert isinstance(composed, Unsendable)
    assert composed.called_off


def test_a_letter_to_a_mailbox_that_is_theirs_no_more_is_called_off(owner, followup):
    sent(followup, owner)
    move_to(followup.response.contact, "ona.new@shop.example")

    assert letter(Message.objects.get()).called_off


def test_a_letter_whose_row_is_gone_is_called_off(owner, followup):
    sent(followup, owner).delete()

    assert letter(Message.objects.get()).called_off


def test_resolved_and_told_in_one_moment_is_told_already(client, owner, followup, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    followup.reopen(by=owner)
    followup.resolve(by=owner, root_cause="price", resolution="Again.", outcome="saved")
    sent(followup, owner)

    with pytest.raises(dispatch.WrittenAlready):
        sent(followup, owner)


def test_a_letter_that_waited_too_long_is_called_off(owner, followup):
    row = sent(followup, owner)
    ClosingLetter.objects.filter(pk=row.pk).update(expires_at=clock.now() - timedelta(days=1))

    assert letter(Message.objects.get()).called_off


def test_a_header_cannot_be_smuggled_in(client, owner, followup):
    client.force_login(owner)

    write(client, followup, subject="Hello\r\nBcc: all@shop.example", words="<b>x</b>{name}")

    composed = letter(Message.objects.get())
    assert composed.message["Bcc"] is None
    assert "&lt;b&gt;x&lt;/b&gt;{name}" in composed.html


def test_killed_between_row_and_outbox_nothing_is_left(owner, followup, monkeypatch):
    def die(_messages):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("delivery.services.outbox.put", die)
        with pytest.raises(RuntimeError):
            sent(followup, owner)

    assert (
        ClosingLetter.objects.count()
        == Message.objects.count()
        == followup.activities.filter(kind="email").count()
        == 0
    )


def test_the_customer_of_an_absorbed_record_is_reached_by_the_one_that_speaks(owner, followup):
    survivor = ContactFactory(email="ona.new@shop.example")
    contact = followup.response.contact
    contact.merged_into = survivor
    contact.save(update_fields=["merged_into"])

    sent(followup, owner)

    assert Message.objects.get().to_address == "ona.new@shop.example"
    assert letter(Message.objects.get()).recipient == "ona.new@shop.example"


def test_a_flood_is_refused(client, owner, followup, settings):
    settings.REPLIES_BY_PERSON_PER_HOUR = 1
    client.force_login(owner)
    write(client, followup, key=str(UUID(int=1)))
    followup.reopen(by=owner)
    followup.resolve(by=owner, root_cause="price", resolution="Again.", outcome="saved")

    page = write(client, followup)

    assert "Not sent: too many e-mails for now." in page.text
    assert ClosingLetter.objects.count() == 1


def test_a_stranger_writes_nothing(client, stranger, followup):
    client.force_login(stranger)

    assert write(client, followup).status_code == 404
    assert ClosingLetter.objects.count() == 0
