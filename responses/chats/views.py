"""What the chat of an ask shows after the question: the question for the reason, further questions, then thanks."""

from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import dates
from accounts.customerlanguages import spoken
from accounts.media import Medium
from accounts.timezones import zone
from delivery.media.messenger.buttons import Action, data
from delivery.media.messenger.view import ChatButton, ChatView, Rows, cut, in_rows, length
from responses import further_answers
from responses.chats import further
from responses.chats.further import QuestionTurn
from responses.further_answers import Given
from responses.models import Response
from responses.page import offers
from surveys.letters import chat_messages, kinds
from surveys.metrics import SCALES
from surveys.models import Invitation
from surveys.reviews import Reviewer, ReviewPlace, fitting
from surveys.wording import texts
from surveys.wording.further import STEPS, QuestionKind, QuestionText

# Two topics fit side by side on a phone.
TOPICS_IN_A_ROW = 2
# In Telegram a message has a hundred buttons at most, with all that they say in few kilobytes; in WhatsApp ten. Two of
# them are no topics.
MOST_TOPICS = {Medium.TELEGRAM: 80, Medium.WHATSAPP: 8}
# As much of a label and of a text is shown with buttons; a longer option stands in the text, under a number.
LONGEST_LABEL = {Medium.TELEGRAM: 64, Medium.WHATSAPP: 72}
LONGEST_TEXT = {Medium.TELEGRAM: 4096, Medium.WHATSAPP: 1024}
# Two options of such a length fit side by side.
SHORT = 18
# As much of what was written so far is shown.
REMINDED = 100


def why(invitation: Invitation, given: Response, language: str, tapped: Set[int], *, medium: Medium) -> ChatView:
    """Return the question of the category, with topics to tap."""
    context, token = kinds.context_of(invitation), invitation.token
    tier = SCALES[invitation.metric].tier_of(given.score)
    asked = texts.fill(chat_messages.words(invitation.version_id, language)[f"{tier}_question"], context)
    topics = [
        ChatButton(f"✓ {name}", data(Action.WITHOUT_TOPIC, token, topic))
        if topic in tapped
        else ChatButton(name, data(Action.WITH_TOPIC, token, topic))
        for topic, name in offers.offered(language)[: MOST_TOPICS[medium]]
    ]
    with spoken.speaking(language):
        chosen = _("You chose %(score)s.") % {"score": given.score}
        how = _("Tap what fits, or write it here in your own words.")
        last = (_done(invitation, given, token), _change(token))
        choose = _("Choose")
    return ChatView(f"{chosen}\n\n{asked}\n\n{how}", (*in_rows(topics, TOPICS_IN_A_ROW), last), choose)


def noted(invitation: Invitation, given: Response, language: str, tapped: Set[int], *, medium: Medium) -> ChatView:
    """Return which topics were tapped, in a chat that does not change what stands there already."""
    names = [name for topic, name in offers.offered(language) if topic in tapped]
    with spoken.speaking(language):
        chosen = _("You chose %(score)s.") % {"score": given.score}
        said = _("Noted: %(topics)s.") % {"topics": ", ".join(names)} if names else ""
        how = _("Tap what else fits, or write it here in your own words.")
    text = " ".join(filter(None, [chosen, said]))
    return replace(why(invitation, given, language, tapped, medium=medium), text=f"{text}\n\n{how}")


def thanks(invitation: Invitation, given: Response, language: str) -> ChatView:
    """Return the thanks of the category, with the places for a review."""
    context, token = kinds.context_of(invitation), invitation.token
    tier = SCALES[invitation.metric].tier_of(given.score)
    said = texts.fill(chat_messages.words(invitation.version_id, language)[f"{tier}_thanks"], context)
    with spoken.speaking(language):
        chosen = _("You chose %(score)s.") % {"score": given.score}
        rows = (
            *((_review(context, token, place),) for place in reviews(invitation, given, language)),
            (_change(token),),
        )
    return ChatView(f"{said}\n\n{chosen}", rows)


def question(invitation: Invitation, given: Response, turn: QuestionTurn, *, medium: Medium) -> ChatView:
    """Return a further question, with what is said to it so far; one too long for the chat leads to the page."""
    context, token, language = kinds.context_of(invitation), invitation.token, given.language
    turns, key = further.turns_of(invitation, given), turn.question.key
    said = further_answers.given_to(given.pk).get(key, Given(key))
    following = further.from_place(turns, turn.place + 1)
    with spoken.speaking(language):
        text = turn.question.text_in(language) or QuestionText()
        count = _("Question %(number)s of %(count)s") % {"number": turns.index(turn) + 1, "count": len(turns)}
        parts, labels = _asked(turn, text, context, said, medium)
        buttons = [
            ChatButton(label, data(_meant(turn, choice, said), token, turn.value_of(choice)))
            for choice, label in labels.items()
        ]
        last = (_leave(following, said, token), _change(token))
        whole = "\n\n".join(filter(None, [count, texts.fill(text.question, context), *parts]))
        if length(whole) > LONGEST_TEXT[medium]:
            said_so = _("This question is too long for the chat: please answer it in the browser.")
            return ChatView(f"{count}\n\n{said_so}", (*chat_messages.page(context, token), last))
        return ChatView(whole, (*_side_by_side(buttons), last), _("Choose"))


def after(action: str, value: int | None, invitation: Invitation, given: Response, *, medium: Medium) -> ChatView:
    """Return the further question that follows a press, thanks after the last one."""
    turn = further.shown_after(action, value, further.turns_of(invitation, given))
    return question(invitation, given, turn, medium=medium) if turn else thanks(invitation, given, given.language)


def again(
    invitation: Invitation, given: Response | None, language: str, *, medium: Medium, above: str = ""
) -> ChatView:
    """Return the question once more, with the answer so far; without one, `above` stands over it."""
    if given and invitation.expires_at:
        until = dates.customers_day(invitation.expires_at.astimezone(zone(invitation.contact.timezone)), language)
        with spoken.speaking(language):
            above = _("Your answer so far is %(score)s. Until %(date)s you can change it.") % {
                "score": given.score,
                "date": until,
            }
    context = kinds.context_of(invitation)
    chosen = given.score if given else None
    return chat_messages.question(context, language, invitation.token, above=above, chosen=chosen, medium=medium)


def closed(became: str) -> str:
    """Return what is said of a press of which nothing came."""
    return _("This question is closed. Thank you!") if became == "late" else _("This button is over.")


def reviews(invitation: Invitation, given: Response, language: str) -> Sequence[ReviewPlace]:
    """Return the places for a review that whoever gave this answer is shown; in a chat only public addresses open."""
    brand = invitation.brand or invitation.survey.brand
    if not brand.url.startswith("https://"):
        return ()
    contact = invitation.contact.merged_into_id or invitation.contact_id
    tier = SCALES[invitation.metric].tier_of(given.score)
    return fitting(offers.reviews(brand.pk), Reviewer(contact, language, invitation.product_id, tier))


def _review(context: dict[str, Any], token: str, place: ReviewPlace) -> ChatButton:
    return ChatButton(place.name, url=context["base_url"] + reverse("survey-review", args=[token, place.pk]))


def _asked(
    turn: QuestionTurn, text: QuestionText, context: dict[str, Any], said: Given, medium: Medium
) -> tuple[list[str], dict[str, str]]:
    """Return what stands below a further question, and the labels of its choices, in the active language."""
    kind, chosen = turn.question.kind, {*said.options, str(said.number)}
    names = dict.fromkeys(turn.choices, "")
    parts = []
    if kind.has_options:
        names = {choice: texts.fill(text.options[choice], context) for choice in turn.choices}
        if max(map(length, names.values())) > LONGEST_LABEL[medium] - length("✓ "):
            numbered = dict(zip(names, map(str, range(1, len(names) + 1)), strict=True))
            parts, names = ["\n".join(f"{numbered[choice]} – {names[choice]}" for choice in names)], numbered
    elif kind is QuestionKind.SCALE:
        names = {choice: choice for choice in turn.choices}
        ends = ((STEPS[0], text.low), (STEPS[-1], text.high))
        parts = ["\n".join(f"{step} – {texts.fill(end, context)}" for step, end in ends)]
    elif kind is QuestionKind.CALL:
        names = dict.fromkeys(turn.choices, _("Yes, please call me"))
        parts = [_("Write here by which phone, and when it suits you.")] if said.number == 1 else []
    else:
        parts = [_("You may write more here, or go on.") if said.words else _("Write your answer here.")]
    if said.words:
        parts = [f"“{cut(said.words, REMINDED)}”", *parts]
    return parts, {choice: f"✓ {name}" if choice in chosen else name for choice, name in names.items()}


def _meant(turn: QuestionTurn, choice: str, said: Given) -> Action:
    """Return what a press on a choice says: of those that may be changed a chosen one is not meant any more."""
    is_chosen = choice in said.options or choice == str(said.number)
    return Action.WITHOUT_OPTION if is_chosen and turn.question.kind in further.STAYS else Action.WITH_OPTION


def _leave(following: QuestionTurn | None, said: Given, token: str) -> ChatButton:
    label = _("Skip") if not said.says_something else _("Done") if following is None else _("Next")
    return ChatButton(label, _to(following, token))


def onward(place: int, token: str) -> ChatButton:
    """Return the button that goes on to a further question, in the active language."""
    return ChatButton(_("Next"), data(Action.GO_ON, token, place))


def _done(invitation: Invitation, given: Response, token: str) -> ChatButton:
    """Return the button that ends the reason of the score, in the active language."""
    return ChatButton(_("Done"), _to(further.from_place(further.turns_of(invitation, given), 0), token))


def _to(following: QuestionTurn | None, token: str) -> str:
    return data(Action.GO_ON, token, following.place) if following else data(Action.DONE, token)


def _side_by_side(buttons: Sequence[ChatButton]) -> Rows:
    longest = max((length(button.label) for button in buttons), default=0)
    return in_rows(buttons, len(STEPS) if longest <= len("✓ 1") else 2 if longest <= SHORT else 1)


def _change(token: str) -> ChatButton:
    return ChatButton(_("Change my answer"), data(Action.CHANGE, token))
