from dataclasses import replace

import pytest

from accounts import clock
from delivery.models import Message
from delivery.sending import send_due
from surveys.fates import delivery_news
from surveys.fates.next_medium import next_medium
from surveys.judging.eligibility import Facts
from surveys.judging.facts import History, policy_in_force
from surveys.models import InvitationMessage
from tests.factories import CompanyFactory, InvitationFactory, MessageFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner_of_deal():
    return UserFactory(name="Олена", email="olena@plumb.example", language="uk")


def lost(manager, *, bounce="hard", purpose="invite", **fields):
    invitation = InvitationFactory(status="sent", manager=manager, **fields)
    lose(invitation, bounce, purpose)
    return invitation


def lose(invitation, bounce="hard", purpose="invite"):
    message = MessageFactory(
        status="bounced" if bounce == "hard" else "failed",
        bounce=bounce,
        purpose=purpose,
        failed_at=clock.now(),
        has_news=True,
        to_address=invitation.contact.email,
    )
    InvitationMessage.objects.create(invitation=invitation, message=message)
    delivery_news.sync()


def notes():
    return Message.objects.filter(template="surveys.unreachable")


def facts(**changes) -> Facts:
    invitation = InvitationFactory(contact__phone="+37060000000")
    found = History.of([invitation], policy_in_force(), clock.now()).facts_of(invitation)
    changed = replace(found, media=("email", "sms", "telegram"), addresses={"email": "a@b.example", "sms": "+370600"})
    return replace(changed, **changes)


@pytest.mark.parametrize(
    ("tried", "changes", "medium"),
    [
        ((), {}, "email"),
        (("email",), {}, "sms"),
        (("sms",), {}, "email"),
        (("email", "sms"), {}, ""),
        (("email",), {"objected": frozenset({"sms"})}, ""),
        ((), {"bounced": frozenset({"email"})}, "sms"),
        (("email",), {"media": ("email",)}, ""),
    ],
)
def test_the_next_medium_is_the_first_usable_one_not_tried_yet(tried, changes, medium):
    assert next_medium(facts(**changes), policy_in_force(), tried) == medium


def test_an_ask_that_failed_goes_on_by_the_next_medium(monkeypatch, owner_of_deal):
    monkeypatch.setattr(
        "surveys.fates.next_medium.next_medium", lambda _facts, _policy, tried: "sms" * ("sms" not in tried)
    )

    invitation = lost(owner_of_deal)

    invitation.refresh_from_db()
    message = Message.objects.get(idempotency_key=f"invite-{invitation.pk}-2")
    assert (invitation.status, invitation.medium, message.medium, message.status) == ("queued", "sms", "sms", "queued")
    assert list(invitation.sendings.values_list("message", flat=True)) == sorted(
        Message.objects.filter(purpose="invite").values_list("pk", flat=True)
    )


def test_without_another_medium_the_owner_of_the_account_is_told_in_their_language(owner_of_deal, mailoutbox):
    contact = lost(owner_of_deal, contact__company=CompanyFactory(name="Ąžuolas")).contact

    note = notes().get()
    assert (note.to_address, note.purpose, note.language) == ("olena@plumb.example", "staff", "uk")
    assert send_due("email").handed_over == 1
    (mail,) = mailoutbox
    assert contact.name in mail.subject
    assert contact.email in mail.body
    assert "Ąžuolas" in mail.body
    assert f"/contacts/{contact.pk}/" in mail.body


def test_the_owner_is_told_once_per_contact_and_address(owner_of_deal):
    invitation = lost(owner_of_deal)
    lose(InvitationFactory(contact=invitation.contact, manager=owner_of_deal))
    assert notes().count() == 1

    contact = invitation.contact
    contact.email = "new@shop.example"
    contact.save()
    contact.forget_bounces()
    lose(InvitationFactory(contact=contact, manager=owner_of_deal))

    assert sorted(notes().values_list("context__address", flat=True))[1] == "new@shop.example"


def test_soft_bounces_tell_the_owner_only_when_they_end_the_use_of_the_address(owner_of_deal):
    invitation = lost(owner_of_deal, bounce="soft")
    told = [notes().count()]
    for _ in range(2):
        lose(invitation, "soft", "thanks")
        told.append(notes().count())

    assert told == [0, 0, 1]


def test_a_failure_that_is_not_the_addresss_tells_nobody(owner_of_deal):
    lost(owner_of_deal, bounce="")

    assert notes().count() == 0


def test_the_lead_is_told_where_the_owner_has_no_address():
    lead = UserFactory(email="lead@plumb.example")
    lost(UserFactory(email=None, team=TeamFactory(lead=lead)))

    assert notes().get().to_address == "lead@plumb.example"


def test_where_nobody_can_be_told_nothing_is_queued():
    lost(UserFactory(email=None))
    lost(None)

    assert notes().count() == 0
