"""The ask and its reminder as text messages: the wording's own text, as short as it is paid for, with a short link."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import tokens
from accounts.customerlanguages import spoken
from accounts.media import Medium
from accounts.models import Brand
from delivery.composers import Composed, Composer, Unsendable, register
from delivery.media.sms import segments
from delivery.media.sms.parcel import ViberText
from delivery.media.sms.transport import parcel
from delivery.models import Message, TextGateway
from surveys.letters import last_check
from surveys.metrics import SCALES
from surveys.models import Invitation, SurveyVersion
from surveys.wording import texts

# As long as the tokens of invitations by text are.
SAMPLE_TOKEN = "0" * 22
# So much of a product's or person's name is enough to know what is meant.
LONGEST_NAME = 40
# As long as TurboSMS lets it be.
LONGEST_BUTTON = 30


def facts_of(invitation: Invitation) -> dict[str, Any]:
    """Return what a text needs that a letter does not, as JSON."""
    brand = invitation.brand or invitation.survey.brand
    return {"text_url": brand.text_url, "plain": invitation.survey.sms_plain}


def sample_link(brand: Brand) -> str:
    """Return a link that leads nowhere and is as long as those in texts of this brand are."""
    return brand.text_url + reverse("survey", args=[SAMPLE_TOKEN])


def written(body: str, values: Mapping[str, str], *, metric: str, link: str, replies_in: str | None = None) -> str:
    """Return the text that a customer gets: `body` filled in and, where they may write back, how, in that language."""
    scores = SCALES[metric].ends
    short = {name: _cut(value) for name, value in values.items() if isinstance(value, str)}
    filled = texts.fill(body, short | {"link": link, "scores": scores})
    said = "\n".join(line for line in (" ".join(line.split()) for line in filled.strip().splitlines()) if line)
    return said if replies_in is None else f"{said}\n{_how_to_reply(replies_in, scores, beside=said)}"


def _how_to_reply(language: str, scores: str, *, beside: str) -> str:
    """Return the words on writing back, and on getting no more; a text in plain letters is not made dearer by them."""
    with spoken.speaking(language):
        said = _("Reply: %(scores)s. No more texts: STOP") % {"scores": scores}
    is_dearer = segments.is_plain(beside) and not segments.is_plain(said)
    return _how_to_reply("en", scores, beside=beside) if is_dearer else said


def _cut(value: str) -> str:
    return value if len(value) <= LONGEST_NAME else value[: LONGEST_NAME - 3].rstrip() + "..."


def composer(field: str) -> Composer:
    """Return what writes texts with the words of one field of the wording; what must not go out is called off."""

    def compose(messages: Sequence[Message]) -> Sequence[Composed]:
        stopped = last_check.stopped(messages)
        gateways = {
            brand: TextGateway.objects.of_brand(brand)
            for brand in {message.context["brand_id"] for message in messages}
        }
        return [
            stopped.get(message.pk) or _composed(field, message, gateways[message.context["brand_id"]])
            for message in messages
        ]

    return compose


register("surveys.invite", Medium.SMS, composer("sms_body"))
register("surveys.reminder", Medium.SMS, composer("sms_reminder"))


def _composed(field: str, message: Message, gateway: TextGateway | None) -> Composed:
    context = message.context
    token = tokens.derive_again("invitation", context["invitation"], bytes.fromhex(context["link"]))
    link = context["text_url"] + around_token()[0] + token + around_token()[1]
    said = written(
        _body(field, context["version"], message.language),
        context,
        metric=context["metric"],
        link=link,
        replies_in=message.language if gateway and gateway.takes_replies else None,
    )
    text = segments.plain(said) if context["plain"] else said
    try:
        return parcel(message, text, gateway, _in_viber(said, link, gateway, message.language))
    except Unsendable as error:
        return error


def _in_viber(said: str, link: str, gateway: TextGateway | None, language: str) -> ViberText | None:
    """Return what goes to Viber before a text: the same words in all their letters, with a button if it has one."""
    if gateway is None or not gateway.viber_sender:
        return None
    viber = ViberText(sender=gateway.viber_sender, text=said, seconds=gateway.viber_minutes * 60)
    if not gateway.viber_has_button:
        return viber
    with spoken.speaking(language):
        button = pgettext("button in Viber, 30 characters at most", "Answer")[:LONGEST_BUTTON]
    words = said.replace(link, "").strip().rstrip(":").rstrip()
    # Viber takes no message without words.
    return replace(viber, text=words, button=button, link=link) if words else viber


@lru_cache(maxsize=1)
def around_token() -> tuple[str, str]:
    """Return what stands before and after the token in the path of a link."""
    before, _token, after = reverse("survey", args=[SAMPLE_TOKEN]).partition(SAMPLE_TOKEN)
    return before, after


@lru_cache(maxsize=256)
def _body(field: str, version_id: int, language: str) -> str:
    """Return a text of a published version, which never changes."""
    return texts.of(SurveyVersion.objects.select_related("survey").get(pk=version_id), language)[field]
