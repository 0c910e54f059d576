"""What is said in a chat to whoever just did something there: one word for each, by the outbox, so never twice."""

from datetime import datetime, timedelta
from typing import Any, TypeAlias

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
from delivery.media.telegram import transport as telegram
from delivery.media.whatsapp import transport as whatsapp
from delivery.media.whatsapp import window
from delivery.media.whatsapp.content import content
from delivery.models import ChatEvent, IncomingText, Message, TelegramBot, WhatsAppNumber
from responses import services
from responses.chats import standing, views
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
SAID_SINCE = gettext_noop("A later word in the chat says it.")
WINDOW_CLOSED = gettext_noop("The customer wrote more than 24 hours ago, and WhatsApp takes no words any more.")
Became = IncomingText.Became
Account: TypeAlias = TelegramBot | WhatsAppNumber
# Words about an answer, and those of them that leave a question in the chat.
OF_ANSWERS = frozenset({"score", "topic", "done", "change", "comment", "question", "further"})
ASKING = frozenset({"score", "topic", "change", "question", "further"})
WORDS = {
    Became.SCORE: "score",
    Became.COMMENT: "comment",
    Became.FURTHER: "further",
    Became.STOP: "stopped",
    Became.LETTER: "letter",
}
# Presses of which nothing came.
NOTHING = frozenset({"late", "nothing"})


def cause_of(chat: str) -> str:
    """Return what a wish for no more messages that was written in a chat is known by, so that a press takes it back."""
    return f"chat {chat}"


def of_start(event: ChatEvent, contact: Contact | None) -> None:
    """Say whether whoever started the bot will be asked here."""
    address = event.address
    known = contact or _carrier(address)
    if known is None:
        word = "stranger"
    else:
        word = "stopped" if suppressions.standing([address]) or not known.may_be_contacted else "welcome"
    _say(word, event.chat, event.account, key=f"event-{event.pk}", language=_language(event, known))


def of_return(event: ChatEvent) -> None:
    _say("welcome", event.chat, event.account, key=f"event-{event.pk}", language=language_of(event))


def of_press(event: ChatEvent, became: str, ask: Invitation | None) -> None:
    """Say what became of a press, in a chat that does not change what stands there already."""
    if became not in (*OF_ANSWERS, *NOTHING, "stopped"):
        return
    key = f"event-{event.pk}"
    if became in NOTHING:
        # Whoever presses old buttons on and on hears it now and then.
        key = _once_in(REPEATED_AFTER, became, event.chat, event.account, event.arrived_at)
    about: dict[str, Any] = {"invitation": ask.pk} if ask and became in OF_ANSWERS else {}
    if became == "further":
        about |= {"action": event.action, "value": event.value}
    language = ask.language if ask else language_of(event)
    _say(became, event.chat, event.account, key=key, language=language, **about)


def of_words(text: IncomingText, became: str, account: Account, *, invitation: Invitation | None) -> None:
    """Say what became of what somebody wrote."""
    word = WORDS.get(Became(became)) if became else None
    if word is None:
        return
    known = _carrier((text.medium.value, text.from_number))
    if word == "letter" and known is None and text.bot_id:
        word = "stranger"
    language = invitation.language if invitation else known.language if known else account.brand.languages[0]
    about: dict[str, Any] = {"invitation": invitation.pk} if invitation else {}
    if invitation and word in ("comment", "further"):
        about |= _goes_on(text, invitation)
    key = f"text-{text.pk}"
    if word == "letter" and text.whatsapp_id and invitation and _is_to_be_asked(invitation, text):
        word, key = "question", _question_of(invitation)
    elif word in ("letter", "stranger"):
        # Whoever writes on and on hears it now and then, so that Telegram bids the bot be quiet for nobody's sake.
        in_conversation = text.answers is not None and text.answers.purpose == Message.Purpose.REPLY
        every = REPEATED_IN_CONVERSATION if in_conversation else REPEATED_AFTER
        key = _once_in(every, word, text.from_number, account, text.arrived_at)
    _say(word, text.from_number, account, key=key, language=language, **about)


def _goes_on(text: IncomingText, ask: Invitation) -> dict[str, Any]:
    """Return the button that goes on to further questions after words, as it is told of a press; nothing after them."""
    given = Response.objects.counted().filter(invitation=ask).first()
    place = standing.place_after(text, ask, given) if given else None
    return {} if place is None else {"action": Action.GO_ON.value, "value": place}


def _once_in(every: timedelta, word: str, chat: str, account: Account, at: datetime) -> str:
    """Return what all that is done in one stretch of time has in common, so that it is answered once."""
    return f"{word}-{account.brand_id}-{chat}-{at.timestamp() // every.total_seconds():.0f}"


def _question_of(ask: Invitation) -> str:
    return f"question-{ask.pk}"


def _is_to_be_asked(ask: Invitation, text: IncomingText) -> bool:
    """Say whether the chat has yet to show the question: in WhatsApp what begins a conversation only leads to it."""
    given = Response.objects.counted().filter(invitation=ask).exists()
    is_asked = Message.objects.filter(idempotency_key=f"chat-{_question_of(ask)}").exists()
    return not given and not is_asked and services.may_answer(ask, None, text.arrived_at)


def _carrier(address: tuple[str, str]) -> Contact | None:
    """Return who carries a chat; of several the one who is known for longest."""
    carriers = suppressions.carriers_of([address])
    return Contact.objects.filter(pk=carriers[0][0]).first() if carriers else None


def language_of(event: ChatEvent) -> str:
    """Return the language of whoever did something in a chat: their own, else that of their app."""
    return _language(event, _carrier(event.address))


def _language(event: ChatEvent, known: Contact | None) -> str:
    return (known.language if known else "") or event.language or event.account.brand.languages[0]


def _say(word: str, chat: str, account: Account, *, key: str, language: str, **about: Any) -> None:
    if account.medium == Medium.WHATSAPP and not chat.startswith("+"):
        # WhatsApp keeps the phone to itself, and takes nothing for what stands in its place.
        return
    delivery.queue(
        [
            Message(
                medium=account.medium,
                purpose=Message.Purpose.ECHO,
                to_address=chat,
                language=language,
                template=TEMPLATE,
                context={"word": word, "brand": account.brand.name, "brand_id": account.brand_id, **about}
                | ({"asks": True} if word in ASKING else {}),
                idempotency_key=f"chat-{key}",
            )
        ]
    )


def _to_telegram(message: Message) -> Parcel:
    return telegram.parcel(message, _view(message), telegram.bots_that_may_rest())


def _to_whatsapp(message: Message) -> Parcel:
    since = Message.objects.filter(medium=message.medium, purpose=message.purpose, to_address=message.to_address)
    same = {"context__invitation": message.context.get("invitation"), "context__brand_id": message.context["brand_id"]}
    if message.context["word"] in OF_ANSWERS and since.filter(pk__gt=message.pk, **same).exists():
        raise Unsendable(SAID_SINCE, called_off=True)
    number = WhatsAppNumber.objects.filter(brand=message.context["brand_id"]).first()
    if number and not window.is_open(window.spoke_at(number, message.to_address), clock.now()):
        raise Unsendable(WINDOW_CLOSED, called_off=True)
    return whatsapp.parcel(message, content(_view(message)), number)


composers.register(TEMPLATE, Medium.TELEGRAM, composers.singly(_to_telegram))
composers.register(TEMPLATE, Medium.WHATSAPP, composers.singly(_to_whatsapp))


def _view(message: Message) -> ChatView:
    if clock.now() - message.created_at > FRESH:
        raise Unsendable(TOO_LATE, called_off=True)
    if message.context["word"] in OF_ANSWERS:
        return _of_answer(message)
    with spoken.speaking(message.language):
        return _of_chat(message)


def _of_answer(message: Message) -> ChatView:
    """Return what follows what was just said of an ask."""
    asks = Invitation.objects.select_related(*kinds.FACTS, "survey__brand")
    ask = asks.filter(pk=message.context.get("invitation")).first()
    given = Response.objects.counted().filter(invitation=ask).first() if ask else None
    word, language, medium = message.context["word"], message.language, Medium(message.medium)
    if ask and word in ("change", "question"):
        return views.again(ask, given, language, medium=medium, above=_read(message) if word == "question" else "")
    if ask is None or given is None:
        raise Unsendable(NO_ANSWER, called_off=True)
    if word == "done":
        return views.thanks(ask, given, language)
    pressed = message.context.get("action", ""), message.context.get("value")
    if word == "further":
        return views.after(*pressed, ask, given, medium=medium)
    if word != "comment":
        shows = views.why if word == "score" else views.noted
        return shows(ask, given, language, offers.tapped(given.pk), medium=medium)
    with spoken.speaking(message.language):
        said = _("Thank you! Your words stand in your answer, and a person will read them.")
        change = ChatButton(_("Change my answer"), data(Action.CHANGE, ask.token))
        onward = [views.onward(pressed[1], ask.token)] if pressed[1] is not None else []
    return ChatView(said, ((*onward, change),))


def _read(message: Message) -> str:
    """Return what is said to whoever wrote to a person."""
    with spoken.speaking(message.language):
        return _("Thank you! A person at %(brand)s will read this.") % {"brand": message.context["brand"]}


def _of_chat(message: Message) -> ChatView:
    word, brand = message.context["word"], {"brand": message.context["brand"]}
    if word in NOTHING:
        return ChatView(views.closed(word))
    if word == "letter":
        return ChatView(_read(message))
    if word == "stopped":
        said = _("You get no more messages from %(brand)s.")
        return ChatView(said % brand, ((ChatButton(_("Write to me again"), data(Action.AGAIN)),),))
    words = {
        "welcome": _(
            "Hello! Here %(brand)s will ask you how it went: one tap is an answer, and a person reads what you"
            " write. No more messages: /stop"
        ),
        "stranger": _(
            "Hello! This is the bot of %(brand)s. We do not know yet who you are: please open the link that we gave"
            " you, and we will ask you here how it went."
        ),
    }
    if message.medium == Medium.WHATSAPP:
        words["welcome"] = _("%(brand)s will write to you again. No more messages: STOP")
    return ChatView(words[word] % brand)
