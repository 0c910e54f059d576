"""Text messages as customers will get them, with what each costs, for whoever writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Organisation
from delivery.media.sms import segments
from delivery.media.sms.segments import Segments
from delivery.models import TextGateway
from surveys.letters import text_messages
from surveys.models import SurveyVersion
from surveys.wording import texts


@dataclass(frozen=True)
class TextSample:
    """One text, filled in: how it travels, what it costs where a gateway names its price, and what plain letters
    would make of it (`plainer`: that many parts, None where that changes nothing)."""

    field: str
    text: str
    segments: Segments
    cost: Decimal | None
    currency: str
    plainer: int | None
    is_standard: bool


def of(version: SurveyVersion, language: str) -> list[TextSample]:
    """Return the invitation and the reminder of a wording as they would be sent."""
    gateway = TextGateway.objects.of_brand(version.survey.brand_id)
    wording = texts.of(version, language)
    written = version.texts.get(language, {})
    return [
        _sample(field, wording[field], version, language, gateway, is_standard=not written.get(field))
        for field in texts.TEXTED
    ]


def price_of_ask(version: SurveyVersion, language: str) -> Decimal | None:
    """Return about what one ask by text costs, in the company's currency; None where no gateway names its price."""
    return next(sample.cost for sample in of(version, language) if sample.field == "sms_body")


def _sample(
    field: str, body: str, version: SurveyVersion, language: str, gateway: TextGateway | None, *, is_standard: bool
) -> TextSample:
    survey = version.survey
    values: Mapping[str, str] = {"brand": survey.brand.name, **texts.samples(language)}
    text = text_messages.written(
        body,
        values,
        metric=survey.metric,
        link=text_messages.sample_link(survey.brand),
        replies_in=language if gateway and gateway.takes_replies else None,
    )
    plain = segments.plain(text)
    sent = plain if survey.sms_plain else text
    measured, plainer = segments.measure(sent), segments.measure(plain).parts
    return TextSample(
        field=field,
        text=sent,
        segments=measured,
        cost=gateway.price * measured.parts if gateway and gateway.price else None,
        currency=Organisation.current().currency,
        plainer=plainer if plainer < measured.parts else None,
        is_standard=is_standard,
    )
