"""What a tablet shows: every view in every language of the brand, so that it needs no network to show the next one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from accounts.customerlanguages import spoken
from responses.further_answers import LONGEST_WORDS
from responses.kiosks import further
from responses.models import Kiosk, Tablet
from responses.page import further as page_further
from responses.page import offers, steps
from responses.page.buttons import buttons
from responses.page.signs import sign
from surveys.metrics import SCALES, Presentation, Tier
from surveys.models import SurveyVersion
from surveys.wording import texts
from surveys.wording.further import Questions, asked

SCORE, WHY, THANKS, CLOSED = "score", "why", "thanks", "closed"
VIEWS = (SCORE, WHY, THANKS, "countdown")
# What scripts a page has: each does one thing, and they tell one another by events of the document. The one that says
# when to begin comes last: the others must be there to hear it.
MODULES = tuple(f"js/kiosk/{name}.js" for name in ("stage", "staff", "shell", "post"))
STYLES = ("css/survey.css", "css/kiosk.css")


@dataclass(frozen=True)
class KioskPage:
    """`version_id` is None where it asks nothing now: it is switched off, or its survey is."""

    tablet: Tablet
    version_id: int | None
    languages: Sequence[str]

    @classmethod
    def of(cls, tablet: Tablet) -> KioskPage:
        kiosk = tablet.kiosk
        version = None if kiosk.has_closed else SurveyVersion.objects.latest_of(kiosk.survey_id)
        offered = kiosk.survey.brand.languages
        languages = steps.worded(version.pk, offered) if version else tuple(offered)
        return cls(tablet, version.pk if version else None, languages)

    @property
    def kiosk(self) -> Kiosk:
        return self.tablet.kiosk

    @property
    def asks_why(self) -> bool:
        return (
            self.kiosk.asks_words
            or bool(self._further())
            or any(offers.offered(language) for language in self.languages)
        )

    @property
    def language(self) -> str:
        """The language in which each visitor finds it."""
        starting = self.kiosk.starting_language
        return starting if starting in self.languages or not self.languages else self.languages[0]

    def render(self, step: str, language: str, **more: Any) -> str:
        """Return the page at a step. Where scripts run they show all others themselves; without, each is a page."""
        language = language if language in self.languages else self.language
        shown = CLOSED if self.version_id is None else step
        everything = self._everything()
        brand, names = self.kiosk.survey.brand, spoken.own_names()
        content = {
            "language": language,
            "starting_language": self.language,
            "languages": [(code, names[code]) for code in self.languages if code in names],
            "brand": brand.name,
            "sign": sign(brand.name, brand.logo),
            "brand_css": steps.brand_css(brand.colour),
            "tablet": self.tablet,
            "kiosk": self.kiosk,
            "version_id": self.version_id or "",
            "stamp": self.stamp(everything),
            "views": everything,
            "modules": [static(module) for module in MODULES],
            "view": self._view(shown, language, **more),
            "step": shown,
            **more,
        }
        with spoken.speaking(language):
            return render_to_string("kiosk/page.html", content)

    def stamp(self, everything: str | None = None) -> str:
        """Return what changes whenever the page does."""
        kiosk = self.kiosk
        facts = (everything or self._everything(), kiosk.pin_hash, str(kiosk), kiosk.place, self.tablet.name,
                 kiosk.survey.brand.colour, kiosk.survey.brand.logo, self.language, str(self.version_id),
                 *map(static, MODULES + STYLES))  # fmt: skip
        return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:16]

    def _everything(self) -> SafeString:
        """Return all views of all languages, for scripts to show."""
        names = (CLOSED,) if self.version_id is None else VIEWS
        views = [
            f'<template data-name="{name}" data-in="{language}" data-direction="{spoken.direction(language)}">'
            f"{self._view(name, language)}</template>"
            for language in self.languages
            for name in names
        ]
        views += [each for language in self.languages for each in self._further_views(language)]
        return mark_safe("\n".join(views))  # noqa: S308 rendered templates under names of our own

    def _further(self) -> Questions:
        return () if self.version_id is None else further.of_kiosk(self.kiosk, self.version_id)

    def _further_views(self, language: str) -> Iterator[str]:
        """Yield a view for each further question that a language says, with the scores that it follows."""
        with spoken.speaking(language):
            for one in page_further.each_shown(self._further(), language, self.kiosk.values, page_further.NOTHING):
                said = render_to_string("kiosk/further.html", {"question": one, "longest_words": LONGEST_WORDS})
                named = f'data-name="{one.name}" data-in="{language}" data-direction="{spoken.direction(language)}"'
                yield f'<template {named} data-tiers="{" ".join(one.tiers)}">{said}</template>'

    def _view(self, name: str, language: str, *, score: int | None = None, **_more: Any) -> str:
        with spoken.speaking(language):
            return render_to_string(f"kiosk/{name}.html", self._said(language, score))

    def _said(self, language: str, score: int | None) -> dict[str, Any]:
        if self.version_id is None:
            return {"language": language}
        kiosk, wording = self.kiosk, steps.wording(self.version_id, language)
        survey, scale = kiosk.survey, SCALES[kiosk.survey.metric]
        said = {field: texts.fill(wording[field], kiosk.values) for field in texts.FIELDS}
        tiers = list(Tier) if score is None else [scale.tier_of(score)]
        drawn = "" if survey.presentation == Presentation.NUMBERS else survey.presentation
        shown = buttons(scale, survey.presentation, low=said["low_label"], high=said["high_label"], state="")
        questions = self._further()
        follow = asked(questions, tiers[0], language) if score is not None else ()
        return {
            "further": page_further.block(follow, language, kiosk.values, page_further.NOTHING),
            "has_more": score is None and any(one.text_in(language) for one in questions),
            "language": language,
            "said": said,
            "scale": scale,
            "drawn": drawn,
            "buttons": [(button, scale.tier_of(button.value)) for button in shown],
            "whys": [(tier, said[f"{tier}_question"]) for tier in tiers],
            "thanks": [(tier, said[f"{tier}_thanks"]) for tier in tiers],
            "topics": offers.offered(language),
            "asks_words": kiosk.asks_words,
            # Of several only one is shown: which, the score says.
            "is_chosen": score is not None,
        }
