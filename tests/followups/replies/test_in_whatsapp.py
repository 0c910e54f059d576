"""A person answers by WhatsApp while the customer's words are fresh, and what is written back comes to them."""

from datetime import timedelta

import pytest

from accounts import clock
from delivery.models import ChatEvent, IncomingText, Message, WhatsAppNumber
from followups.letters import arrivals, reply_ways, text_replies
from followups.models import CustomerLetter, StaffNotice
from responses.models import Response
from tests.delivery.whatsapp import told
from tests.delivery.whatsapp.told import PHONE
from tests.factories import ContactFactory, FollowupFactory
from tests.followups.replies.talks import again, post, written_back
from tests.responses.chats.phone_talk import Customer, asked, go_on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def customer(meta, number):
    asked(ContactFactory(language="en", phone=PHONE, email="ona@shop.example"), number)
    customer = Customer(meta, number)
    customer.write("2")
    return customer


@pytest.fixture
def followup(customer, owner, client):
    client.force_login(owner)
    return FollowupFactory(response=Response.objects.get(), assignee=owner, team=owner.team)


def send(client, followup, **changes):
    page = post(client, followup, **{"by": "whatsapp", **changes})
    take_up()
    return page


def take_up():
    go_on()
    arrivals.take_due()


def write(customer, *texts, **more):
    customer.write(*texts, **more)
    arrivals.take_due()


def pass_hours(hours):
    """Let so many hours pass since whatever the customer did."""
    for model in (IncomingText, ChatEvent):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(at=row.at - timedelta(hours=hours))


def ways(followup):
    return [(way.medium.value, way.address or way.fault) for way in reply_ways.of(again(followup)).ways]


def test_a_reply_goes_with_the_name_of_whoever_wrote(client, customer, followup):
    page = send(client, followup)

    brand = followup.response.survey.brand.name
    assert customer.heard == f"We are sorry.\n\nOlena Owner, {brand}"
    assert customer.shown[-1].kind == "text"
    assert [str(said) for said in page.context["messages"]] == ["The message is on its way."]
    message = Message.objects.get(purpose="reply")
    assert (message.medium, message.status, message.to_address) == ("whatsapp", "sent", PHONE)
    assert followup.activities.get(kind="message").change == {"message": message.pk}


def test_it_is_offered_while_the_words_of_the_customer_are_fresh(client, customer, followup):
    assert ways(followup) == [("whatsapp", PHONE), ("email", "ona@shop.example")]
    closes = reply_ways.of(followup).by("whatsapp").until
    assert clock.now() < closes < clock.now() + timedelta(hours=24)
    page = client.get(f"/inbox/{followup.pk}/").text
    assert f"WhatsApp to {PHONE}, until " in page

    pass_hours(24)

    assert ways(followup) == [("whatsapp", "too_late"), ("email", "ona@shop.example")]
    page = client.get(f"/inbox/{followup.pk}/").text
    assert "In WhatsApp: the customer has written nothing there within 24 hours" in page


def test_a_window_that_closes_before_it_goes_is_told_to_whoever_wrote(client, customer, followup):
    post(client, followup, by="whatsapp")
    pass_hours(24)
    said = len(customer.shown)

    take_up()

    assert len(customer.shown) == said
    message = Message.objects.get(purpose="reply")
    assert (message.status, message.error) == ("failed", text_replies.TOO_LATE)
    assert "The customer wrote more than 24 hours ago" in client.get(f"/inbox/{followup.pk}/").text


def test_a_form_that_was_open_for_long_sends_nothing(client, customer, followup):
    pass_hours(24)

    send(client, followup)

    assert not Message.objects.filter(purpose="reply").exists()


def test_what_is_written_back_wakes_the_followup_and_opens_the_window_anew(client, customer, followup, owner):
    send(client, followup)
    again(followup).wait(by=owner, or_answer=True)
    pass_hours(24)

    write(customer, "Call me at 9")

    assert written_back(followup) == [("whatsapp", "Call me at 9")]
    assert again(followup).status == "in_progress"
    assert StaffNotice.objects.filter(kind="customer_replied", person=owner, followup=followup).count() == 1
    assert Response.objects.get().comment == ""
    assert ways(followup)[0] == ("whatsapp", PHONE)


def test_a_number_to_a_person_is_no_score(client, customer, followup):
    send(client, followup, message="At what hour may we call?")

    write(customer, "9")

    assert written_back(followup) == [("whatsapp", "9")]
    assert Response.objects.get().score == 2


def test_words_after_a_button_are_the_reason_though_a_person_wrote_before(client, customer, followup):
    send(client, followup)
    customer.press("Price")

    write(customer, "Better now")

    assert Response.objects.get().comment == "Better now"
    assert written_back(followup) == []


def test_words_after_done_are_for_the_person(client, customer, followup):
    customer.press("Price")
    send(client, followup)
    customer.press("Done")

    write(customer, "9")

    assert written_back(followup) == [("whatsapp", "9")]
    assert Response.objects.get().score == 2


def test_what_is_written_in_reply_to_a_message_answers_that_message(client, customer, followup):
    customer.press("Change my answer")
    send(client, followup)
    asked_again, reply = (
        Message.objects.filter(purpose=purpose).latest("pk").provider_id.partition(":")[2]
        for purpose in ("echo", "reply")
    )

    write(customer, "9", answers=asked_again)
    assert Response.objects.get().score == 9
    write(customer, "3", answers=reply)

    assert Response.objects.get().score == 9
    assert written_back(followup) == [("whatsapp", "3")]


def test_a_no_in_the_conversation_ends_all(client, customer, followup):
    send(client, followup)

    write(customer, "STOP")

    assert ways(followup) == [("whatsapp", "do_not_contact")]
    page = client.get(f"/inbox/{followup.pk}/").text
    assert "/replies/" not in page
    assert "In WhatsApp: the customer wants no messages." in page


def test_a_letter_by_whatsapp_is_answered_there_whatever_the_answer_came_by(client, customer, followup):
    send(client, followup, by="email", subject="Your answer")
    Response.objects.update(medium="email", frozen_at=clock.now())

    write(customer, "Where are you?")

    assert ways(followup) == [("email", "ona@shop.example"), ("whatsapp", PHONE)]


def test_without_a_number_in_use_nothing_goes_there(customer, followup):
    WhatsAppNumber.objects.update(is_active=False)

    assert ways(followup) == [("whatsapp", "not_set_up"), ("email", "ona@shop.example")]


def test_somebody_who_was_never_asked_is_found_by_the_phone(customer):
    other = ContactFactory(language="en", email="", phone="+37060000009")
    customer.hear(told.text("Do you open on Sunday?", phone="+37060000009"))
    arrivals.take_due()

    assert CustomerLetter.objects.get().contact == other
