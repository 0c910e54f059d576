"""Further questions in the chat with the brand's bot: one at a time, each answered, changed or passed over."""

from datetime import timedelta

import pytest

from accounts import clock
from delivery.media.messenger.buttons import Action, data
from delivery.models import ChatEvent, IncomingLetter, IncomingText
from responses.models import FurtherAnswer, LinkVisit, Response, ResponseTopic
from surveys.models import Invitation
from tests.factories import ContactFactory
from tests.responses.chats.conversation import CHAT, asked, flat, go_on, joined, shown
from tests.responses.further.asked import QUESTIONS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invitation(telegram, bot):
    return asked(joined(telegram, bot), bot, questions=QUESTIONS)


def press(telegram, *names, chat=CHAT):
    for name in names:
        telegram.press(chat, name)
        go_on()


def write(telegram, *texts):
    for text in texts:
        telegram.write(CHAT, text)
    go_on()


def forge(telegram, said, chat=CHAT):
    message = shown(telegram, chat)[-1]
    message.keyboard[0][0]["callback_data"] = said
    press(telegram, message.keyboard[0][0]["text"], chat=chat)


def said():
    return {row.key: (row.options, row.number, row.words) for row in FurtherAnswer.objects.all()}


def standing():
    return set(FurtherAnswer.objects.standing().values_list("key", flat=True))


def heard(telegram):
    return shown(telegram)[-1].text


def test_each_is_asked_by_itself_after_the_reason(telegram, invitation):
    press(telegram, "2", "Price", "Done")
    assert heard(telegram) == "Question 1 of 4\n\nHow did you hear of Ąžuolas & Co?"
    assert flat(shown(telegram)[-1]) == ["Friends", "Advertising", "Skip", "Change my answer"]
    assert Response.objects.get().finished_at is None

    press(telegram, "Advertising")
    assert heard(telegram) == "Question 2 of 4\n\nWhat should we mend?"
    press(telegram, "Delivery", "Price", "Help", "✓ Price")
    assert flat(shown(telegram)[-1]) == ["✓ Delivery", "Price", "✓ Help", "Next", "Change my answer"]
    press(telegram, "Next")
    assert heard(telegram) == "Question 3 of 4\n\nHow easy was it?\n\n1 – Hard\n5 – Easy"
    press(telegram, "4")
    assert heard(telegram) == "Question 4 of 4\n\nMay we call you about it?"
    press(telegram, "Yes, please call me")
    assert heard(telegram).endswith("Write here by which phone, and when it suits you.")
    write(telegram, "+370 600 00001")
    press(telegram, "Done")

    assert said() == {
        "single": (["3"], None, ""),
        "many00": (["1", "3"], None, ""),
        "scale0": ([], 4, ""),
        "call00": ([], 1, "+370 600 00001"),
    }
    given = Response.objects.get()
    assert (given.score, given.comment, given.medium, bool(given.finished_at)) == (2, "", "telegram", True)
    assert [tapped.topic.name_in("en") for tapped in ResponseTopic.objects.all()] == ["Price"]
    assert heard(telegram).endswith("\n\nYou chose 2.")
    assert {visit.evidence[0] for visit in LinkVisit.objects.all()} == {"chat"}


def test_each_may_be_passed_over(telegram, invitation):
    press(telegram, "10", "Done", "Skip", "Skip")
    assert heard(telegram) == "Question 3 of 4\n\nAnything for ?\n\nWrite your answer here."
    press(telegram, "Skip", "Skip")

    assert said() == {}
    assert heard(telegram).endswith("\n\nYou chose 10.")
    assert Response.objects.get().finished_at


def test_words_answer_the_question_they_are_written_under(telegram, invitation):
    press(telegram, "10", "Done", "Skip", "Skip")
    write(telegram, "5 days were fine", "9, thanks")

    assert said() == {"words0": ([], None, "5 days were fine\n9, thanks")}
    assert (Response.objects.get().score, Response.objects.get().comment) == (10, "")
    assert set(IncomingText.objects.values_list("became", flat=True)) == {"further"}
    assert heard(telegram).endswith("“5 days were fine\n9, thanks”\n\nYou may write more here, or go on.")

    press(telegram, "Next")
    assert heard(telegram).startswith("Question 4 of 4")
    press(telegram, "Skip")
    write(telegram, "Good people")
    assert Response.objects.get().comment == "Good people", "after the thanks words are the comment"
    assert said()["words0"][2] == "5 days were fine\n9, thanks"


def test_changed_words_change_what_they_answered_though_another_question_stands(telegram, invitation):
    press(telegram, "10", "Done", "Skip", "Skip")
    write(telegram, "Fien")
    press(telegram, "Next")
    first = next(message for message in telegram.chat(CHAT).messages if message.text == "Fien")

    telegram.edit_written(CHAT, first.message_id, "Fine")
    go_on()

    assert said() == {"words0": ([], None, "Fine")}
    assert Response.objects.get().comment == ""


def test_words_written_before_the_question_was_shown_are_the_comment(telegram, invitation):
    press(telegram, "10", "Done", "Skip")

    telegram.press(CHAT, "Skip")
    telegram.write(CHAT, "Good people")
    go_on()

    assert heard(telegram).startswith("Thank you! Your words stand in your answer")
    assert (Response.objects.get().comment, said()) == ("Good people", {})


def test_a_comment_leads_on_to_the_questions(telegram, invitation):
    press(telegram, "10")
    write(telegram, "Good people")
    assert flat(shown(telegram)[-1]) == ["Next", "Change my answer"]

    press(telegram, "Next")
    assert heard(telegram).startswith("Question 1 of 4")
    press(telegram, "Friends")
    write(telegram, "and good coffee")
    assert Response.objects.get().comment == "Good people\nand good coffee"
    press(telegram, "Next")
    assert heard(telegram).startswith("Question 2 of 4"), "it goes on where it was"


def test_a_number_under_a_question_is_no_score(telegram, invitation):
    press(telegram, "10", "Done")
    write(telegram, "4")
    assert (Response.objects.get().score, Response.objects.get().comment) == (10, "4")

    press(telegram, "Skip")
    write(telegram, "3")
    assert said() == {"scale0": ([], 3, "")}
    assert Response.objects.get().score == 10


def test_words_are_no_wish_to_be_called(telegram, invitation):
    press(telegram, "2", "Done", "Skip", "Skip", "Skip")
    write(telegram, "no")

    assert said() == {}
    assert Response.objects.get().comment == "no"


def test_more_words_than_fit_are_read_by_a_person(telegram, invitation):
    press(telegram, "10", "Done", "Skip", "Skip")
    write(telegram, "ї" * 1500, "ї" * 1500 + "!")

    assert said()["words0"][2] == "ї" * 1500
    assert IncomingLetter.objects.get().text.endswith("!")


def test_a_wish_for_no_more_messages_is_no_answer(telegram, invitation):
    press(telegram, "10", "Done", "Skip", "Skip")
    write(telegram, "/stop")

    assert said() == {}
    assert not ContactFactory._meta.model.objects.get().may_be_contacted


def test_what_is_pressed_twice_or_late_says_the_same(telegram, invitation):
    press(telegram, "2", "Done")
    old = {button["text"]: button["callback_data"] for row in shown(telegram)[-1].keyboard for button in row}
    telegram.press(CHAT, "Advertising")
    telegram.press(CHAT, "Advertising", times=2)
    go_on()
    assert heard(telegram).startswith("Question 2 of 4")
    press(telegram, "Price", "Next")

    forge(telegram, old["Friends"])

    assert said() == {"single": (["1"], None, ""), "many00": (["2"], None, "")}
    assert heard(telegram).startswith("Question 2 of 4")
    assert "✓ Price" in flat(shown(telegram)[-1])


@pytest.mark.parametrize(
    "forged",
    ["q2+", "q12+", "q20+", "q30+", "q31+", "q41-", "q99+", "q999999999999999999+", "q3-", "q26+"],
)
def test_nonsense_says_nothing(telegram, bot, forged):
    """There is no second option, no question of another score, and no such place."""
    asked(joined(telegram, bot), bot, questions=[QUESTIONS[0], QUESTIONS[0] | {"key": "other0", "tiers": ["good"]},
                                                 QUESTIONS[2], QUESTIONS[3]])  # fmt: skip
    press(telegram, "2", "Done", "Friends")
    token = shown(telegram)[-1].keyboard[0][0]["callback_data"].partition(":")[2]

    forge(telegram, f"{forged}:{token}")

    assert said() == {"single": (["1"], None, "")}
    assert ChatEvent.objects.order_by("pk").last().became == "nothing"
    assert telegram.chat(CHAT).notices[-1] == "This button is over."


def test_a_place_that_is_not_asked_leads_to_the_next_one_or_to_the_end(telegram, invitation):
    press(telegram, "10", "Done")
    token = shown(telegram)[-1].keyboard[0][0]["callback_data"].partition(":")[2]

    forge(telegram, data(Action.GO_ON, token, 1))
    assert heard(telegram).startswith("Question 2 of 4\n\nHow easy")
    forge(telegram, data(Action.GO_ON, token, 77))
    assert heard(telegram).endswith("You chose 10.")


def test_a_button_of_another_chat_says_nothing(telegram, bot, invitation):
    press(telegram, "2", "Done")
    said_there = shown(telegram)[-1].keyboard[0][0]["callback_data"]
    asked(joined(telegram, bot, chat=777), bot, questions=QUESTIONS)
    press(telegram, "2", "Done", chat=777)

    forge(telegram, said_there, chat=777)

    assert said() == {}
    assert telegram.chat(777).notices[-1] == "This button is over."


def test_nothing_is_said_after_the_link_ended(telegram, invitation):
    press(telegram, "10", "Done", "Skip", "Skip")
    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    write(telegram, "Too late")
    press(telegram, "Skip")

    assert said() == {}
    assert telegram.chat(CHAT).notices[-1] == "This question is closed. Thank you!"
    assert IncomingLetter.objects.get().text == "Too late"


def test_what_was_said_stands_there_and_with_another_score_counts_as_far_as_it_is_asked(telegram, invitation):
    press(telegram, "2", "Done", "Friends", "Price", "Next", "Skip", "Skip", "Change my answer", "9", "Done")
    assert flat(shown(telegram)[-1]) == ["✓ Friends", "Advertising", "Next", "Change my answer"]
    assert "many00" in said()

    press(telegram, "Next", "5")

    assert said() == {"single": (["1"], None, ""), "many00": (["2"], None, ""), "scale0": ([], 5, "")}
    assert standing() == {"single", "scale0"}
    assert heard(telegram).startswith("Question 3 of 4\n\nAnything for")


def test_whoever_ends_without_a_word_more_says_no_more_of_another_score(telegram, invitation):
    press(telegram, "2", "Done", "Skip", "Price", "Next", "Skip", "Skip", "Change my answer", "9", "Done")

    press(telegram, "Skip", "Skip", "Skip", "Skip")

    assert (set(said()), standing()) == ({"many00"}, set())


def test_after_the_page_was_sent_words_are_the_comment(telegram, invitation, client):
    """The chat may still show a question that the score of the page is not asked."""
    press(telegram, "10", "Done", "Skip", "Skip")
    person = {"language": "en", "scripted": "1", "gesture": "key"}
    client.post(invitation.path, {**person, "step": "score", "score": "3"})

    write(telegram, "Too slow")

    assert (said(), Response.objects.get().comment) == ({}, "Too slow")


def test_words_to_a_person_who_wrote_are_no_answer(telegram, invitation):
    press(telegram, "10", "Done", "Skip", "Skip")
    Response.objects.all().freeze(at=clock.now())

    write(telegram, "When do you come?")
    assert said() == {}
    assert IncomingLetter.objects.get().text == "When do you come?"

    press(telegram, "Change my answer", "✓ 10", "Done", "Skip", "Skip")
    write(telegram, "Thanks to all")
    assert said() == {"words0": ([], None, "Thanks to all")}


def test_without_questions_the_reason_ends_the_answer(telegram, bot):
    asked(joined(telegram, bot), bot, questions=[QUESTIONS[1]])

    press(telegram, "9", "Done")

    assert heard(telegram).endswith("You chose 9.")
    assert Response.objects.get().finished_at
