from dataclasses import replace

import pytest

from accounts import clock
from crm.reachability import Address, Person
from delivery.dispatch import send_due
from delivery.models import Message, TeamHook
from surveys.fates import delivery_news
from surveys.fates.next_medium import next_way
from surveys.judging.case import CaseFacts
from surveys.judging.facts import History, policy_in_force
from surveys.models import InvitationMessage
from tests.factories import CompanyFactory, InvitationFactory, MessageFactory, TeamFactory, UserFactory
from tests.noes import move_to

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


def facts(**changes) -> CaseFacts:
    invitation = InvitationFactory(contact__phone="+37060000000")
    found = History.of([invitation], policy_in_force(), clock.now()).facts_of(invitation)
    person = {"addresses": {"email": [A, B], "sms": [PHONE]}} | changes.pop("person", {})
    return replace(found, **({"media": ("email", "sms", "telegram"), "person": Person(**person)} | changes))


A, B, PHONE = Address("a@shop.example"), Address("b@shop.example"), Address("+37060000000")
BY_A, BY_B, BY_PHONE = ("email", "a@shop.example"), ("email", "b@shop.example"), ("sms", "+37060000000")
NOWHERE = ("", "")
ADDRESSES = {"email": [A, B], "sms": [PHONE]}


@pytest.mark.parametrize(
    ("tried", "changes", "way"),
    [
        ((), {}, BY_A),
        ((BY_A,), {}, BY_B),
        ((BY_A, BY_B), {}, BY_PHONE),
        ((BY_PHONE,), {}, BY_A),
        ((BY_A, BY_B, BY_PHONE), {}, NOWHERE),
        ((BY_A, BY_B), {"person": {"said": {("sms", "surveys"): "objected"}}}, NOWHERE),
        ((), {"person": {"addresses": ADDRESSES | {"email": [Address(A.value, bounced_at=clock.now())]}}}, BY_PHONE),
        ((BY_A, BY_B), {"media": ("email",)}, NOWHERE),
        ((BY_A,), {"person": {"said_no_at": clock.now()}}, NOWHERE),
        ((BY_A,), {"cancelled_at": clock.now()}, NOWHERE),
    ],
)
def test_the_next_way_is_the_first_usable_one_not_tried_yet(tried, changes, way):
    found = next_way(facts(**changes), policy_in_force(), tried)

    assert (found.medium, found.address) == way


def test_an_ask_that_failed_goes_on_by_the_next_address(owner_of_deal):
    invitation = lost(owner_of_deal, contact__written_down__emails=["a@shop.example", "b@shop.example"])

    invitation.refresh_from_db()
    message = Message.objects.get(idempotency_key=f"invite-{invitation.pk}-2")
    assert (invitation.status, invitation.medium, message.status) == ("queued", "email", "queued")
    assert message.to_address == "b@shop.example"
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


def test_the_team_of_the_owner_hears_of_it_in_its_chat_too(owner_of_deal):
    owner_of_deal.team = TeamFactory(name="North")
    owner_of_deal.save()
    hook = TeamHook.objects.create(team=owner_of_deal.team, url="https://hooks.chat.example/secret")
    lost(owner_of_deal)

    assert list(notes().order_by("medium").values_list("medium", "to_address", "to_name")) == [
        ("chat", str(hook.pk), "North"),
        ("email", "olena@plumb.example", "Олена"),
    ]
    chat, mail = notes().order_by("medium")
    assert chat.context == mail.context
    assert {chat.language, mail.language} == {"uk"}


def test_the_owner_is_told_once_per_contact_and_address(owner_of_deal):
    invitation = lost(owner_of_deal)
    lose(InvitationFactory(contact=invitation.contact, manager=owner_of_deal))
    assert notes().count() == 1

    contact = invitation.contact
    move_to(contact, "new@shop.example")
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
