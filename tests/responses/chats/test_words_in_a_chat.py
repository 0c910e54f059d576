"""What is written in a chat: long, changed later, or a word that begins with a stroke."""

from datetime import timedelta

import pytest

from accounts import clock
from crm.models import ContactAddress
from delivery.media.telegram import joining
from delivery.models import ChatEvent, IncomingLetter, IncomingText, Message
from responses import services
from responses.evidence.assessment import Assessment, Label
from responses.models import LinkVisit, Response, ResponseTopic, Topic
from responses.page import offers
from surveys.models import AskingPolicy
from tests.factories import ContactFactory
from tests.fakes.telegram import no
from tests.responses.chats.conversation import CHAT, asked, flat, go_on, joined, shown

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def contact(telegram, bot):
    return joined(telegram, bot)


@pytest.fixture
def invitation(contact, bot):
    return asked(contact, bot)


def press(telegram, name):
    telegram.press(CHAT, name)
    go_on()


def written(telegram, text):
    """Return the message of the customer that says this."""
    return next(message for message in telegram.chat(CHAT).messages if message.text == text)


def test_words_are_kept_to_their_end(telegram, invitation):
    press(telegram, "2")
    words = "слово " * 600 + "кінець"
    telegram.write(CHAT, words)
    go_on()

    assert Response.objects.get().comment == words


def test_a_long_letter_is_whole(telegram, invitation):
    telegram.write(CHAT, "When? " * 500)
    go_on()

    assert not IncomingLetter.objects.get().is_cut


def test_changed_words_answer_what_they_answered_before(telegram, contact, bot, invitation):
    telegram.write(CHAT, "7")
    go_on()
    first = Message.objects.get(purpose="invite")
    newer = Message.objects.get(pk=first.pk)
    newer.pk, newer.idempotency_key, newer.sent_at = None, "newer", clock.now()
    newer.save()

    telegram.edit_written(CHAT, written(telegram, "7").message_id, "8")
    go_on()

    assert [text.answers for text in IncomingText.objects.order_by("pk")] == [first, first]
    assert Response.objects.get().score == 8


@pytest.mark.parametrize("word", ["/stop", "/STOP", "/stop@plumb_test_bot"])
def test_the_word_for_no_more_is_known(telegram, contact, word):
    telegram.write(CHAT, word)
    go_on()

    contact.refresh_from_db()
    assert not contact.may_be_contacted


@pytest.mark.parametrize("start", ["/start {}", "/START {}", "/start@plumb_test_bot {}", "/start\n{}"])
def test_the_word_for_joining_is_known(telegram, bot, start):
    contact = ContactFactory(language="en", email="", phone="")
    telegram.start(CHAT)
    telegram.write(CHAT, start.format(joining.payload(bot.pk, contact.pk)))
    go_on()

    assert ContactAddress.objects.get(medium="telegram").contact == contact
    assert ChatEvent.objects.filter(kind="start").count() == 2
    assert not IncomingText.objects.exists()


def test_a_word_that_would_come_days_later_is_not_said(telegram, contact):
    telegram.scripts["sendMessage"] = [no(401, "Unauthorized")]
    telegram.write(CHAT, "When will it come?")
    go_on()
    said = len(shown(telegram))
    waiting = Message.objects.filter(status="queued")
    assert waiting.update(created_at=clock.now() - timedelta(days=2), send_after=clock.now()) == 1

    go_on()

    assert len(shown(telegram)) == said
    assert Message.objects.get(status="cancelled").purpose == "echo"


def test_what_a_machine_tapped_is_nobodys(telegram, invitation):
    machine = services.Visit(
        invitation_id=invitation.pk,
        method="POST",
        asked_for=0,
        family="other",
        network="",
        verdict=Assessment(Label.MACHINE, ("decoy",), is_held=True),
    )
    services.record_score(visit=machine, score=0, language="en")
    topics = list(Topic.objects.filter(is_offered=True).values_list("pk", flat=True)[:1])
    services.record_details(visit=machine, comment="Buy", topic_ids=topics, language="en", finishes=False)
    assert Response.objects.get().is_provisional

    press(telegram, "9")

    assert not ResponseTopic.objects.exists()
    assert (Response.objects.get().score, Response.objects.get().comment) == (9, "")
    assert LinkVisit.objects.filter(method="CHAT").count() == 1


def test_more_topics_than_a_message_has_buttons_are_left_out(telegram, contact, bot):
    Topic.objects.bulk_create(
        Topic(slug=f"more-{number}", names={"en": f"Topic {number}"}, position=number + 50) for number in range(120)
    )
    offers.forget()
    asked(contact, bot)

    press(telegram, "9")

    assert shown(telegram)[-1].text.startswith("You chose 9.")
    assert flat(shown(telegram)[-1])[-2:] == ["Done", "Change my answer"]


def test_one_refusal_closes_a_chat_whatever_mail_is_forgiven(telegram, contact, bot):
    AskingPolicy(hard_bounces=3).save()
    telegram.deactivate(CHAT)

    asked(contact, bot)

    assert ContactAddress.objects.get(medium="telegram").bounced_at


@pytest.mark.parametrize("chat", [CHAT, 999])
def test_whoever_writes_on_and_on_hears_one_word(telegram, bot, contact, chat):
    telegram.start(chat)
    go_on()
    said = len(shown(telegram, chat))
    for number in range(30):
        telegram.write(chat, f"Where is it? ({number})")
    go_on()

    assert len(shown(telegram, chat)) == said + 1
    assert IncomingLetter.objects.count() == 30


def test_what_was_done_last_is_the_answer_though_all_is_told_at_once(telegram, invitation):
    telegram.write(CHAT, "3")
    telegram.press(CHAT, "9")
    telegram.write(CHAT, "Very quick")
    go_on()

    assert (Response.objects.get().score, Response.objects.get().comment) == (9, "Very quick")
