"""The ask and its reminder in a chat: the question, and a button for each score."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import tokens
from accounts.customerlanguages import spoken
from accounts.media import Medium
from delivery.composers import Composed, Composer, Unsendable, register
from delivery.media.messenger.buttons import Action, data
from delivery.media.messenger.view import ChatButton, ChatView, Rows, in_rows
from delivery.media.telegram.transport import bots_by_number, parcel
from delivery.models import Message
from surveys.letters import last_check
from surveys.metrics import SCALES, Presentation, Scale
from surveys.models import SurveyVersion
from surveys.wording import points, texts

# So many buttons stand in a row at most, without their labels being cut on a phone.
WIDEST_ROW = 7
# So many scores a list in WhatsApp holds; a longer scale is answered by writing the number.
LONGEST_LIST = 10


def question(
    context: Mapping[str, Any],
    language: str,
    token: str,
    *,
    above: str,
    chosen: int | None = None,
    medium: Medium = Medium.TELEGRAM,
) -> ChatView:
    """Return the question with its scale, the score chosen so far marked; `above`: what stands over it.

    `context`: what `kinds.context_of` says of the ask.
    """
    scale, wording = SCALES[context["metric"]], words(context["version"], language)
    asked = texts.fill(wording["question"], context)
    low, high = (texts.fill(wording[label], context) for label in ("low_label", "high_label"))
    ends = f"{scale.lowest} – {low}\n{scale.highest} – {high}"
    shown = context.get("presentation", Presentation.NUMBERS.value)
    is_written = medium == Medium.WHATSAPP and len(scale.scores) > LONGEST_LIST
    with spoken.speaking(language):
        how = _("Write your number here.") if is_written else ""
        stop = _("No more messages: STOP") if medium == Medium.WHATSAPP else _("No more messages: /stop")
        choose = _("Choose")
        rows = (*(() if is_written else _scale(scale, shown, token, chosen)), *page(context, token))
    return ChatView("\n\n".join(filter(None, [above, f"{asked}\n{ends}", how, stop])), rows, choose)


def words(version_id: int, language: str) -> Mapping[str, str]:
    """Return the texts of a published version."""
    return _words(version_id, language)


@lru_cache(maxsize=256)
def _words(version_id: int, language: str) -> Mapping[str, str]:
    return texts.of(SurveyVersion.objects.select_related("survey").get(pk=version_id), language)


def _scale(scale: Scale, shown: str, token: str, chosen: int | None) -> Rows:
    buttons = []
    for score in scale.scores:
        label = " ".join(filter(None, [points.sign(scale, score, shown), str(score)]))
        marked = f"✓ {label}" if score == chosen else label
        buttons.append(ChatButton(marked, data(Action.SCORE, token, score)))
    return in_rows(buttons, WIDEST_ROW if len(buttons) <= WIDEST_ROW else (len(buttons) + 1) // 2)


def page(context: Mapping[str, Any], token: str) -> Rows:
    """Return the way to the page, for whoever prefers it; Telegram takes no address that is not public."""
    base = context["base_url"]
    if not base.startswith("https://"):
        return ()
    return ((ChatButton(_("Answer in the browser"), url=base + reverse("survey", args=[token])),),)


def composer(above: str) -> Composer:
    """Return what writes messages with one field of the wording above the question; what must not go out is called
    off."""

    def compose(messages: Sequence[Message]) -> Sequence[Composed]:
        stopped = last_check.stopped(messages)
        bots = bots_by_number()
        return [stopped.get(message.pk) or _composed(above, message, bots) for message in messages]

    return compose


register("surveys.invite", Medium.TELEGRAM, composer("email_greeting"))
register("surveys.reminder", Medium.TELEGRAM, composer("reminder_subject"))


def _composed(above: str, message: Message, bots: Mapping[int, int]) -> Composed:
    context = message.context
    token = tokens.derive_again("invitation", context["invitation"], bytes.fromhex(context["link"]))
    opening = texts.fill(words(context["version"], message.language)[above], context)
    try:
        return parcel(message, question(context, message.language, token, above=opening), bots)
    except Unsendable as error:
        return error
