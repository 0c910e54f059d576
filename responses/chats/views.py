"""What the chat of an ask shows after the question: the question for the reason, then thanks."""

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
from delivery.media.messenger.view import ChatButton, ChatView, in_rows
from responses.models import Response
from responses.page import offers
from surveys.letters import chat_messages, kinds
from surveys.metrics import SCALES
from surveys.models import Invitation
from surveys.reviews import Reviewer, ReviewPlace, fitting
from surveys.wording import texts

# Two topics fit side by side on a phone.
TOPICS_IN_A_ROW = 2
# In Telegram a message has a hundred buttons at most, with all that they say in few kilobytes; in WhatsApp ten. Two of
# them are no topics.
MOST_TOPICS = {Medium.TELEGRAM: 80, Medium.WHATSAPP: 8}


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
        last = (ChatButton(_("Done"), data(Action.DONE, token)), _change(token))
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


def _change(token: str) -> ChatButton:
    return ChatButton(_("Change my answer"), data(Action.CHANGE, token))
