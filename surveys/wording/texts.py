"""What customers read: the fields of a wording, the standard texts of a new survey, and how they are filled in.

A text may hold `{brand}`, `{product}`, `{manager}` and `{name}`. Only the brand is always known, so whatever needs
another value stands in double brackets: `[[about {product}]]` is left out when there is no product, and
`[[Hello {name}|Hello]]` then takes what follows the bar.
"""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.customerlanguages import spoken
from delivery.media.sms.segments import MOST_PARTS, measure
from surveys.metrics import Metric
from surveys.wording import en, lt, ru, uk

if TYPE_CHECKING:
    from surveys.models import SurveyVersion

# Questions and thanks by tier: what they are called on a page depends on the metric.
FIELDS: tuple[str, ...] = (
    "question",
    "low_label",
    "high_label",
    "bad_question",
    "middle_question",
    "good_question",
    "bad_thanks",
    "middle_thanks",
    "good_thanks",
    "email_subject",
    "email_preheader",
    "email_greeting",
    "email_body",
    "email_button",
    "reminder_subject",
    "reminder_body",
    "thanks_subject",
    "thanks_body",
)
# What a wording has for text messages. Nobody has to write them: what is empty is said by our own words.
TEXTED: tuple[str, ...] = ("sms_body", "sms_reminder")
EVERY_FIELD = FIELDS + TEXTED
PLACEHOLDERS = frozenset({"brand", "product", "manager", "name"})
# A text has no button and no scale under it.
PLACEHOLDERS_OF_TEXTS = PLACEHOLDERS | {"link", "scores"}

# As long as what is filled into a text message may get.
LONG_VALUE = "x" * 40

# The texts that a new survey begins with, by metric and language.
STANDARD: Mapping[str, Mapping[str, dict[str, str]]] = {
    Metric.NPS: {"en": en.NPS, "uk": uk.NPS, "ru": ru.NPS, "lt": lt.NPS},
    Metric.CSAT: {"en": en.CSAT, "uk": uk.CSAT, "ru": ru.CSAT, "lt": lt.CSAT},
    Metric.CSAT10: {"en": en.CSAT10, "uk": uk.CSAT10, "ru": ru.CSAT10, "lt": lt.CSAT10},
    Metric.CES: {"en": en.CES, "uk": uk.CES, "ru": ru.CES, "lt": lt.CES},
}

CHOICE = re.compile(r"\[\[(?P<known>[^\[\]|]*)(?:\|(?P<unknown>[^\[\]|]*))?\]\]")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def samples(language: str) -> dict[str, str]:
    """Return made-up values for previews, as readers of a language know them."""
    with spoken.speaking(language):
        return {"name": _("Robin"), "product": _("Writing desk"), "manager": _("Alex Example")}


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with the placeholders filled in; a missing or empty value drops its bracketed part.

    Values are put in as they are and never read as text to fill, so a product called "{name}" stays one.
    """

    def choose(match: re.Match[str]) -> str:
        known = match["known"]
        return known if all(values.get(name) for name in PLACEHOLDER.findall(known)) else match["unknown"] or ""

    return PLACEHOLDER.sub(lambda match: values.get(match[1]) or "", CHOICE.sub(choose, text))


def of(version: "SurveyVersion", language: str) -> dict[str, str]:
    """Return every field of a wording in `language`.

    A field without text falls back to the survey's default language, then to English, then to the standard text. What
    a text message says falls back to the standard text of its own language first: it may be written in some only.
    """
    written: dict[str, dict[str, str]] = version.texts
    sources = [written.get(code, {}) for code in (language, version.survey.default_language, "en")]
    standard = STANDARD[version.survey.metric]
    own = standard.get(language, {})
    sources.append(own or standard["en"])
    of_texts = [sources[0], own, *sources[1:]]
    return {
        field: next((text for source in (of_texts if field in TEXTED else sources) if (text := source.get(field))), "")
        for field in EVERY_FIELD
    }


def is_whole(written: Mapping[str, Mapping[str, str]], language: str) -> bool:
    """Whether a wording says everything in a language; of those that come with Plumb we have texts to stand in."""
    said = written.get(language, {})
    return language in spoken.OWN or all(said.get(field, "").strip() for field in FIELDS)


def offered(version: "SurveyVersion") -> list[str]:
    """Return the languages of the brand in which a wording can be sent: in no added one by halves."""
    return [code for code in version.survey.brand.languages if is_whole(version.texts, code)]


def known_placeholders(field: str) -> frozenset[str]:
    """Return what is filled in where a field of the wording is shown."""
    return PLACEHOLDERS_OF_TEXTS if field in TEXTED else PLACEHOLDERS


def lacks_its_link(field: str, text: str) -> bool:
    """Say whether a text message would go out without its link, or with two."""
    if field not in TEXTED or not text.strip():
        return False
    # Inside brackets it may be left out, or come a second time.
    counts = {PLACEHOLDER.findall(part).count("link") for part in (text, CHOICE.sub("", text))}
    return counts != {1}


def is_too_long(field: str, text: str) -> bool:
    """Say whether a text message might be cut into more parts than go out, with names and a link that are long."""
    if field not in TEXTED:
        return False
    filled = fill(text, dict.fromkeys(PLACEHOLDERS_OF_TEXTS, LONG_VALUE))
    return measure(filled).parts > MOST_PARTS


def unknown_placeholders(text: str, known: Collection[str] = PLACEHOLDERS) -> list[str]:
    """Return, in order, the placeholders in `text` that nothing fills, and stray brackets."""
    strays = re.findall(r"\[\[|\]\]|[{}]", PLACEHOLDER.sub("", CHOICE.sub(lambda m: m[0][2:-2], text)))
    return [name for name in PLACEHOLDER.findall(text) if name not in known] + strays
