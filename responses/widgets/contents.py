"""What a page is told of a widget: the rules by which it asks, and the question with everything around it."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import colours
from accounts.customerlanguages import spoken
from responses.further_answers import LONGEST_PHONE, LONGEST_WORDS, PHONE, Given
from responses.models import WebWidget
from responses.page import further, offers, steps
from responses.page.buttons import buttons
from responses.page.further import ShownQuestion
from responses.page.offers import Offer
from responses.widgets.known import KnownWidget
from surveys.metrics import SCALES, Presentation, Tier
from surveys.reviews import Reviewer, fitting
from surveys.wording import texts
from surveys.wording.further import QuestionKind, asked

LOADER, QUESTION = "loader.js", "question.js"


def rules(known: KnownWidget, language: str) -> dict[str, Any]:
    """Return when and where a page asks the server at all; nothing here is secret."""
    widget = known.widget
    if known.has_closed:
        return {"closed": True}
    with spoken.speaking(language):
        label = _("Feedback")
    return {
        "shape": widget.shape,
        "share": widget.share,
        "delay": widget.delay_seconds,
        "scroll": widget.scroll_percent,
        "paths": widget.paths,
        "events": widget.events,
        "signedIn": widget.only_signed_in,
        "label": label,
        "language": language,
        "colours": palette(widget.survey.brand.colour),
        "module": module(),
    }


def question(known: KnownWidget, language: str) -> str:
    """Return the question with all that follows it, as JSON without its last bracket: the ticket comes behind it."""
    offer = offers.offered(language)
    widget = known.widget
    return _question(_Shown(known), language, offer, widget.survey.brand.colour, tuple(widget.values.items()))


def reviews(widget: WebWidget, *, score: int, language: str, contact_id: int | None) -> list[dict[str, str]]:
    """Return the places for a public review that whoever gave this score is shown."""
    reviewer = Reviewer(contact_id or 0, language, widget.product_id, SCALES[widget.survey.metric].tier_of(score))
    places = fitting(offers.reviews(widget.survey.brand_id), reviewer)
    return [{"url": place.url, "name": place.name} for place in places]


@lru_cache(maxsize=64)
def palette(colour: str) -> dict[str, str]:
    """Return the colours of a brand, so that they can be read in both schemes."""
    return {
        "brand": colour,
        "on": colours.text_on(colour),
        "light": colours.ink(colour, colours.LIGHT_SURFACE),
        "dark": colours.ink(colour, colours.DARK_SURFACE),
    }


def module() -> str:
    """Return the address of the script that shows the question; it changes with what stands in it."""
    return reverse("widget_question") + "?" + stamp(QUESTION)


@cache
def script(name: str) -> str:
    """Return a script as it is sent: without the lines that explain it, and without indents."""
    lines = map(str.strip, Path(settings.STATICFILES_DIRS[0], "js/widget", name).read_text().splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@cache
def packed(name: str) -> bytes:
    return gzip.compress(script(name).encode(), 9, mtime=0)


@cache
def stamp(name: str) -> str:
    return hashlib.sha256(script(name).encode()).hexdigest()[:12]


class _Shown:
    """A widget with the version it shows, as a key: the same while both stay, and what is shown beside the question."""

    def __init__(self, known: KnownWidget) -> None:
        self.known = known
        version = known.version
        survey = known.widget.survey
        self._key = (known.widget.pk, version.pk if version else None, survey.presentation, survey.brand.privacy_url)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shown) and other._key == self._key


@lru_cache(maxsize=256)
def _question(shown: _Shown, language: str, offer: Offer, colour: str, values: tuple[tuple[str, str], ...]) -> str:
    known = shown.known
    assert known.version is not None  # noqa: S101 what has closed is not asked
    survey, wording = known.widget.survey, steps.wording(known.version.pk, language)
    scale, brand = SCALES[survey.metric], survey.brand
    said = {field: texts.fill(wording[field], dict(values)) for field in texts.FIELDS}
    drawn = "" if survey.presentation == Presentation.NUMBERS else str(survey.presentation)
    with spoken.speaking(language):
        shown_buttons = buttons(
            scale, survey.presentation, low=said["low_label"], high=said["high_label"], state="{score}"
        )
        content = {
            "language": language,
            "direction": spoken.direction(language),
            "brand": brand.name,
            "colours": palette(colour),
            "question": said["question"],
            "low": said["low_label"],
            "high": said["high_label"],
            "drawn": drawn,
            "scores": [
                {"value": one.value, "name": one.name, "mouth": one.mouth, "tier": str(scale.tier_of(one.value))}
                for one in shown_buttons
            ],
            "whys": {str(tier): said[f"{tier}_question"] for tier in Tier},
            "thanks": {str(tier): said[f"{tier}_thanks"] for tier in Tier},
            "topics": offer,
            "privacy": brand.privacy_url,
            "words": _words(),
        }
        if questions := _further(known.version.pk, language, dict(values)):
            content["further"] = questions
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))[:-1]


def _further(version_id: int, language: str, values: dict[str, str]) -> list[dict[str, Any]]:
    """Return what is asked besides, each question with the tiers after whose scores it is; in the active language."""
    questions = further.of_version(version_id)
    by_tier = {str(tier): asked(questions, tier, language) for tier in Tier}
    found = []
    for one in questions:
        if tiers := [tier for tier, those in by_tier.items() if one in those]:
            shown = further.shown(one, language, values, Given(one.key))
            found.append(
                {
                    "key": one.key,
                    "kind": shown.kind,
                    "tiers": tiers,
                    "text": shown.text,
                    **_ways_to_answer(one.key, shown),
                }
            )
    return found


def _ways_to_answer(key: str, shown: ShownQuestion) -> dict[str, Any]:
    """Return what is tapped or written: options with their values and names, and what is read aloud where that differs;
    names for the two ends of a scale; how long words may get; the name, label and length of a line beside an option.
    """
    match shown.kind:
        case QuestionKind.TEXT:
            return {"longest": LONGEST_WORDS}
        case QuestionKind.CALL:
            line = [key + PHONE, _("Phone, and when it suits you"), LONGEST_PHONE]
            return {"options": [["1", _("Yes, please call me")]], "line": line}
        case QuestionKind.SCALE:
            first, *between, last = ([one.value, one.text] for one in shown.choices)
            named = [[*first, f"{first[0]}, {shown.low}"], *between, [*last, f"{last[0]}, {shown.high}"]]
            return {"options": named, "ends": [shown.low, shown.high]}
        case _:
            return {"options": [[one.value, one.text] for one in shown.choices]}


def _words() -> dict[str, str]:
    """Return what the widget itself says, in the active language."""
    return {
        "close": _("Close"),
        "send": _("Send"),
        "about": _("What was it about?"),
        "own": _("In your own words"),
        "saved": _("Your score is saved."),
        "back": _("Change my answer"),
        "good": _("If you like, say so publicly:"),
        "reviews": _("Public reviews:"),
        "privacy": _("Privacy notice"),
        "notSent": _("That could not be sent. Check your connection and try again."),
        "over": _("This survey has closed"),
    }


spoken.changed.connect(lambda **_signal: _question.cache_clear(), weak=False, dispatch_uid="responses.widgets.contents")
