"""Further questions by WhatsApp, where what stands is never changed, lists are short, and news come in any order."""

from datetime import timedelta

import pytest

from accounts import clock
from delivery.media.messenger.buttons import LONGEST_DATA
from delivery.media.whatsapp.content import MOST_ROWS
from delivery.models import ChatEvent, IncomingText, Message
from responses.models import FurtherAnswer, Response
from tests.delivery.whatsapp import told
from tests.delivery.whatsapp.told import PHONE
from tests.factories import ContactFactory
from tests.responses.chats.phone_talk import Customer, asked, go_on
from tests.responses.further.asked import QUESTIONS

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = timedelta(seconds=1)


def begun(meta, number, questions=QUESTIONS):
    asked(ContactFactory(language="en", email="", phone=PHONE), number, questions=questions)
    return Customer(meta, number)


@pytest.fixture
def customer(meta, number):
    return begun(meta, number)


def said():
    return {row.key: (row.options, row.number, row.words) for row in FurtherAnswer.objects.all()}


def with_options(*options, question="Which?", tiers=()):
    texts = {str(number): text for number, text in enumerate(options, 1)}
    return {"key": "which0", "kind": "single", "tiers": list(tiers),
            "texts": {"en": {"question": question, "options": texts, "low": "", "high": ""}}}  # fmt: skip


def test_each_is_asked_by_itself_after_the_reason(customer):
    customer.write("2")
    customer.press("Done")
    assert customer.heard == "Question 1 of 4\n\nHow did you hear of Ąžuolas & Co?"
    assert list(customer.shown[-1].buttons) == ["Friends", "Advertising", "Skip", "Change my answer"]

    customer.press("Friends", "Price", "Next", "2", "Yes, please call me")
    customer.write("mornings")
    customer.press("Done")

    assert said() == {
        "single": (["1"], None, ""), "many00": (["2"], None, ""), "scale0": ([], 2, ""), "call00": ([], 1, "mornings"),
    }  # fmt: skip
    assert Response.objects.get().finished_at
    assert customer.heard.endswith("You chose 2.")


def test_words_answer_the_question_that_was_shown(customer):
    customer.write("10")
    customer.press("Done", "Skip", "Skip")
    assert customer.heard.endswith("Write your answer here.")

    customer.write("9 of 10 would come again")

    assert said() == {"words0": ([], None, "9 of 10 would come again")}
    assert (Response.objects.get().score, Response.objects.get().comment) == (10, "")
    assert list(customer.shown[-1].buttons) == ["Next", "Change my answer"]


def test_words_written_before_the_question_was_shown_are_the_comment(customer):
    customer.write("10")
    customer.press("Done", "Skip")
    before = clock.now()
    customer.hear(customer.pressed("Skip", at=before - 30 * SECOND))
    Message.objects.filter(purpose="echo").update(sent_at=before - 60 * SECOND)
    Message.objects.filter(pk=Message.objects.order_by("pk").last().pk).update(sent_at=before)

    customer.hear(told.text("Good people", at=before - 20 * SECOND))

    assert (said(), Response.objects.get().comment) == ({}, "Good people")
    assert list(customer.shown[-1].buttons) == ["Next", "Change my answer"]


def test_a_press_that_is_told_late_is_kept_and_leaves_what_the_chat_shows(customer):
    customer.write("2")
    customer.press("Done", "Friends")
    late = customer.pressed("Price", at=clock.now())
    customer.press("Skip")
    ChatEvent.objects.filter(action="g").update(arrived_at=clock.now() + 20 * SECOND)
    shown = len(customer.shown)

    customer.hear(late)

    assert said() == {"single": (["1"], None, ""), "many00": (["2"], None, "")}
    assert ChatEvent.objects.order_by("pk").last().became == "kept"
    assert len(customer.shown) == shown
    assert customer.heard.startswith("Question 3 of 4")


def test_a_press_that_was_overtaken_by_another_about_its_question_says_nothing(customer):
    customer.write("2")
    customer.press("Done")
    late = customer.pressed("Advertising", at=clock.now() - 5 * SECOND)
    customer.press("Friends")

    customer.hear(late)

    assert said() == {"single": (["1"], None, "")}
    assert ChatEvent.objects.order_by("pk").last().became == "overtaken"


def test_a_word_meanwhile_speaks_of_no_question(customer):
    customer.write("2")
    customer.press("Done")
    late = customer.pressed("Advertising", at=clock.now() - 5 * SECOND)
    Response.objects.update(changed_at=clock.now())

    customer.hear(late)

    assert said() == {"single": (["3"], None, "")}


def test_what_the_page_sent_meanwhile_stands(customer, client):
    customer.write("2")
    customer.press("Done")
    late = customer.pressed("Advertising", at=clock.now() - 5 * SECOND)
    invitation = Response.objects.get().invitation
    person = {"language": "en", "scripted": "1", "gesture": "key"}
    client.post(invitation.path, {**person, "step": "why", "score": "2", "q-single": "1"})

    customer.hear(late)

    assert said() == {"single": (["1"], None, "")}


def test_what_is_told_twice_is_said_once(customer):
    customer.write("10")
    customer.press("Done", "Skip", "Skip")
    words, pressed = told.text("Fine", name="wamid.same"), customer.pressed("Skip", name="wamid.press")

    for _time in range(2):
        customer.hear(words, pressed)

    assert said() == {"words0": ([], None, "Fine")}
    assert IncomingText.objects.filter(became="further").count() == 1


def test_several_presses_at_once_are_answered_once(customer):
    customer.write("2")
    customer.press("Done", "Skip")
    shown = len(customer.shown)

    customer.hear(*(customer.pressed(option) for option in ("Delivery", "Price", "Help")))

    assert said() == {"many00": (["1", "2", "3"], None, "")}
    assert len(customer.shown) == shown + 1
    assert list(customer.shown[-1].buttons)[:3] == ["✓ Delivery", "✓ Price", "✓ Help"]


def test_eight_options_fit_a_list(meta, number):
    customer = begun(meta, number, [with_options(*(f"Option {n} " + "ї" * 40 for n in range(8)))])
    customer.write("2")
    customer.press("Done")

    assert len(customer.shown[-1].buttons) == MOST_ROWS
    assert all(len(button.encode()) <= LONGEST_DATA for button in customer.shown[-1].buttons.values())
    customer.press(next(iter(customer.shown[-1].buttons)))
    assert said() == {"which0": (["1"], None, "")}


def test_options_too_long_for_a_row_stand_in_the_text(meta, number):
    customer = begun(meta, number, [with_options("a" * 80, "Short")])
    customer.write("2")
    customer.press("Done")
    assert customer.heard == f"Question 1 of 1\n\nWhich?\n\n1 – {'a' * 80}\n2 – Short"

    customer.press("1")

    assert said() == {"which0": (["1"], None, "")}


def test_a_question_too_long_for_the_chat_leads_to_the_page(meta, number, settings):
    settings.BASE_URL = "https://plumb.example.com"
    options = [f"{letter * 60} {{brand}}" for letter in "abcdefgh"]
    number.brand.name = "ї" * 100
    number.brand.save()
    customer = begun(meta, number, [with_options(*options), QUESTIONS[2]])
    customer.write("2")
    customer.press("Done")

    invitation = Response.objects.get().invitation
    assert "This question is too long for the chat: please answer it in the browser." in customer.heard
    assert f"Answer in the browser:\nhttps://plumb.example.com{invitation.path}" in customer.heard
    assert list(customer.shown[-1].buttons) == ["Skip", "Change my answer"]
    customer.press("Skip")
    assert "How easy was it?" in customer.heard


def test_a_press_taken_up_twice_says_the_same(customer):
    customer.write("2")
    customer.press("Done", "Advertising")
    shown = len(customer.shown)
    ChatEvent.objects.update(taken_at=None)

    go_on()

    assert said() == {"single": (["3"], None, "")}
    assert len(customer.shown) == shown
