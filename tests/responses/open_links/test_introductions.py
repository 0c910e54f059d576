import pytest
from django.core import mail
from django.urls import reverse

from accounts import clock
from crm import suppressions
from crm.models import ConsentChange, Contact
from crm.suppressions import No
from delivery import dispatch
from delivery.models import Message
from responses.models import Introduction, Response
from tests.factories import CompanyFactory, ContactFactory, OpenLinkFactory
from tests.responses.open_links.conftest import MACHINE, Device

AGREED = {"agreed": "1"}
SENTENCE = "Ąžuolas &amp; Co may call me or write to me about this answer."


@pytest.fixture
def answered(phone):
    phone.answer(3)
    phone.say("Slow")
    return phone


def link_in_the_letter():
    return reverse("open_link_confirm", args=[Introduction.objects.get().token])


def test_the_page_of_thanks_asks_and_nobody_needs_to_tell(phone):
    phone.answer(3)

    page = phone.say("Slow").content.decode()

    assert "May we get back to you?" in page
    assert SENTENCE in page
    assert not Introduction.objects.exists()


def test_a_link_may_ask_for_no_details(db):
    phone = Device(OpenLinkFactory(asks_details=False))
    phone.answer(3)

    assert "May we get back to you?" not in phone.say().content.decode()
    phone.introduce(phone="+37060000000", **AGREED)
    assert not Introduction.objects.exists()


def test_details_stand_with_the_answer_and_join_nobody(answered):
    page = answered.introduce(name="Ona", email="Ona@Shop.example", phone="+370 600 00000", **AGREED).content.decode()

    kept = Introduction.objects.get()
    assert (kept.name, kept.email, kept.phone) == ("Ona", "ona@shop.example", "+37060000000")
    assert kept.agreed_to == "Ąžuolas & Co may call me or write to me about this answer."
    assert "We know how to reach you" in page
    assert Response.objects.get().contact is None
    assert not Message.objects.exists()
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "ona@shop.example"}, "Without this we may not call you or write to you."),
        ({"email": "ona", "agreed": "1"}, "Write an e-mail address, such as name@shop.example."),
        ({"phone": "12", "agreed": "1"}, "Write a phone number with its country code"),
        ({"name": "Ona", "agreed": "1"}, "Write an e-mail address or a phone number, so that we can reach you."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(answered, fields, said):
    page = answered.introduce(**fields)

    assert page.status_code == 200
    assert said in page.content.decode()
    assert not Introduction.objects.exists()


def test_machines_leave_no_details(answered):
    for signs in (MACHINE, {"website": "x", "gesture": "", "scripted": ""}):
        page = answered.introduce(**({"email": "ona@shop.example"} | AGREED | signs)).content.decode()
        assert "Please press the button once more, so that we know it was you." in page
        assert 'value="ona@shop.example"' in page

    assert not Introduction.objects.exists()


def test_details_without_an_answer_are_nothing(phone):
    phone.get()

    phone.introduce(email="ona@shop.example", **AGREED)

    assert not Introduction.objects.exists()


def test_a_known_mailbox_is_asked_once_and_its_owner_confirms(answered, client):
    contact = ContactFactory(email="ona@shop.example", phone="+37060000000", company=CompanyFactory())
    for _time in range(2):
        answered.introduce(email="ona@shop.example", phone="+37060000000", **AGREED)

    message = Message.objects.get()
    assert (message.to_address, message.purpose, message.language) == ("ona@shop.example", "reply", "en")
    dispatch.send_due("email")
    (letter,) = mail.outbox
    assert letter.subject == "Was this you?"
    assert link_in_the_letter() in letter.body
    assert Response.objects.get().contact is None

    assert "Yes, it was me" in client.get(link_in_the_letter()).content.decode()
    assert Response.objects.get().contact is None
    for _time in range(2):
        assert "Now we know that the answer is yours." in client.post(link_in_the_letter()).content.decode()

    answer = Response.objects.get()
    assert (answer.contact, answer.company, answer.origin) == (contact, contact.company, "open_link")
    said = ConsentChange.objects.filter(contact=contact).order_by("medium")
    assert [(word.medium, word.use, word.status, word.evidence) for word in said] == [
        (medium, "answers", "given", "Ąžuolas & Co may call me or write to me about this answer.")
        for medium in ("email", "sms")
    ]
    assert set(said.values_list("origin", flat=True)) == {"Page of an open link, mailbox confirmed"}


def test_a_number_alone_joins_nobody(answered):
    ContactFactory(phone="+37060000000")

    answered.introduce(phone="+37060000000", **AGREED)

    assert not Message.objects.exists()
    assert Response.objects.get().contact is None


def test_the_page_does_not_tell_who_is_known(link):
    ContactFactory(email="known@shop.example")
    pages = []
    for email in ("known@shop.example", "other@shop.example"):
        phone = Device(link)
        phone.answer(3)
        page = phone.introduce(email=email, **AGREED).content.decode().replace(email, "")
        pages.append(page.partition("We know how to reach you")[2].partition("<form")[0])

    assert pages[0] == pages[1] != ""


def test_who_said_no_gets_no_letter(answered):
    contact = ContactFactory(email="ona@shop.example")
    suppressions.stop({contact.pk: No(Contact.OptOut.UNSUBSCRIBED, clock.now())})

    answered.introduce(email="ona@shop.example", **AGREED)

    assert Introduction.objects.get().asked_at is None
    assert not Message.objects.exists()


def test_who_says_no_before_it_is_sent_gets_no_letter(answered):
    contact = ContactFactory(email="ona@shop.example")
    answered.introduce(email="ona@shop.example", **AGREED)
    suppressions.stop({contact.pk: No(Contact.OptOut.UNSUBSCRIBED, clock.now())})

    dispatch.send_due("email")

    assert not mail.outbox
    assert Message.objects.get().status == "cancelled"


def test_one_mailbox_is_not_flooded(link):
    ContactFactory(email="ona@shop.example")
    for _time in range(4):
        phone = Device(link)
        phone.answer(3)
        phone.introduce(email="ona@shop.example", **AGREED)

    assert Message.objects.count() == 2
    assert Introduction.objects.count() == 4


def test_details_are_taken_back(answered):
    answered.introduce(email="ona@shop.example", **AGREED)

    page = answered.introduce().content.decode()

    assert not Introduction.objects.exists()
    assert "May we get back to you?" in page


def test_a_letter_to_another_mailbox_confirms_nothing(answered, client):
    for email in ("ona@shop.example", "ina@shop.example"):
        ContactFactory(email=email)
    answered.introduce(email="ona@shop.example", **AGREED)
    first = link_in_the_letter()

    answered.introduce(email="ina@shop.example", **AGREED)

    assert client.post(first).status_code == 404
    assert Response.objects.get().contact is None


def test_an_old_link_confirms_nothing(answered, client):
    ContactFactory(email="ona@shop.example")
    answered.introduce(email="ona@shop.example", **AGREED)
    Introduction.objects.update(asked_at=clock.now() - Introduction.OPEN_FOR)

    assert client.post(link_in_the_letter()).status_code == 410
    assert Response.objects.get().contact is None


def test_a_confirmed_answer_stays_that_of_its_contact(answered, client):
    contact = ContactFactory(email="ona@shop.example")
    answered.introduce(email="ona@shop.example", **AGREED)
    client.post(link_in_the_letter())

    answered.introduce()
    answered.introduce(email="other@shop.example", **AGREED)

    assert Response.objects.get().contact == contact
    assert Introduction.objects.get().email == "ona@shop.example"


def test_a_mailbox_that_nobody_has_any_more_joins_nobody(answered, client):
    contact = ContactFactory(email="ona@shop.example")
    answered.introduce(email="ona@shop.example", **AGREED)
    contact.addresses.all().delete()

    page = client.post(link_in_the_letter()).content.decode()

    assert "This address is not known to us any more" in page
    assert Response.objects.get().contact is None
