"""Texts that customers send back, taken up: an answer, its comment, a no, or a letter for a person.

No scanner sends texts: what comes from the phone we wrote to is a person's own gesture.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.setaside import Batch
from crm import suppressions
from crm.models import Contact
from crm.suppressions import No, Spelled
from delivery import correspondence
from delivery.media.messenger.arrivals import asks
from delivery.models import ChatEvent, IncomingText
from delivery.stopwords import asks_to_stop_texts
from responses import further_answers, services
from responses.chats import echoes, further, presses, standing
from responses.chats.further import QuestionTurn
from responses.further_answers import Given
from responses.models import LinkVisit, Response
from responses.texts.said import TextReading, cleaned, read
from surveys.fates.address_news import written_from
from surveys.models import Invitation, InvitationMessage

BATCH = 100
WITH = ("answers", "bot__brand", "whatsapp__brand")
TEXTS = Batch("texts", _("taking up customers' texts"), task="responses.take_texts", model=IncomingText)
# As long as what is typed on the page may get by texts that follow each other.
LONGEST_WORDS = 5000

Became = IncomingText.Became


def take_due(*, now: datetime | None = None, batch: int = BATCH) -> int:
    """Take up every text that waits, each once, and return how many were looked at."""
    # In a chat the button was pressed before its reason was written.
    presses.take_due(now=now)
    return TEXTS.take_all(IncomingText.objects.untaken, _take, now=now, size=batch)


def _take(text_ids: Sequence[int], now: datetime) -> None:
    for text in IncomingText.objects.filter(pk__in=text_ids).select_related(*WITH).order_by("pk"):
        became = _take_up(text)
        IncomingText.objects.filter(pk=text.pk).update(became=became, taken_at=now)
        if text.whatsapp_id:
            presses.open_again(text.medium, text.from_number, at=text.arrived_at)
        if text.account:
            echoes.of_words(text, became, text.account, invitation=_invitation(text))


def _take_up(text: IncomingText) -> str:
    """Do what a text wants, and say what became of it. A no comes first, whatever else it says."""
    invitation = _invitation(text)
    said = read(text.text, invitation.scale) if invitation else _unasked(text.text)
    if (text.opt_out or said.asks_to_stop) and (
        number := written_from(text.from_number, medium=text.medium, answers=text.answers)
    ):
        _stop(text, number)
        if invitation and said.score is not None:
            _answer(text, invitation, said)
        return Became.STOP
    if said.is_empty:
        return Became.NOTHING
    became = _answer(text, invitation, said) if invitation else None
    if became is None:
        correspondence.keep_text(text)
    return became or Became.LETTER


def _invitation(text: IncomingText) -> Invitation | None:
    if text.answers_id is None:
        return None
    asked = InvitationMessage.objects.filter(message=text.answers_id).select_related("invitation").first()
    return asked.invitation if asked else None


def _unasked(text: str) -> TextReading:
    """Read a text that answers no question: on no scale a number says anything."""
    return TextReading(asks_to_stop=True) if asks_to_stop_texts(text) else TextReading(words=cleaned(text))


def _stop(text: IncomingText, number: Spelled) -> None:
    where = text.provider_id if text.is_of_chat else f"{text.gateway_id}:{text.provider_id}"
    # In a chat a press takes it back.
    cause = echoes.cause_of(text.from_number) if text.is_of_chat else ""
    no = No(Contact.OptOut.UNSUBSCRIBED, text.arrived_at, number, f"“{text.text}” · {where}", cause)
    suppressions.opt_out_addresses([no])


def _answer(text: IncomingText, invitation: Invitation, said: TextReading) -> str | None:
    """Record what a text says as the answer, or as its comment; None where a person has to read it."""
    # A person's answer that is being written elsewhere comes first.
    given = Response.objects.counted().filter(invitation=invitation).select_for_update().first()
    if not services.may_answer(invitation, given, text.arrived_at):
        return None
    if given and (turn := standing.turn_of(text, invitation, given)):
        if (became := _further(text, invitation, given, turn)) != Became.COMMENT:
            return became
        # Where another question stands, a number is no score.
        said = TextReading(words=cleaned(text.text))
    if said.is_unclear:
        return None
    earlier = read(_earlier(text), invitation.scale).words
    comment = _joined(_without(given.comment if given else "", earlier), said.words)
    if len(comment) > LONGEST_WORDS:
        return None
    if said.score is not None and given and text.arrived_at < given.changed_at:
        # It was on its way for long: what was said since, on the page say, stands.
        return None
    if said.score is None and (given is None or not _is_comment(text, invitation, given)):
        return None
    services.record_text(
        invitation=invitation,
        score=said.score,
        comment=comment if said.words or text.replaces else None,
        method=LinkVisit.BY_CHAT if text.is_of_chat else LinkVisit.BY_TEXT,
        language=given.language if given else invitation.language,
        now=text.arrived_at,
    )
    return Became.COMMENT if said.score is None else Became.SCORE


def _is_comment(text: IncomingText, invitation: Invitation, given: Response) -> bool:
    """Say whether words are the comment of an answer. To whoever is in contact with the customer they are none, but
    where the customer pressed a button since, and the chat asks them for the reason."""
    if given.frozen_at is None:
        return True
    if not text.is_of_chat:
        return False
    pressed = ChatEvent.objects.presses_in(text.from_number, until=text.arrived_at).first()
    if pressed is None or bytes(pressed.link or b"") != bytes(invitation.token_hash or b""):
        return False
    return asks(pressed) and pressed.arrived_at > given.frozen_at


def _further(text: IncomingText, invitation: Invitation, given: Response, turn: QuestionTurn) -> str | None:
    """Record what a text says to the further question it was written under, and say what became of it.

    Words that follow each other are one answer, line by line; None where that gets longer than one may be, and a
    person has to read it. What says nothing to the question is a comment.
    """
    key = turn.question.key
    so_far = further_answers.given_to(given.pk).get(key, Given(key))
    words = _joined(_without(so_far.words, cleaned(_earlier(text))), cleaned(text.text))
    if len(words) > turn.longest(so_far) > 0:
        return None
    said = turn.written(so_far, words)
    if said is None:
        return Became.COMMENT
    asked = further.asked_in(further.turns_of(invitation, given))
    further_answers.record_one(given.pk, asked, said, language=given.language)
    visit = services.gesture(invitation, method=LinkVisit.BY_CHAT, asked_for=None, now=text.arrived_at)
    services.record_visit(visit, now=text.arrived_at)
    return Became.FURTHER


def _earlier(text: IncomingText) -> str:
    """Return the words in whose place an edited text stands, "" where it stands in nobody's."""
    if not text.replaces:
        return ""
    versions = IncomingText.objects.filter(
        bot=text.bot_id, whatsapp=text.whatsapp_id, provider_id=text.provider_id, pk__lt=text.pk
    )
    return versions.order_by("-pk").values_list("text", flat=True).first() or ""


def _without(said: str, words: str) -> str:
    """Return what was said so far without some of its lines."""
    return f"\n{said}\n".replace(f"\n{words}\n", "\n", 1).strip("\n") if words else said


def _joined(comment: str, words: str) -> str:
    if not words or words in comment.splitlines():
        return comment
    return f"{comment}\n{words}" if comment else words
