"""What is said in a chat to whoever just did something there: one word for each, by the outbox, so never twice."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import clock
from accounts.customerlanguages import spoken
from accounts.media import Medium
from crm import suppressions
from crm.models import Contact
from delivery import composers
from delivery import services as delivery
from delivery.composers import Parcel, Unsendable
from delivery.media.messenger.buttons import Action, data
from delivery.media.messenger.view import ChatButton, ChatView
from delivery.media.telegram.transport import bots_that_may_rest, parcel
from delivery.models import ChatEvent, IncomingText, Message, TelegramBot
from responses.chats import views
from responses.models import Response
from responses.page import offers
from surveys.letters import kinds
from surveys.models import Invitation

TEMPLATE = "responses.chat_echo"
# A word that comes much later answers nothing any more.
FRESH = timedelta(hours=1)
# How often one chat hears the same about words that answer nothing.
REPEATED_AFTER = timedelta(minutes=1)
# And about words to a person who wrote there: nobody wants a receipt for each sentence of a conversation.
REPEATED_IN_CONVERSATION = timedelta(days=1)
TOO_LATE = gettext_noop("It was too late to answer what was done in the chat.")
NO_ANSWER = gettext_noop("The answer that this speaks of is gone.")
Became = IncomingText.Became


def cause_of(chat: str) -> str:
    """Return what a wish for no more messages that was written in a chat is known by, so that a press takes it back."""
    return f"chat {chat}"


def of_start(event: ChatEvent, contact: Contact | None) -> None:
    """Say whether whoever started the bot will be asked here."""
    address = (Medium.TELEGRAM.value, event.chat)
    known = contact or _carrier(address)
    if known is None:
        word = "stranger"
    else:
        word = "stopped" if suppressions.standing([address]) or not known.may_be_contacted else "welcome"
    _say(word, event.chat, event.bot, key=f"event-{event.pk}", language=_language(event, known))


def of_return(event: ChatEvent) -> None:
    _say("welcome", event.chat, event.bot, key=f"event-{event.pk}", language=language_of(event))


def of_words(text: IncomingText, became: str, bot: TelegramBot, *, invitation: Invitation | None) -> None:
    """Say what became of what somebody wrote."""
    words = {Became.SCORE: "score", Became.COMMENT: "comment", Became.STOP: "stopped", Became.LETTER: "letter"}
    word = words.get(Became(became)) if became else None
    if word is None:
        return
    known = _carrier((Medium.TELEGRAM.value, text.from_number))
    if word == "letter" and known is None:
        word = "stranger"
    language = invitation.language if invitation else known.language if known else bot.brand.languages[0]
    about = {"invitation": invitation.pk} if invitation else {}
    key = f"text-{text.pk}"
    if word in ("letter", "stranger"):
        # Whoever writes on and on hears it now and then, so that Telegram bids the bot be quiet for nobody's sake.
        in_conversation = text.answers is not None and text.answers.purpose == Message.Purpose.REPLY
        every = REPEATED_IN_CONVERSATION if in_conversation else REPEATED_AFTER
        key = f"{word}-{text.from_number}-{text.arrived_at.timestamp() // every.total_seconds():.0f}"
    _say(word, text.from_number, bot, key=key, language=language, **about)


def _carrier(address: tuple[str, str]) -> Contact | None:
    """Return who carries a chat; of several the one who is known for longest."""
    carriers = suppressions.carriers_of([address])
    return Contact.objects.filter(pk=carriers[0][0]).first() if carriers else None


def language_of(event: ChatEvent) -> str:
    """Return the language of whoever did something in a chat: their own, else that of their app."""
    return _language(event, _carrier((Medium.TELEGRAM.value, event.chat)))


def _language(event: ChatEvent, known: Contact | None) -> str:
    return (known.language if known else "") or event.language or event.bot.brand.languages[0]


def _say(word: str, chat: str, bot: TelegramBot, *, key: str, language: str, **about: Any) -> None:
    delivery.queue(
        [
            Message(
                medium=Medium.TELEGRAM,
                purpose=Message.Purpose.ECHO,
                to_address=chat,
                language=language,
                template=TEMPLATE,
                context={"word": word, "brand": bot.brand.name, **about},
                idempotency_key=f"chat-{key}",
            )
        ]
    )


def _written(message: Message) -> Parcel:
    if clock.now() - message.created_at > FRESH:
        raise Unsendable(TOO_LATE, called_off=True)
    word, context = message.context["word"], message.context
    view = _of_answer(message) if word in ("score", "comment") else _of_chat(word, context, message.language)
    return parcel(message, view, bots_that_may_rest())


composers.register(TEMPLATE, Medium.TELEGRAM, composers.singly(_written))


def _of_answer(message: Message) -> ChatView:
    """Return what follows an answer that was written instead of pressed, or words that were added to one."""
    asks = Invitation.objects.select_related(*kinds.FACTS, "survey__brand")
    ask = asks.filter(pk=message.context.get("invitation")).first()
    given = Response.objects.counted().filter(invitation=ask).first() if ask else None
    if ask is None or given is None:
        raise Unsendable(NO_ANSWER, called_off=True)
    if message.context["word"] == "score":
        return views.why(ask, given, message.language, offers.tapped(given.pk))
    with spoken.speaking(message.language):
        said = _("Thank you! Your words stand in your answer, and a person will read them.")
        change = ChatButton(_("Change my answer"), data(Action.CHANGE, ask.token))
    return ChatView(said, ((change,),))


def _of_chat(word: str, context: Mapping[str, Any], language: str) -> ChatView:
    with spoken.speaking(language):
        if word == "stopped":
            said = _("You get no more messages from %(brand)s.")
            rows = ((ChatButton(_("Write to me again"), data(Action.AGAIN)),),)
            return ChatView(said % {"brand": context["brand"]}, rows)
        words = {
            "welcome": _(
                "Hello! Here %(brand)s will ask you how it went: one tap is an answer, and a person reads what you"
                " write. No more messages: /stop"
            ),
            "stranger": _(
                "Hello! This is the bot of %(brand)s. We do not know yet who you are: please open the link that we gave"
                " you, and we will ask you here how it went."
            ),
            "letter": _("Thank you! A person at %(brand)s will read this."),
        }
        return ChatView(words[word] % {"brand": context["brand"]})
