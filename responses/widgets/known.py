"""The widgets as their pages ask for them: a few rows on a busy path, kept by each process for some seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from responses.models import WebWidget
from responses.page import steps
from surveys.judging import on_page
from surveys.models import SurveyVersion

# A change made in the administration takes effect after at most this long.
KEPT_SECONDS = 10
FACTS = ("entry", "survey__brand", "product", "manager")


@dataclass(frozen=True, eq=False)
class KnownWidget:
    """`version` is None where nothing was published yet."""

    widget: WebWidget
    version: SurveyVersion | None
    languages: tuple[str, ...]

    @property
    def has_closed(self) -> bool:
        return self.version is None or self.widget.has_closed

    def language(self, *wanted: str) -> str:
        """Return the first of the languages in which it can be read, else that of the widget, else of the survey."""
        chosen = (*wanted, self.widget.language, self.widget.survey.default_language)
        return next((code for code in chosen if code in self.languages), self.languages[0])

    def allows(self, origin: str | None) -> bool:
        """Whether a page of this origin may ask and read; None: no browser said where it comes from."""
        return self.widget.takes_apps if origin is None else origin in self.widget.origins

    @property
    def facts(self) -> dict[str, Any]:
        """What an ask by it is about, by column."""
        widget = self.widget
        named = ("manager_id", "team_id", "product_id", "channel_id", "campaign")
        return {column: getattr(widget, column) for column in named}


def find(key: str) -> KnownWidget | None:
    if not (key.isascii() and key.isalnum() and len(key) <= 20):
        return None
    return _find(key, int(time.monotonic() // KEPT_SECONDS))


def forget() -> None:
    """Read everything anew at the next request, the policy by which it is looked at too."""
    _find.cache_clear()
    on_page.forget()


@lru_cache(maxsize=256)
def _find(key: str, _period: int) -> KnownWidget | None:
    widget = WebWidget.objects.select_related(*FACTS).filter(key=key).first()
    if widget is None:
        return None
    survey = widget.survey
    version = SurveyVersion.objects.latest_of(survey.pk)
    languages = steps.worded(version.pk, survey.brand.languages) if version else ()
    return KnownWidget(widget, version, languages or (survey.default_language,))
