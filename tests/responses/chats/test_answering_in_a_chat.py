"""A customer answers in the chat with the brand's bot: pressing, writing, changing, leaving."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from accounts.media import Medium
from crm import suppressions
from crm.models import Contact, ContactAddress, Suppression
from crm.suppressions import No
from delivery.media.telegram import joining
from delivery.models import ChatEvent, IncomingLetter, IncomingText, Message
from responses.chats import page_link, presses, showing
from responses.models import LinkVisit, Response, ResponseTopic, Topic
from surveys.models import Invitation
from tests.factories import BrandFactory, ContactFactory
from tests.fakes.telegram import too_many
from tests.responses.chats.conversation import CHAT, asked, flat, go_on, joined, labels, shown

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def contact(telegram, bot):
    return joined(telegram, bot)


@pytest.fixture
def invitation(contact, bot):
    return asked(contact, bot)


def press(telegram, *names, chat=CHAT):
    for name in names:
        telegram.press(chat, name)
        go_on()


def test_two_taps_in_the_chat_are_a_whole_answer(telegram, invitation):
    question = shown(telegram)[-1]
    assert question.text.startswith("Hello Ona,\n\nHow likely is it that you would recommend Ąžuolas & Co")
    assert question.text.endswith("0 – Not at all likely\n10 – Extremely likely\n\nNo more messages: /stop")
    assert labels(question) == [list("012345"), [*"6789", "10"]]

    press(telegram, "9", "Done")

    given = Response.objects.get()
    assert (given.invitation, given.score, given.medium, given.origin) == (invitation, 9, "telegram", "invited")
    assert (given.is_provisional, given.suspicion, bool(given.finished_at)) == (False, [], True)
    assert question.text == "Thank you! You have made our day, and we will pass it on to the team.\n\nYou chose 9."
    assert len(shown(telegram)) == 2, "the question itself became the thanks"
    visit = LinkVisit.objects.filter(score_asked_for=9).get()
    assert (visit.method, visit.verdict, visit.evidence) == ("CHAT", "human", ["chat"])
    assert Invitation.objects.get().status == "answered"


def test_the_reason_is_tapped_and_untapped(telegram, invitation):
    press(telegram, "3", "Price", "Support", "✓ Price")

    assert [topic.topic.name_in("en") for topic in ResponseTopic.objects.all()] == ["Support"]
    assert "✓ Support" in flat(shown(telegram)[-1])
    assert "Price" in flat(shown(telegram)[-1])


def test_a_topic_pressed_twice_at_once_stays(telegram, invitation):
    press(telegram, "3")
    telegram.press(CHAT, "Price")
    telegram.press(CHAT, "Price")
    go_on()

    assert ResponseTopic.objects.count() == 1


def test_words_after_a_score_are_its_comment(telegram, invitation):
    press(telegram, "2")
    telegram.write(CHAT, "Too slow")
    telegram.write(CHAT, "and too dear")
    go_on()

    assert Response.objects.get().comment == "Too slow\nand too dear"
    assert shown(telegram)[-1].text == "Thank you! Your words stand in your answer, and a person will read them."
    press(telegram, "Change my answer")
    assert shown(telegram)[-1].text.startswith("Your answer so far is 2. Until ")


def test_words_that_overtake_their_score_are_its_comment_all_the_same(telegram, invitation):
    """Both are there before anything was taken up: the press was first."""
    telegram.press(CHAT, "2")
    telegram.write(CHAT, "Too slow")

    go_on()

    assert (Response.objects.get().score, Response.objects.get().comment) == (2, "Too slow")


def test_edited_words_take_the_place_of_the_earlier_ones(telegram, invitation):
    press(telegram, "2")
    telegram.write(CHAT, "Too slwo")
    telegram.write(CHAT, "and too dear")
    go_on()
    first = next(message for message in telegram.chat(CHAT).messages if message.text == "Too slwo")

    telegram.edit_written(CHAT, first.message_id, "Too slow")
    go_on()

    assert set(Response.objects.get().comment.splitlines()) == {"Too slow", "and too dear"}


def test_a_number_that_is_written_is_a_score(telegram, invitation):
    telegram.write(CHAT, "7, fine")
    go_on()

    assert (Response.objects.get().score, Response.objects.get().comment) == (7, "fine")
    assert shown(telegram)[-1].text.startswith("You chose 7.")


def test_the_answer_is_changed_until_the_link_ends(telegram, invitation):
    press(telegram, "9", "Done", "Change my answer")
    question = shown(telegram)[-1]
    assert "✓ 9" in flat(question)

    press(telegram, "4")
    assert Response.objects.get().score == 4
    assert [entry["score"] for entry in Response.objects.get().trail] == [9]

    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    press(telegram, "Done")
    assert telegram.chat(CHAT).notices[-1] == "This question is closed. Thank you!"


def test_a_button_of_another_chat_answers_nothing(telegram, bot, invitation):
    """Whoever learnt what a button says cannot press it elsewhere."""
    said = shown(telegram)[-1].keyboard[0][0]["callback_data"]
    stranger = joined(telegram, bot, chat=777)
    asked(stranger, bot)
    message = shown(telegram, 777)[-1]
    message.keyboard[0][0]["callback_data"] = said

    telegram.press(777, "0")
    go_on()

    assert not Response.objects.exists()
    assert telegram.chat(777).notices[-1] == "This button is over."


def test_a_press_told_twice_is_one(telegram, invitation):
    telegram.press(CHAT, "9", times=2)
    go_on()

    assert ChatEvent.objects.filter(kind="press").count() == 1
    assert LinkVisit.objects.count() == 1


def test_a_press_proves_a_message_of_which_nobody_knew(telegram, contact, bot):
    telegram.scripts["sendMessage"] = ["hang-up-after"]
    invitation = asked(contact, bot)
    assert Message.objects.get(purpose="invite").status == "unknown"

    press(telegram, "9")

    assert (Response.objects.get().invitation, Response.objects.get().score) == (invitation, 9)


def test_stop_ends_everything_and_a_press_takes_it_back(telegram, contact, bot, invitation):
    telegram.write(CHAT, "/stop")
    go_on()

    contact.refresh_from_db()
    assert not contact.may_be_contacted
    assert shown(telegram)[-1].text == "You get no more messages from Ąžuolas & Co."

    press(telegram, "Write to me again")
    contact.refresh_from_db()
    assert contact.may_be_contacted
    assert shown(telegram)[-1].text.startswith("Hello! Here Ąžuolas & Co will ask you how it went")


def test_a_press_takes_back_no_other_no(telegram, contact, bot):
    telegram.write(CHAT, "стоп")
    go_on()
    suppressions.stop({contact.pk: No(Contact.OptOut.ASKED_STAFF, clock.now())})
    Contact.objects.update(do_not_contact_reason="asked_staff")

    press(telegram, "Write to me again")

    contact.refresh_from_db()
    assert not contact.may_be_contacted


def test_whoever_blocks_the_bot_is_not_written_to_there(telegram, contact, bot):
    telegram.block(CHAT)
    go_on()
    assert ContactAddress.objects.get(medium="telegram").bounced_at
    assert Suppression.objects.standing().get().why == "hard_bounce"

    assert asked(contact, bot).reason == "bounced"
    assert not Message.objects.filter(purpose="invite").exists()

    telegram.unblock(CHAT)
    go_on()
    asked(contact, bot)
    assert Invitation.objects.filter(status="sent").exists()


def test_a_refused_message_closes_the_chat_and_the_next_medium_asks(telegram, bot):
    contact = joined(telegram, bot, email="ona@customer.example")
    telegram.deactivate(CHAT)

    invitation = asked(contact, bot, "telegram", "email")

    invitation.refresh_from_db()
    assert (invitation.medium, invitation.status) == ("email", "queued")
    assert Message.objects.get(purpose="invite", medium="telegram").status == "bounced"
    assert ContactAddress.objects.get(medium="telegram").bounced_at


def test_a_pause_that_telegram_wants_is_kept(telegram, contact, bot):
    telegram.scripts["sendMessage"] = [too_many(17)]
    before = clock.now()
    asked(contact, bot)

    message = Message.objects.get(purpose="invite")
    assert (message.status, message.attempts) == ("queued", 1)
    assert message.send_after >= before + timedelta(seconds=17)


def test_only_the_bot_of_the_brand_asks(telegram, contact, bot):
    bot.brand = BrandFactory(name="Another")
    invitation = asked(contact, bot)

    assert (invitation.status, invitation.reason) == ("suppressed", "no_address")


def test_words_without_a_score_are_read_by_a_person(telegram, contact, bot, invitation):
    telegram.write(CHAT, "When will my order come?")
    go_on()

    letter = IncomingLetter.objects.get()
    assert (letter.text, letter.medium, letter.is_proven) == ("When will my order come?", Medium.TELEGRAM, True)
    assert shown(telegram)[-1].text == "Thank you! A person at Ąžuolas & Co will read this."


def test_a_picture_says_what_it_is(telegram, contact, bot):
    telegram.send_photo(CHAT, caption="Broken")
    telegram.send_voice(CHAT)
    go_on()

    assert list(IncomingText.objects.order_by("pk").values_list("text", flat=True)) == ["📷 Broken", "🎤"]


def test_a_stranger_learns_how_to_be_asked(telegram, bot):
    telegram.start(999, language_code="lt")
    go_on()

    assert not ContactAddress.objects.exists()
    assert len(shown(telegram, 999)) == 1


def test_groups_are_not_listened_to(telegram, bot):
    telegram.add_to_group(-100500)
    telegram.write_in_group(-100500, "10")
    go_on()

    assert not IncomingText.objects.exists()
    assert not ChatEvent.objects.exists()


def test_joining_is_kept_with_its_evidence(telegram, bot, contact):
    word = contact.consents.get(medium="telegram", use="surveys")
    assert (word.status, word.evidence) == ("given", f"/start · @{bot.username} · {bot.number}:{CHAT}")
    assert contact.addresses.get(medium="telegram").value == f"{bot.number}:{CHAT}"


def test_who_said_no_joins_without_being_asked(telegram, bot):
    contact = ContactFactory(language="en", email="ona@customer.example")
    suppressions.stop({contact.pk: No(Contact.OptOut.ASKED_STAFF, clock.now())})

    telegram.start(CHAT, joining.payload(bot.pk, contact.pk))
    go_on()

    assert shown(telegram)[-1].text == "You get no more messages from Ąžuolas & Co."
    assert asked(contact, bot).reason == "do_not_contact"


def test_what_the_chat_does_not_show_yet_is_shown_later(telegram, invitation):
    telegram.scripts["editMessageText"] = ["hang-up"]
    telegram.press(CHAT, "9")
    go_on()
    question = shown(telegram)[-1]
    assert Response.objects.get().score == 9
    assert question.text.startswith("Hello")

    showing.show_due()
    assert question.text.startswith("You chose 9.")
    assert not ChatEvent.objects.untold().exists()


def test_an_older_press_never_covers_a_newer_one(telegram, invitation):
    telegram.press(CHAT, "9")
    go_on()
    late = ChatEvent.objects.get(kind="press")
    ChatEvent.objects.filter(pk=late.pk).update(
        taken_at=None, arrived_at=late.arrived_at - timedelta(minutes=1), value=2
    )

    presses.take_due()

    assert Response.objects.get().score == 9


def test_a_survey_of_smileys_shows_smileys(telegram, contact, bot):
    asked(contact, bot, survey__metric="csat", survey__presentation="smileys")

    assert labels(shown(telegram)[-1]) == [["😞 1", "😕 2", "😐 3", "😊 4", "😄 5"]]


def test_the_page_of_thanks_shows_the_way_into_the_chat(client, telegram, contact, bot, invitation):
    page_link.forget()
    url = reverse("survey", args=[invitation.token])
    client.post(url, {"step": "score", "score": 9})
    page = client.post(url, {"step": "why", "score": 9}).content.decode()

    assert f"{telegram.url}/t.me/{bot.username}?start=" in page
    assert "Rather in Telegram?" in page


def test_nobody_is_shown_the_way_who_wants_no_messages(client, telegram, contact, bot, invitation):
    page_link.forget()
    suppressions.stop({contact.pk: No(Contact.OptOut.ASKED_STAFF, clock.now())})
    url = reverse("survey", args=[invitation.token])
    client.post(url, {"step": "score", "score": 9})

    assert "Telegram" not in client.post(url, {"step": "why", "score": 9}).content.decode()


def test_the_topics_of_the_page_are_those_of_the_chat(telegram, invitation):
    press(telegram, "9")

    offered = flat(shown(telegram)[-1])[:-2]
    assert offered == [
        topic.name_in("en") for topic in Topic.objects.filter(is_offered=True).order_by("position", "pk")
    ]
