"""The survey page without an invitation, as in a preview: the steps of a wording, and nothing is recorded here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from responses import further_answers
from responses.page import offers, steps
from responses.page.forms import PageStep, Submission
from responses.page.steps import PageFrame
from surveys.metrics import SCALES
from surveys.models import SurveyVersion
from surveys.reviews import Reviewer, fitting
from surveys.wording import texts


@dataclass(frozen=True, kw_only=True)
class SaidBefore:
    """What stands in the form when it opens; `notice`: a sentence above it, `extras`: safe HTML below the thanks."""

    score: int | None = None
    comment: str = ""
    topics: frozenset[int] = frozenset()
    notice: str = ""
    extras: str = ""


NOTHING_SAID = SaidBefore()
NOTHING_SENT: Mapping[str, Sequence[str]] = {}


def frame(
    version: SurveyVersion,
    language: str,
    *,
    action: str,
    now: datetime,
    values: Mapping[str, str] | None = None,
    banner: str = "",
) -> PageFrame:
    """Return the frame of a wording, of a draft as it stands now; `values` fill its texts in place of made-up ones."""
    brand = version.survey.brand
    return PageFrame(
        action=action,
        language=language,
        colour=brand.colour,
        wording=texts.of(version, language),
        values={"brand": brand.name, **texts.samples(language), **(values or {})},
        scale=SCALES[version.survey.metric],
        presentation=version.survey.presentation,
        now=now,
        languages=tuple(brand.languages),
        imprint=brand.imprint_url,
        privacy=brand.privacy_url,
        logo=brand.logo,
        is_preview=True,
        banner=banner,
        questions=version.further,
    )


def step(frame: PageFrame, form: Submission | None, *, brand_id: int, before: SaidBefore = NOTHING_SAID) -> str:
    """Return the step that follows what was submitted, or the first one; every step brings its score along."""
    if form is None:
        return steps.score_step(frame, chosen=before.score, notice=before.notice)
    if form.goes_back or form.score is None:
        is_missing = form.score is None and not (form.goes_back or form.switch_to)
        return steps.score_step(frame, chosen=form.score, is_missing=is_missing, notice=before.notice)
    if form.step is PageStep.SCORE:
        if form.switch_to:
            return steps.score_step(frame, chosen=form.score, notice=before.notice)
        return why(frame, form.score, before.topics, before.comment)
    if form.step is PageStep.WHY and form.switch_to:
        return why(frame, form.score, frozenset(form.topic_ids), form.comment, form.further)
    return thanks(frame, form.score, brand_id=brand_id, extras=before.extras)


def thanks(frame: PageFrame, score: int, *, brand_id: int, extras: str = "") -> str:
    places = fitting(offers.reviews(brand_id), Reviewer(0, frame.language, None, frame.scale.tier_of(score)))
    return steps.thanks_step(
        frame, score=score, reviews=tuple((place.url, place.name) for place in places), extras=extras
    )


def why(
    frame: PageFrame,
    score: int,
    tapped: frozenset[int] = frozenset(),
    comment: str = "",
    sent: Mapping[str, Sequence[str]] = NOTHING_SENT,
) -> str:
    offer, given = offers.offered(frame.language), further_answers.read(frame.further(score), sent)
    return steps.why_step(frame, score=score, offer=offer, tapped=tapped, comment=comment, given=given)
