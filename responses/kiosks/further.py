"""The further questions that a kiosk asks: those of its survey, but for what nobody should leave on a tablet."""

from __future__ import annotations

from responses import further_answers
from responses.further_answers import Sent
from responses.kiosks.sending import TabletAnswer
from responses.models import Kiosk
from responses.page import further
from surveys.metrics import SCALES
from surveys.wording.further import QuestionKind, Questions

# Where somebody can be called would wait on a tablet in a hall.
NOT_ASKED = (QuestionKind.CALL,)


def of_kiosk(kiosk: Kiosk, version_id: int) -> Questions:
    """Return what a kiosk asks of a wording: without a keyboard, no words."""
    left_out = NOT_ASKED if kiosk.asks_words else (*NOT_ASKED, QuestionKind.TEXT)
    return tuple(one for one in further.of_version(version_id) if one.kind not in left_out)


def record(kiosk: Kiosk, response_id: int, answer: TabletAnswer, language: str) -> None:
    """Keep what an answer says to the further questions of the wording that was shown."""
    if answer.further:
        keep(kiosk, response_id, answer.version_id, answer.further, score=answer.score, language=language)


def keep(kiosk: Kiosk, response_id: int, version_id: int, sent: Sent, *, score: int, language: str) -> None:
    """Keep what was sent to the questions that follow a score."""
    questions = tuple(one for one in further.of_version(version_id) if one.kind not in NOT_ASKED)
    if questions:
        tier = SCALES[kiosk.survey.metric].tier_of(score)
        said = further_answers.said(questions, sent, tier=tier, language=language)
        further_answers.record(response_id, said, language=language)
