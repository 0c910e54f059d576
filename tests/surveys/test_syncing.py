from datetime import timedelta

import pytest

from accounts import clock
from crm.models import ContactAddress
from delivery.dispatch import send_due
from delivery.models import Message
from surveys import receivers
from surveys.fates import delivery_news
from surveys.letters import kinds, last_check
from surveys.models import Invitation, InvitationMessage
from tests.factories import ContactFactory, InvitationFactory, MessageFactory
from tests.noes import is_out_of_use, lift, opt_out

pytestmark = pytest.mark.django_db
NOW = clock.now()
FATES = {
    "queued": {},
    "sending": {"claimed_at": NOW},
    "sent": {"sent_at": NOW},
    "delivered": {"sent_at": NOW, "delivered_at": NOW},
    "failed": {"failed_at": NOW},
    "bounced": {"failed_at": NOW, "bounce": "hard"},
    "cancelled": {},
    "unknown": {},
}


def sending(invitation, status, **fields):
    defaults = {"purpose": "invite", "has_news": True, "to_address": invitation.contact.email}
    message = MessageFactory(status=status, **defaults | FATES[status] | fields)
    InvitationMessage.objects.create(invitation=invitation, message=message)
    return message


@pytest.mark.parametrize(
    ("before", "fate", "after"),
    [
        ("queued", "sent", "sent"),
        ("queued", "delivered", "delivered"),
        ("sent", "delivered", "delivered"),
        ("queued", "failed", "failed"),
        ("sent", "bounced", "failed"),
        ("delivered", "bounced", "failed"),
        ("failed", "queued", "queued"),
        ("failed", "sent", "sent"),
        ("delivered", "sent", "delivered"),
        ("answered", "sent", "answered"),
        ("answered", "delivered", "answered"),
        ("answered", "bounced", "answered"),
        ("expired", "failed", "expired"),
        ("queued", "cancelled", "suppressed"),
        ("queued", "unknown", "unknown"),
        ("unknown", "delivered", "delivered"),
        ("unknown", "bounced", "failed"),
    ],
)
def test_the_fate_of_a_message_moves_its_invitation_and_never_undoes_an_answer(before, fate, after):
    invitation = InvitationFactory(status=before, sent_at=None)
    sending(invitation, fate)

    assert delivery_news.sync() == 1

    invitation.refresh_from_db()
    assert invitation.status == after
    assert invitation.sent_at == FATES[fate].get("sent_at")
    assert (invitation.asked_at is not None) is (after in ("sent", "delivered", "answered", "expired"))
    assert invitation.delivered_at == FATES[fate].get("delivered_at")


@pytest.mark.parametrize(
    ("text", "reason"),
    [(last_check.EXPIRED, "expired"), (last_check.UNDONE, "cancelled"), ("Something else.", "called_off")],
)
def test_a_letter_that_is_called_off_ends_its_invitation_with_the_reason_and_asked_nobody(text, reason):
    invitation = InvitationFactory(status="queued", sent_at=None)
    sending(invitation, "cancelled", error=text)

    delivery_news.sync()

    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason, invitation.asked_at) == ("suppressed", reason, None)
    assert not Invitation.objects.counting().exists()


def test_calling_a_second_letter_off_takes_nothing_back_from_one_that_was_sent():
    invitation = InvitationFactory(status="failed", sent_at=NOW)
    sending(invitation, "cancelled")

    delivery_news.sync()

    invitation.refresh_from_db()
    assert invitation.status == "failed"


def test_news_is_taken_up_once():
    sending(InvitationFactory(status="queued"), "sent")

    assert [delivery_news.sync(), delivery_news.sync()] == [1, 0]


def test_the_newest_ask_decides():
    invitation = InvitationFactory(status="queued", sent_at=None)
    sending(invitation, "failed")
    sending(invitation, "sent")

    delivery_news.sync()

    invitation.refresh_from_db()
    assert invitation.status == "sent"


@pytest.fixture
def second_letter():
    """A letter that was handed over and came back days later, so that a second one waits for another mailbox."""
    contact = ContactFactory(written_down__emails=["gone@shop.example", "ona@shop.example"])
    before = NOW - timedelta(days=3)
    invitation = InvitationFactory(contact=contact, status="sent", sent_at=before, asked_at=before)
    sending(invitation, "bounced", to_address="gone@shop.example", sent_at=before)
    delivery_news.sync()
    return invitation.sendings.order_by("message").last().message


def test_the_moment_of_asking_is_that_of_the_letter_that_did_not_come_back(second_letter):
    Message.objects.filter(pk=second_letter.pk).update(status="sent", sent_at=NOW, has_news=True)

    delivery_news.sync()

    invitation = Invitation.objects.get()
    assert (invitation.status, invitation.sent_at, invitation.asked_at) == ("sent", NOW, NOW)


def test_a_second_letter_that_is_called_off_ends_the_ask_with_its_reason(second_letter):
    opt_out(Invitation.objects.get().contact)
    Message.objects.filter(pk=second_letter.pk).update(status="cancelled", error=last_check.OPTED_OUT, has_news=True)

    delivery_news.sync()

    invitation = Invitation.objects.get()
    assert (invitation.status, invitation.reason, invitation.asked_at) == ("suppressed", "do_not_contact", None)


@pytest.mark.parametrize("purpose", ["reminder", "thanks"])
def test_a_failed_reminder_or_thank_you_does_not_fail_the_invitation(purpose):
    invitation = InvitationFactory(status="sent")
    sending(invitation, "failed", purpose=purpose)

    delivery_news.sync()

    invitation.refresh_from_db()
    assert invitation.status == "sent"


def test_only_the_named_messages_are_looked_at():
    first, second = InvitationFactory(status="queued"), InvitationFactory(status="queued")
    message = sending(first, "sent")
    sending(second, "sent")

    assert delivery_news.sync([message.pk]) == 1

    assert sorted(Invitation.objects.values_list("status", flat=True)) == ["queued", "sent"]


def test_an_address_that_does_not_exist_is_marked_for_everybody_who_has_it():
    invitation = InvitationFactory(status="queued")
    twin = ContactFactory(email=invitation.contact.email.upper())
    other = ContactFactory()
    sending(invitation, "bounced")

    delivery_news.sync()

    marked = ContactAddress.objects.filter(bounced_at=NOW).order_by("contact")
    assert [address.contact for address in marked] == [invitation.contact, twin]
    assert not is_out_of_use(other)


def test_a_message_that_merely_failed_marks_no_address():
    invitation = InvitationFactory(status="queued")
    sending(invitation, "failed")

    delivery_news.sync()

    assert not is_out_of_use(invitation.contact)


def test_an_address_changed_since_is_not_blamed():
    invitation = InvitationFactory(status="queued")
    sending(invitation, "bounced", to_address="old@shop.example")

    delivery_news.sync()

    assert not is_out_of_use(invitation.contact)


@pytest.mark.parametrize("objection", ["complained", "unsubscribed"])
def test_an_objection_ends_all_asking_with_when_and_why(objection):
    invitation = InvitationFactory(status="delivered")
    sending(invitation, "delivered", objection=objection, objected_at=NOW)

    delivery_news.sync()

    invitation.contact.refresh_from_db()
    assert invitation.contact.do_not_contact_reason == objection
    assert invitation.contact.do_not_contact_at == NOW


def test_a_change_of_mind_after_an_objection_stands():
    invitation = InvitationFactory(status="delivered")
    sending(invitation, "delivered", objection="unsubscribed", objected_at=NOW)
    delivery_news.sync()
    invitation.contact.refresh_from_db()

    lift(invitation.contact)
    delivery_news.sync()

    invitation.contact.refresh_from_db()
    assert invitation.contact.may_be_contacted


def queued(invitation):
    context = kinds.context_of(invitation)
    return sending(invitation, "queued", template="surveys.invite", context=context, has_news=False)


def test_an_ask_called_off_for_an_opt_out_counts_as_not_asked(mailoutbox):
    invitation = InvitationFactory(status="queued", sent_at=None)
    queued(invitation)
    opt_out(invitation.contact)

    assert send_due("email").called_off == 1
    delivery_news.sync()

    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason, invitation.asked_at) == ("suppressed", "do_not_contact", None)
    assert mailoutbox == []


def test_a_hand_over_reaches_the_invitation(mailoutbox):
    invitation = InvitationFactory(status="queued", sent_at=None)
    message = queued(invitation)

    send_due("email")
    delivery_news.sync()

    invitation.refresh_from_db()
    message.refresh_from_db()
    assert invitation.status == "sent"
    assert invitation.sent_at == message.sent_at
    assert clock.now() - invitation.sent_at < timedelta(minutes=1)
    assert not Message.objects.with_news().exists()
    assert len(mailoutbox) == 1


def test_a_hand_over_asks_for_a_sync_at_once(mailoutbox, monkeypatch, django_capture_on_commit_callbacks):
    asked_for = []
    monkeypatch.setattr(receivers, "nudge", asked_for.append)
    queued(InvitationFactory(status="queued"))

    with django_capture_on_commit_callbacks(execute=True):
        send_due("email")

    assert asked_for == ["surveys.sync_invitations"]


@pytest.mark.parametrize("number", [1, 3])
def test_many_messages_take_as_many_queries_as_one(number, django_assert_num_queries):
    for _ in range(number):
        sending(InvitationFactory(status="queued"), "sent")

    with django_assert_num_queries(23):
        delivery_news.sync()
