"""Answers from tablets: each is taken once, however often it is sent, and one that cannot be taken stops no other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from django.db import DataError, IntegrityError, transaction

from accounts import tokens, visitors
from responses import services, statements
from responses.evidence.assessment import Act, Assessment, Label, weigh
from responses.kiosks import further, moments
from responses.kiosks.moments import GivenAt
from responses.kiosks.secret import KIOSK
from responses.kiosks.sending import AnswerRefused, TabletAnswer, TabletSending, id_of, tablet_of
from responses.models import KioskArrival, Tablet
from surveys.metrics import SCALES
from surveys.models import SurveyVersion

log = structlog.get_logger(__name__)

MINUTE = timedelta(minutes=1)
RUSH, OLD, CLOCK = "rush", "waited", "clock"


class Fate(StrEnum):
    """What became of an answer: the tablet forgets what was TAKEN or KNOWN, sets aside what was REFUSED, and sends
    once more what may be taken LATER."""

    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True)
class FateOfAnswer:
    """`id` is "" where none could be read; `code` says why one was refused."""

    id: str
    fate: Fate
    code: str = ""


def take(tablet: Tablet, sending: TabletSending, *, user_agent: str, now: datetime) -> Sequence[FateOfAnswer]:
    """Take what a tablet sends and return the fate of each answer, in their order.

    One sending of a tablet waits for another, so that the answers within a minute are counted right.
    """
    with transaction.atomic():
        Tablet.objects.select_for_update(of=("self",)).get(pk=tablet.pk)
        known = _of_device(tablet, sending)
        outcomes = [
            _taken(known.get(_given_on(said, tablet)), said, sending, user_agent, now) for said in sending.answers
        ]
        tablet.hear(waiting=sending.waiting, refused=sending.refused, now=now)
    if any(outcome.fate is Fate.TAKEN for outcome in outcomes):
        services.nudge_settling()
    return outcomes


def _of_device(tablet: Tablet, sending: TabletSending) -> Mapping[int, Tablet]:
    """Return by key the tablets that this device is and was, as far as answers name them."""
    named = {_given_on(said, tablet) for said in sending.answers} - {tablet.pk}
    earlier = Tablet.objects.of_device(tablet.device).filter(pk__in=named).select_related(*KIOSK) if named else ()
    return {tablet.pk: tablet} | {one.pk: one for one in earlier}


def _given_on(said: Any, tablet: Tablet) -> int:
    found = tablet_of(said)
    return tablet.pk if found is None else found


def _taken(tablet: Tablet | None, said: Any, sending: TabletSending, user_agent: str, now: datetime) -> FateOfAnswer:
    try:
        key = id_of(said)
    except AnswerRefused as refusal:
        return FateOfAnswer("", Fate.REFUSED, refusal.code)
    if tablet is None:
        return FateOfAnswer(key, Fate.REFUSED, "tablet")
    if not tablet.is_active:
        return FateOfAnswer(key, Fate.LATER)
    try:
        answer = TabletAnswer.read(said, SCALES[tablet.kiosk.survey.metric])
        _check_version(tablet, answer)
        paired_at = tablet.paired_at or now
        when = moments.given(answer.at, sent=sending.sent, paired_at=paired_at, now=now)
        verdict = _weighed(tablet, answer.gesture, when, user_agent)
        with transaction.atomic():
            is_new = record(tablet, answer, verdict, user_agent=user_agent, at=when.at, now=now)
    except AnswerRefused as refusal:
        log.warning("answer of a tablet refused", tablet=tablet.pk, code=refusal.code)
        return FateOfAnswer(key, Fate.REFUSED, refusal.code)
    except (DataError, IntegrityError):
        log.exception("answer of a tablet not taken", tablet=tablet.pk)
        return FateOfAnswer(key, Fate.LATER)
    return FateOfAnswer(key, Fate.TAKEN if is_new else Fate.KNOWN)


def record(
    tablet: Tablet,
    answer: TabletAnswer,
    verdict: Assessment,
    *,
    user_agent: str,
    at: datetime,
    now: datetime,
    finishes: bool = True,
) -> bool:
    """Keep an answer; return False where this tablet has sent one with this id before, which changes nothing."""
    language = answer.language or tablet.kiosk.starting_language
    kept = statements.KIOSK.run(
        {
            "kiosk_id": tablet.kiosk_id,
            "tablet_id": tablet.pk,
            "version_id": answer.version_id,
            "secret_hash": secret_hash(tablet, answer.id),
            "score": answer.score,
            "comment": answer.comment,
            "topic_ids": answer.topic_ids,
            "language": language,
            "finishes": finishes,
            "at": at,
            "now": now,
            "method": "POST",
            "asked_for": answer.score,
            "family": visitors.family(user_agent),
            "label": verdict.label.value,
            "evidence": json.dumps(verdict.reasons),
            "is_machine": verdict.is_held,
            "suspicion": json.dumps([] if verdict.label is Label.HUMAN else verdict.reasons),
        }
    )
    if kept is None:
        return False
    further.record(tablet.kiosk, kept[0], answer, language)
    return True


def secret_hash(tablet: Tablet, key: str) -> bytes:
    """Return what an answer is known by: its id means nothing without its tablet."""
    return tokens.digest(f"kiosk tablet {tablet.pk} {key}")


def is_rush(tablet: Tablet, at: datetime) -> bool:
    """Whether very many answers were given on a tablet within the minute before a moment."""
    lately = KioskArrival.objects.filter(
        tablet=tablet, response__answered_at__gt=at - MINUTE, response__answered_at__lte=at
    )
    return lately.count() >= tablet.kiosk.crowd


def _weighed(tablet: Tablet, gesture: str, when: GivenAt, user_agent: str) -> Assessment:
    family = visitors.family(user_agent)
    verdict = weigh(Act(method="POST", family=family, scripted=True, gesture=gesture))
    for reason in _doubts(when):
        verdict = verdict.in_doubt(reason)
    return verdict.held_back(RUSH) if is_rush(tablet, when.at) else verdict


def _doubts(when: GivenAt) -> Iterator[str]:
    if when.is_bounded:
        yield CLOCK
    if when.is_old:
        yield OLD


def _check_version(tablet: Tablet, answer: TabletAnswer) -> None:
    """Take only what was asked: a wording of this survey that was published, be it an earlier one."""
    published = SurveyVersion.objects.published().filter(survey=tablet.kiosk.survey_id, pk=answer.version_id)
    if not published.exists():
        raise AnswerRefused("version")
