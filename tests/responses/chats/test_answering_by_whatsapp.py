"""A customer answers the number of a brand by WhatsApp: writing, pressing, changing, leaving."""

from datetime import timedelta

import pytest

from accounts import clock
from accounts.media import Medium
from crm import suppressions
from crm.models import Contact
from crm.suppressions import No
from delivery.media.messenger.buttons import Action, data
from delivery.media.whatsapp import arrivals
from delivery.models import ChatEvent, IncomingLetter, IncomingText, Message
from responses.chats import presses
from responses.models import LinkVisit, Response, ResponseTopic, Topic
from responses.page import offers
from surveys.models import Invitation
from tests.delivery.whatsapp import told
from tests.delivery.whatsapp.told import PHONE
from tests.factories import ContactFactory
from tests.responses.chats.phone_talk import Customer, asked, go_on, number_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def contact():
    return ContactFactory(language="en", email="", phone=PHONE)


@pytest.fixture
def invitation(contact, number):
    return asked(contact, number)


@pytest.fixture
def customer(meta, number, invitation):
    return Customer(meta, number)


def test_a_number_that_is_written_is_the_answer(customer, invitation):
    assert customer.shown[-1].kind == "template"

    customer.write("9")

    given = Response.objects.get()
    assert (given.invitation, given.score, given.medium, given.origin) == (invitation, 9, "whatsapp", "invited")
    assert (given.is_provisional, given.suspicion) == (False, [])
    visit = LinkVisit.objects.get()
    assert (visit.method, visit.verdict, visit.evidence) == ("CHAT", "human", ["chat"])
    assert Invitation.objects.get().status == "answered"
    assert customer.heard.startswith("You chose 9.\n\n")
    assert customer.heard.endswith("Tap what fits, or write it here in your own words.")
    names = [topic.name_in("en") for topic in Topic.objects.filter(is_offered=True).order_by("position", "pk")]
    assert list(customer.shown[-1].buttons) == [*names[:8], "Done", "Change my answer"]


def test_the_reason_is_tapped_and_untapped_and_the_answer_ended(customer):
    customer.write("3")
    customer.press("Price", "Support")
    assert customer.heard == (
        "You chose 3. Noted: Price, Support.\n\nTap what else fits, or write it here in your own words."
    )
    customer.press("✓ Price")
    assert [topic.topic.name_in("en") for topic in ResponseTopic.objects.all()] == ["Support"]

    customer.press("Done")

    assert Response.objects.get().finished_at
    assert customer.heard.endswith("\n\nYou chose 3.")
    assert list(customer.shown[-1].buttons) == ["Change my answer"]
    assert {visit.evidence[0] for visit in LinkVisit.objects.all()} == {"chat"}


def test_words_after_a_score_are_its_comment(customer):
    customer.write("2")
    customer.write("Too slow")
    customer.write("and too dear")

    assert Response.objects.get().comment == "Too slow\nand too dear"
    assert customer.heard == "Thank you! Your words stand in your answer, and a person will read them."


def test_the_answer_is_changed_until_the_link_ends(customer):
    customer.write("9")
    customer.press("Change my answer")
    assert customer.heard.startswith("Your answer so far is 9. Until ")
    assert customer.heard.endswith("Write your number here.\n\nNo more messages: STOP")
    assert customer.shown[-1].kind == "text", "eleven scores fit no list"

    customer.write("4")
    assert Response.objects.get().score == 4
    assert [entry["score"] for entry in Response.objects.get().trail] == [9]

    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    customer.press("Done")
    assert customer.heard == "This question is closed. Thank you!"


def test_a_short_scale_is_a_list(meta, number, contact):
    asked(contact, number, survey__metric="csat", survey__presentation="smileys")
    customer = Customer(meta, number)
    customer.write("2")
    customer.press("Change my answer")
    assert list(customer.shown[-1].buttons) == ["😞 1", "✓ 😕 2", "😐 3", "😊 4", "😄 5"]

    customer.press("😊 4")

    assert Response.objects.get().score == 4


def test_more_topics_than_a_list_holds_are_left_out(customer):
    Topic.objects.bulk_create(
        Topic(slug=f"more-{number}", names={"en": f"Topic {number}"}, position=number + 50) for number in range(20)
    )
    offers.forget()

    customer.write("9")

    assert len(customer.shown[-1].buttons) == 10
    assert list(customer.shown[-1].buttons)[-2:] == ["Done", "Change my answer"]


def test_what_is_told_twice_is_one(customer):
    customer.write("3")
    said, pressed = told.text("Slow", name="wamid.same"), customer.pressed("Price", name="wamid.press")

    for _time in range(2):
        customer.hear(said, pressed)
    customer.hear(pressed, said, said, pressed)

    assert Response.objects.get().comment == "Slow"
    assert IncomingText.objects.count() == 2
    assert ChatEvent.objects.count() == 1
    assert len(customer.shown) == 3, "the question, a word after the score, and one after both"


def test_what_was_said_last_is_the_answer_in_whatever_order_it_is_told(customer):
    now = clock.now()
    customer.hear(told.text("9", at=now - timedelta(seconds=20)))
    customer.hear(told.text("3", at=now - timedelta(seconds=40)))

    assert Response.objects.get().score == 9
    assert IncomingText.objects.order_by("pk").last().became == "letter"


def test_a_press_that_was_overtaken_changes_nothing_and_is_not_spoken_of(meta, number, contact):
    asked(contact, number, survey__metric="csat")
    customer, now = Customer(meta, number), clock.now()
    Message.objects.update(sent_at=now - timedelta(minutes=15))
    customer.hear(told.text("2", at=now - timedelta(minutes=5)))
    customer.press("Change my answer")
    late = customer.pressed("5", at=now - timedelta(minutes=4))
    customer.write("3")
    said = len(customer.shown)

    customer.hear(late)

    assert Response.objects.get().score == 3
    assert ChatEvent.objects.order_by("pk").last().became == "overtaken"
    assert len(customer.shown) == said


def test_an_answer_counts_when_it_was_given_though_it_is_told_late(customer):
    Message.objects.update(sent_at=clock.now() - timedelta(minutes=15))
    Invitation.objects.update(expires_at=clock.now() - timedelta(minutes=5))

    customer.hear(told.text("9", at=clock.now() - timedelta(minutes=10)))

    assert Response.objects.get().score == 9


def test_a_button_of_another_chat_answers_nothing(meta, number, customer):
    customer.write("9")
    stolen = customer.pressed("Price")
    other = ContactFactory(language="en", email="", phone="+380501112244")
    asked(other, number)
    thief = Customer(meta, number, "+380501112244")

    thief.hear(stolen | {"from": "380501112244", "id": "wamid.stolen"})

    assert not ResponseTopic.objects.exists()
    assert thief.heard == "This button is over."


def test_whoever_presses_old_buttons_on_and_on_hears_one_word(customer):
    said = len(customer.shown)

    customer.hear(*(told.row(data(Action.DONE, "x" * 22)) for _time in range(30)))

    assert ChatEvent.objects.count() == 30
    assert len(customer.shown) == said + 1


def test_several_acts_at_once_are_answered_once(customer):
    customer.write("3")
    said = len(customer.shown)

    customer.hear(customer.pressed("Price"), customer.pressed("Support"), customer.pressed("Delivery"))

    assert ResponseTopic.objects.count() == 3
    assert len(customer.shown) == said + 1
    assert "Noted: Price, " in customer.heard
    assert Message.objects.filter(purpose="echo", status="cancelled").count() == 2


@pytest.mark.parametrize(
    "act", [told.button(data(Action.STOP)), told.text("Стоп"), told.text("nebesiųskite"), told.preference("stop")]
)
def test_a_no_ends_everything(customer, contact, act):
    customer.hear(act)

    contact.refresh_from_db()
    assert not contact.may_be_contacted
    assert contact.do_not_contact_reason == "unsubscribed"
    assert suppressions.standing([(Medium.SMS.value, PHONE)])[Medium.SMS.value, PHONE].of_person_at


@pytest.mark.parametrize("who", [{"from": "38501112233"}, {"from": "", "from_user_id": "US.1349"}])
@pytest.mark.parametrize("act", [told.button(data(Action.STOP)), told.text("Стоп"), told.text("9")])
def test_whoever_answers_a_message_of_ours_is_whom_we_wrote_to(customer, contact, invitation, who, act):
    """Meta writes some numbers otherwise than we do, and keeps some to itself."""
    wamid = Message.objects.get().provider_id.partition(":")[2]

    customer.hear(act | who | {"context": {"id": wamid}})

    contact.refresh_from_db()
    is_score = act["type"] == "text" and act["text"]["body"] == "9"
    assert contact.may_be_contacted == is_score
    assert Response.objects.filter(invitation=invitation, score=9).exists() == is_score
    assert customer.shown[-1].to == PHONE


def test_whoever_stopped_by_a_press_takes_it_back_by_one(customer, contact):
    customer.hear(told.button(data(Action.STOP)))
    assert customer.heard == "You get no more messages from Ąžuolas & Co."

    customer.press("Write to me again")

    contact.refresh_from_db()
    assert contact.may_be_contacted
    assert customer.heard == "Ąžuolas & Co will write to you again. No more messages: STOP"


def test_a_preference_is_answered_by_nobody_and_taken_back_the_same_way(customer, contact):
    said = len(customer.shown)
    customer.hear(told.preference("stop"))
    customer.hear(told.preference("resume"))

    contact.refresh_from_db()
    assert contact.may_be_contacted
    assert len(customer.shown) == said


def test_a_press_takes_back_no_other_no(customer, contact):
    customer.hear(told.button(data(Action.STOP)))
    suppressions.stop({contact.pk: No(Contact.OptOut.ASKED_STAFF, clock.now())})
    Contact.objects.update(do_not_contact_reason="asked_staff")

    customer.press("Write to me again")

    contact.refresh_from_db()
    assert not contact.may_be_contacted


def test_words_without_a_score_are_read_by_a_person(customer):
    customer.write("When will my order come?")

    letter = IncomingLetter.objects.get()
    assert (letter.text, letter.medium, letter.is_proven) == ("When will my order come?", Medium.WHATSAPP, True)
    assert letter.answers.purpose == "invite"
    assert customer.heard.startswith("Thank you! A person at Ąžuolas & Co will read this.\n\nHow likely is it that")
    assert customer.heard.endswith("10 – Extremely likely\n\nWrite your number here.\n\nNo more messages: STOP")

    customer.write("7")
    assert Response.objects.get().score == 7


def test_the_question_is_asked_once_and_of_nobody_who_answered(customer, invitation):
    customer.write("When?")
    Message.objects.filter(purpose="echo").update(created_at=clock.now() - timedelta(minutes=5))
    IncomingText.objects.update(arrived_at=clock.now() - timedelta(minutes=5))
    customer.write("Hello?")
    assert customer.heard == "Thank you! A person at Ąžuolas & Co will read this."

    Message.objects.filter(purpose="echo").delete()
    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    customer.write("Anybody?")
    assert customer.heard == "Thank you! A person at Ąžuolas & Co will read this."


def test_words_to_a_question_of_five_points_show_its_list(meta, number, contact):
    asked(contact, number, survey__metric="csat", survey__presentation="numbers")
    customer = Customer(meta, number)
    customer.write("Hello")
    assert list(customer.shown[-1].buttons) == ["1", "2", "3", "4", "5"]

    customer.press("4")

    assert Response.objects.get().score == 4


def test_whoever_writes_on_and_on_hears_one_word(customer):
    said = len(customer.shown)
    customer.write(*(f"Where is it? ({number})" for number in range(30)))
    customer.write(*(f"Where is it now? ({number})" for number in range(30)))

    assert len(customer.shown) <= said + 3, "the question, and a word a minute"
    assert IncomingLetter.objects.count() == 60


def test_somebody_unknown_is_read_by_a_person(meta, number):
    stranger = Customer(meta, number, "+37060000009")
    stranger.write("9")

    assert not Response.objects.exists()
    assert IncomingLetter.objects.get().from_address == "+37060000009"
    assert stranger.heard == "Thank you! A person at Ąžuolas & Co will read this."


def test_nobody_is_answered_whose_phone_is_kept_to_themselves(meta, number):
    Customer(meta, number).hear(told.text("Hello") | {"from": "", "from_user_id": "US.1349"})

    assert IncomingLetter.objects.get().from_address == "US.1349"
    assert not Message.objects.exists()


def test_changed_words_take_the_place_of_the_earlier_ones(customer):
    customer.write("2")
    customer.hear(told.text("Too slwo", name="wamid.slow"))
    change = {"original_message_id": "wamid.slow", "message": {"type": "text", "text": {"body": "Too slow"}}}
    customer.hear(told.message("edit", change))

    assert Response.objects.get().comment == "Too slow"


def test_a_picture_and_a_new_number_are_read_by_a_person(customer):
    customer.hear(told.message("image", {"caption": "Broken"}))
    customer.hear(told.message("system", {"type": "user_changed_number", "wa_id": "37060000001"}))

    assert list(IncomingLetter.objects.order_by("pk").values_list("text", flat=True)) == [
        "📷 Broken",
        "📱 → +37060000001",
    ]


def test_a_number_told_by_whatsapp_is_no_answer_and_no_comment(customer):
    customer.write("9")
    customer.hear(told.message("system", {"type": "user_changed_number", "wa_id": "37060000001"}))

    assert Response.objects.get().comment == ""


def test_what_answers_nothing_any_more_is_not_said(customer):
    arrivals.keep(customer.number, [told.text("When?", at=clock.now() - timedelta(hours=25))], now=clock.now())
    said = len(customer.shown)
    go_on()

    assert len(customer.shown) == said, "the window of 24 hours is over"
    assert Message.objects.get(purpose="echo").status == "cancelled"


def test_a_number_in_whatsapp_belongs_to_one_brand(meta, number, contact, customer):
    """Words to another number of ours answer no question that came from this one."""
    other = number_of(meta, phone_number_id="3344")

    Customer(meta, other).write("9")

    assert not Response.objects.exists()
    assert IncomingLetter.objects.get().answers is None


def test_a_phone_that_writes_is_in_use_again(customer, contact):
    suppressions.give_up({(Medium.WHATSAPP.value, PHONE): clock.now()})

    customer.write("9")

    assert not suppressions.standing([(Medium.WHATSAPP.value, PHONE)])


def test_a_press_taken_up_twice_says_one_word(customer):
    customer.write("3")
    customer.press("Price")
    said = len(customer.shown)
    ChatEvent.objects.update(taken_at=None)

    presses.take_due()
    go_on()

    assert len(customer.shown) == said
