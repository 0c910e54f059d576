"""The survey page: each step is rendered once per language with marks where visitors differ, then only filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts import dates
from accounts.customerlanguages import spoken
from responses.further_answers import Given
from responses.page import further
from responses.page.buttons import buttons
from responses.page.houses import House
from responses.page.offers import Offer
from responses.page.signs import sign
from surveys.metrics import SCALES, Presentation, Scale, Tier
from surveys.models import SurveyVersion
from surveys.wording import texts
from surveys.wording.further import Questions, asked

# A character of the private use area: it survives escaping, and input that holds it is harmless.
MARK = "\ue000"
MARKS = (
    "action", "brand", "brand_css", "heading", "low", "high", "notice", "no_notice", "no_error", "shown", "score",
    "comment", "body", "legal", "reply", "reviews", "root", "extras",
    "banner", "trouble", "sign", "hidden", "head", "link", "further",
)  # fmt: skip

Things = tuple[tuple[Any, str], ...]
EVERY_LANGUAGE = tuple(spoken.OWN)


class ShownScale(NamedTuple):
    """A scale as customers see it."""

    metric: str
    presentation: str


class Page:
    """Rendered HTML, cut at its marks."""

    def __init__(self, html: str) -> None:
        self.parts = html.split(MARK)

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the page with `values` (safe HTML) put in place of the marks; what has no value stays empty."""
        parts = self.parts.copy()
        parts[1::2] = [values.get(name, "") for name in parts[1::2]]
        return "".join(parts)


@lru_cache(maxsize=256)
def compiled(
    template: str,
    language: str,
    things: Things = (),
    languages: tuple[str, ...] = EVERY_LANGUAGE,
    answers: ShownScale | None = None,
) -> Page:
    """Render `template` for a language once; `things` (topics, review links) are what else it is made of.

    `languages` are those that the visitor may change to, `answers` the scale of its buttons.
    """
    marks: dict[str, Any] = {name: _marked(name) for name in MARKS}
    marks["things"] = [{"key": key, "name": name, "state": _marked(f"on-{key}")} for key, name in things]
    names = spoken.own_names()
    offered = [(code, names[code]) for code in languages if code in names]
    marks |= {"language": language, "languages": offered}
    with spoken.speaking(language):
        if answers:
            marks |= _scale_of(answers)
        return Page(render_to_string(f"survey/{template}.html", marks))


def _scale_of(answers: ShownScale) -> dict[str, Any]:
    """Return what the page shows of its scale, in the active language."""
    scale = SCALES[answers.metric]
    ends = {"low": _marked("low"), "high": _marked("high")}
    return {
        "lowest": scale.lowest,
        "highest": scale.highest,
        "drawn": "" if answers.presentation == Presentation.NUMBERS else answers.presentation,
        "buttons": list(buttons(scale, answers.presentation, state=_marked("on-{score}"), **ends)),
    }


spoken.changed.connect(lambda **_signal: compiled.cache_clear(), weak=False, dispatch_uid="responses.page.steps")


def _marked(name: str) -> str:
    return f"{MARK}{name}{MARK}"


@lru_cache(maxsize=256)
def brand_css(colour: str) -> str:
    """Return the address of the stylesheet that holds a brand's colour; it never changes, so it is kept for long."""
    return reverse("survey-brand", args=[colour.removeprefix("#").lower()])


@lru_cache(maxsize=256)
def wording(version_id: int, language: str) -> Mapping[str, str]:
    """Return the texts of a published version, which never change."""
    version = SurveyVersion.objects.select_related("survey").get(pk=version_id)
    return texts.of(version, language)


def worded(version_id: int, languages: Sequence[str]) -> tuple[str, ...]:
    """Return those of the languages in which a published version says everything."""
    if all(code in spoken.OWN for code in languages):
        return tuple(languages)
    return _worded(version_id, tuple(languages))


@lru_cache(maxsize=256)
def _worded(version_id: int, languages: tuple[str, ...]) -> tuple[str, ...]:
    written = SurveyVersion.objects.values_list("texts", flat=True).get(pk=version_id)
    return tuple(code for code in languages if texts.is_whole(written, code))


@dataclass(frozen=True, kw_only=True)
class PageFrame:
    """What every step of one visitor's page has in common. `values` fill the survey's texts."""

    action: str
    language: str
    colour: str
    wording: Mapping[str, str]
    values: Mapping[str, str]
    scale: Scale
    now: datetime
    presentation: str = Presentation.NUMBERS.value
    # When the visitor first saw this step, where they have seen it before: in another language, say.
    seen_since: datetime | None = None
    languages: tuple[str, ...] = EVERY_LANGUAGE
    imprint: str = ""
    privacy: str = ""
    # Where one asks for no more of these; "" where nobody was asked.
    unsubscribe: str = ""
    logo: str = ""
    # Then links lead straight to their places: nobody is asked, so there is nothing to count.
    is_preview: bool = False
    # A sentence that stands above every step.
    banner: str = ""
    # Why what was sent has not arrived; it stands above the form, which holds it still.
    trouble: str = ""
    # Safe HTML: what the form carries unseen, and what the head of the page tells programs.
    hidden: str = ""
    head: str = ""
    # All that the wording asks besides, after whatever score.
    questions: Questions = ()

    def text(self, field: str) -> str:
        return escape(texts.fill(self.wording[field], self.values))

    def further(self, score: int) -> Questions:
        """Return the further questions that are asked after a score."""
        return asked(self.questions, self.scale.tier_of(score), self.language)

    def fill(self, template: str, values: Mapping[str, str], *, things: Things = ()) -> str:
        common = {
            "action": escape(self.action),
            "root": "" if self.is_preview else escape(self.action),
            "brand": escape(self.values["brand"]),
            "sign": sign(self.values["brand"], self.logo),
            "brand_css": brand_css(self.colour),
            "shown": str(int((self.seen_since or self.now).timestamp() * 1000)),
            "no_error": " hidden",
            "no_notice": " hidden",
            "legal": self._legal(),
            "banner": f'<p class="banner" role="note" dir="auto">{escape(self.banner)}</p>' if self.banner else "",
            "hidden": self.hidden,
            "head": self.head,
            "trouble": f'<p class="error" role="alert">{escape(self.trouble)}</p>' if self.trouble else "",
        }
        answers = ShownScale(self.scale.metric, self.presentation)
        return compiled(template, self.language, things, self.languages, answers).fill({**common, **values})

    def _legal(self) -> str:
        """Return the links to imprint and privacy notice, as far as the brand has them, and out of all of this."""
        with spoken.speaking(self.language):
            links = [
                (self.imprint, _("Imprint")),
                (self.privacy, _("Privacy notice")),
                (self.unsubscribe, _("Unsubscribe")),
            ]
        return " ".join(f'<a href="{escape(url)}" rel="noreferrer">{escape(name)}</a>' for url, name in links if url)


def foot(languages: Sequence[str], imprint: str, privacy: str) -> dict[str, Any]:
    """Return what survey/_foot.html needs below a customer's page that is opened by one address in each language."""
    names = spoken.own_names()
    offered = [(code, names[code]) for code in languages if code in names]
    return {"languages": offered, "imprint": imprint, "privacy": privacy}


def score_step(frame: PageFrame, *, chosen: int | None, is_missing: bool = False, notice: str = "") -> str:
    """Return step one. `chosen` is marked and nothing more: only the person's own act sends it."""
    values = {
        "heading": frame.text("question"),
        "low": frame.text("low_label"),
        "high": frame.text("high_label"),
        "notice": escape(notice),
        "no_notice": "" if notice else " hidden",
        "no_error": "" if is_missing else " hidden",
    }
    if chosen is not None:
        values[f"on-{chosen}"] = " checked"
    return frame.fill("score", values)


def not_sent_yet(score: int | None, language: str) -> str:
    """Return the sentence for who came by a button of the letter: pressing it chose a score and sent nothing."""
    with spoken.speaking(language):
        return "" if score is None else _("Your %(score)s is not sent yet.") % {"score": score}


def not_sent_in_a_crowd(language: str) -> str:
    """Return the sentence for who sends something while the link is being opened very often."""
    with spoken.speaking(language):
        return _(
            "Not sent yet: this link is being opened very often just now. Everything you wrote is still here; send it"
            " again in a minute."
        )


def earlier_answer(score: int, language: str, until: datetime) -> str:
    """Return the sentence that tells of the answer given before; `until` is in the customer's zone."""
    with spoken.speaking(language):
        return _("Your answer so far is %(score)s. Until %(date)s you can change it.") % {
            "score": score,
            "date": dates.customers_day(until, language),
        }


def why_step(
    frame: PageFrame,
    *,
    score: int,
    offer: Offer,
    tapped: frozenset[int],
    comment: str,
    given: Mapping[str, Given] = further.NOTHING,
) -> str:
    """Return step two: the category's own question, topics to tap, room for words, and what is asked besides.

    `given`: what is said to the further questions so far, by their keys.
    """
    checked = {f"on-{topic_id}": " checked" for topic_id in tapped}
    heading = frame.text(f"{frame.scale.tier_of(score)}_question")
    values = {"heading": heading, "score": str(score), "comment": escape(comment), **checked}
    values["further"] = further.block(frame.further(score), frame.language, frame.values, given)
    return frame.fill("why", values, things=offer)


def thanks_step(frame: PageFrame, *, score: int, reviews: Things, extras: str = "") -> str:
    """Return step three. `reviews`: the way from this page and the name of each place; what stands above them is
    no more than a heading for whoever was not content. `extras`: safe HTML below the card."""
    tier = frame.scale.tier_of(score)
    with spoken.speaking(frame.language):
        above = _("If you like, say so publicly:") if tier is Tier.GOOD else _("Public reviews:")
    values = {"score": str(score), "body": frame.text(f"{tier}_thanks"), "reviews": escape(above), "extras": extras}
    return frame.fill("thanks", values, things=reviews)


def closed(reason: str, language: str, house: House | None = None) -> str:
    """Return the page of a link that leads nowhere any more: reason is unknown, busy, expired or withdrawn.

    `house`: whose it is, as far as that is known.
    """
    house = house or House()
    with spoken.speaking(language):
        sentence = escape(_("It still does not open? Write to {address}, and a person will read it."))
    address = f'<a href="mailto:{escape(house.reply_to)}">{escape(house.reply_to)}</a>'
    return compiled(reason, language, languages=spoken.codes()).fill(
        {
            "brand_css": brand_css(house.colour),
            "brand": escape(house.name),
            "sign": house.sign,
            "reply": sentence.replace("{address}", address) if house.reply_to else "",
        }
    )
