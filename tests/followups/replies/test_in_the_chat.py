"""A person answers a customer in the chat where the answer was given, and the customer writes back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.media import Medium
from delivery.models import IncomingLetter, Message
from followups.compensations import codes
from followups.letters import replies
from followups.letters.replies import StaffReply
from followups.models import CodePool, StaffNotice
from responses.chats import echoes
from responses.models import Response
from responses.texts import intake
from surveys.letters import last_check
from tests.followups.replies.talks import again, post, sent, take_up, written_back
from tests.responses.chats.conversation import CHAT, go_on, shown

pytestmark = pytest.mark.django_db(transaction=True)


def reply_in(telegram, words="We are sorry."):
    """Return the message of a person in the chat."""
    return next(message for message in shown(telegram) if message.text.startswith(words))


def test_a_reply_goes_into_the_chat_with_the_name_of_whoever_wrote(client, telegram, in_chat, owner):
    page = sent(client, in_chat)

    brand = in_chat.response.survey.brand.name
    assert reply_in(telegram).text == f"We are sorry.\n\nOlena Owner, {brand}"
    assert reply_in(telegram).keyboard == []
    assert [str(said) for said in page.context["messages"]] == ["The message is on its way."]
    message = Message.objects.get(purpose="reply")
    activity = in_chat.activities.get(kind="message")
    assert (message.medium, message.status) == ("telegram", "sent")
    assert (activity.by, activity.text, activity.change) == (owner, "We are sorry.", {"message": message.pk})
    assert again(in_chat).first_contact_at == activity.at


def test_the_page_says_by_what_medium_it_went_and_what_became_of_it(client, telegram, in_chat):
    telegram.block(CHAT)
    go_on()
    telegram.unblock(CHAT)
    go_on()
    telegram.chat(CHAT).is_blocked = True

    sent(client, in_chat)

    page = client.get(f"/inbox/{in_chat.pk}/").text
    assert Message.objects.get(purpose="reply").status == "bounced"
    assert "bot was blocked by the user" in page
    assert "In Telegram: the chat is closed" in page
    assert in_chat.response.contact.addresses.get(medium="telegram").bounced_at


def test_a_form_sent_twice_is_one_message(client, telegram, in_chat):
    key = str(uuid4())

    sent(client, in_chat, key=key)
    sent(client, in_chat, key=key)
    assert Message.objects.filter(purpose="reply").count() == in_chat.activities.filter(kind="message").count() == 1

    sent(client, in_chat, key=key, by="email")
    assert Message.objects.filter(purpose="reply").count() == 2


def test_the_same_words_by_another_medium_are_another_message(in_chat, owner):
    keys = {
        replies.draft(in_chat, StaffReply(medium=medium, text="Sorry"), to="x", key="1", by=owner).idempotency_key
        for medium in (Medium.SMS, Medium.TELEGRAM, Medium.EMAIL)
    }
    assert len(keys) == 3


def test_what_the_customer_writes_back_wakes_the_followup(client, telegram, in_chat, owner):
    sent(client, in_chat)
    again(in_chat).wait(by=owner, or_answer=True)

    telegram.write(CHAT, "Call me tomorrow")
    take_up()

    assert written_back(in_chat) == [("telegram", "Call me tomorrow")]
    assert again(in_chat).status == "in_progress"
    assert StaffNotice.objects.filter(kind="customer_replied", person=owner, followup=in_chat).count() == 1
    assert Response.objects.get().comment == ""


def test_what_the_customer_writes_back_opens_what_was_closed(client, telegram, in_chat, owner):
    sent(client, in_chat)
    again(in_chat).dismiss(reason="Done.", by=owner)

    telegram.write(CHAT, "It broke again")
    take_up()

    assert again(in_chat).is_open
    assert written_back(in_chat) == [("telegram", "It broke again")]


def test_a_number_to_a_person_is_no_score(client, telegram, in_chat):
    sent(client, in_chat, message="At what hour may we call?")

    telegram.write(CHAT, "9")
    take_up()

    assert written_back(in_chat) == [("telegram", "9")]
    assert Response.objects.get().score == 2


def test_words_before_any_person_wrote_are_the_comment(client, telegram, in_chat):
    telegram.write(CHAT, "Two weeks late")
    take_up()

    assert Response.objects.get().comment == "Two weeks late"
    assert not IncomingLetter.objects.exists()


def test_words_after_a_button_are_the_reason_though_a_person_wrote_before(client, telegram, in_chat):
    sent(client, in_chat)
    telegram.press(CHAT, "Change my answer")
    take_up()
    telegram.press(CHAT, "8")
    take_up()

    telegram.write(CHAT, "Better now")
    take_up()

    assert (Response.objects.get().score, Response.objects.get().comment) == (8, "Better now")
    assert written_back(in_chat) == []


def test_words_told_together_with_the_button_are_the_reason_too(client, telegram, in_chat):
    sent(client, in_chat)
    telegram.press(CHAT, "Change my answer")
    take_up()

    telegram.press(CHAT, "8")
    telegram.write(CHAT, "Better now")
    take_up()

    assert Response.objects.get().comment == "Better now"


def test_words_after_done_are_for_the_person(client, telegram, in_chat):
    sent(client, in_chat)
    telegram.press(CHAT, "Done")
    take_up()

    telegram.write(CHAT, "9")
    take_up()

    assert written_back(in_chat) == [("telegram", "9")]
    assert Response.objects.get().score == 2


def test_words_after_a_persons_second_message_are_for_the_person(client, telegram, in_chat):
    sent(client, in_chat)
    telegram.press(CHAT, "Change my answer")
    take_up()
    sent(client, in_chat, message="May we call?")

    telegram.write(CHAT, "Yes")
    take_up()

    assert written_back(in_chat) == [("telegram", "Yes")]


def test_what_is_written_in_reply_to_a_person_is_for_the_person(client, telegram, in_chat):
    sent(client, in_chat)
    telegram.press(CHAT, "Change my answer")
    take_up()

    telegram.write(CHAT, "9", reply_to=reply_in(telegram).message_id)
    take_up()

    assert written_back(in_chat) == [("telegram", "9")]
    assert Response.objects.get().score == 2


def test_what_is_written_in_reply_to_the_question_is_the_score(client, telegram, in_chat):
    question = shown(telegram)[-1].message_id
    sent(client, in_chat)

    telegram.write(CHAT, "9", reply_to=question)
    take_up()

    assert Response.objects.get().score == 9
    assert written_back(in_chat) == []


def test_a_no_in_the_conversation_ends_all_and_takes_the_form_away(client, telegram, in_chat):
    sent(client, in_chat)

    telegram.write(CHAT, "/stop")
    take_up()

    page = client.get(f"/inbox/{in_chat.pk}/").text
    assert "/replies/" not in page
    assert "In Telegram: the customer wants no messages." in page
    post(client, in_chat, by="email")
    assert Message.objects.filter(purpose="reply").count() == 1


def test_a_no_said_while_it_waited_calls_the_reply_off(client, telegram, in_chat):
    post(client, in_chat)
    telegram.write(CHAT, "/stop")
    intake.take_due()

    take_up()
    take_up()

    waited = Message.objects.get(purpose="reply")
    assert (waited.status, waited.error) == ("cancelled", last_check.OPTED_OUT)


def test_a_chat_that_was_closed_while_it_waited_is_named_as_the_reason(client, telegram, in_chat):
    post(client, in_chat)
    telegram.block(CHAT)
    take_up()

    waited = Message.objects.get(purpose="reply")
    assert (waited.status, waited.error) == ("cancelled", last_check.UNREACHABLE)


def test_a_conversation_is_receipted_once_a_day(client, telegram, in_chat, monkeypatch):
    monkeypatch.setattr(echoes, "REPEATED_AFTER", timedelta(microseconds=1))
    sent(client, in_chat)
    said = len(shown(telegram))

    for words in ("Yes", "At nine", "Thank you"):
        telegram.write(CHAT, words)
        take_up()

    assert len(shown(telegram)) == said + 1
    assert len(written_back(in_chat)) == 3


def test_a_code_stands_in_the_chat_and_nowhere_else(client, telegram, in_chat):
    pool = CodePool.objects.create(name="Voucher", amount=20, currency="EUR")
    codes.take_in(pool, "AAA-1")
    typed = {"message": "Take {compensation}: {code}", "gives": f"pool-{pool.pk}"}

    assert "Take discount 20 EUR: ••••••" in post(client, in_chat, preview="1", **typed).text
    sent(client, in_chat, **typed)

    assert reply_in(telegram, "Take discount 20 EUR: AAA-1")
    assert "AAA-1" not in str(Message.objects.get(purpose="reply").context)
    assert not any("AAA-1" in f"{activity.text}{activity.change}" for activity in in_chat.activities.all())
