"""A customer in a chat with the bot, and our side of it doing all that is due."""

from datetime import time, timedelta

from accounts import clock
from delivery import dispatch
from delivery.media.telegram import hearing, joining
from responses.chats import presses, showing
from responses.texts import intake
from surveys.fates import delivery_news
from surveys.models import Invitation, Trigger
from surveys.services import judge_due, plan_invitations
from tests.factories import ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory

CHAT = 555001


def go_on():
    """Do everything that is due on our side."""
    hearing.ask_all()
    intake.take_due()
    presses.take_due()
    showing.show_due()
    sent = dispatch.send_due("telegram")
    delivery_news.sync()
    return sent


def joined(telegram, bot, chat=CHAT, **contact):
    """Return a contact who opened the chat by a link of ours."""
    contact = ContactFactory(**{"language": "en", "email": "", "phone": ""} | contact)
    telegram.start(chat, joining.payload(bot.pk, contact.pk))
    go_on()
    return contact


def asked(contact, bot, *media, **survey):
    """Ask a contact about something that happened to them, by a survey of the bot's brand, and send it."""
    Trigger.objects.update(is_active=False)
    trigger = TriggerFactory(
        survey=SurveyVersionFactory(survey__brand=bot.brand, **survey).survey,
        media=list(media or ["telegram"]),
        window_weekdays=[1, 2, 3, 4, 5, 6, 7],
        window_start=time(0, 0),
        window_end=time.max,
    )
    touchpoint = TouchpointFactory(contact=contact, occurred_at=clock.now() - trigger.delay - timedelta(days=1))
    plan_invitations()
    Invitation.objects.update(due_at=clock.now())
    judge_due()
    go_on()
    return Invitation.objects.get(touchpoint=touchpoint, trigger=trigger)


def shown(telegram, chat=CHAT):
    """Return the messages of our side in a chat."""
    return [message for message in telegram.chat(chat).messages if message.from_bot]


def labels(message):
    return [[button["text"] for button in row] for row in message.keyboard]


def flat(message):
    """Return the labels of all buttons of a message, in order."""
    return [label for row in labels(message) for label in row]
