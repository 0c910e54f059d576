"""Answers from pages and apps: each ticket has one, said step by step, and whatever is sent twice changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.core.cache import cache
from django.db import transaction

from accounts import visitors
from accounts.plaintext import clean
from responses import further_answers, services, statements
from responses.evidence.assessment import Act, Assessment, Label, weigh
from responses.models import Response, WebWidget
from responses.open_links import limits
from responses.open_links.limits import Room
from responses.page import further
from responses.page.forms import LONGEST_COMMENT, gesture_of, is_further
from responses.widgets.ticket import LIFE, WidgetTicket
from surveys.locks import Work, wait_for
from surveys.metrics import SCALES
from surveys.models import Invitation
from surveys.wording.further import asked

MOST_TOPICS = 50
LARGEST_ID = 2**53


class NoAnswer(Exception):
    """What was sent makes no sense. `code` says which part: json, ticket, score, topics, comment, further or nth."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooMany(Exception):
    """There is no room for one more new answer just now."""


@dataclass(frozen=True, kw_only=True)
class WidgetAnswer:
    """What a page says: `comment` None where it says nothing of words yet, `further` None where nothing of further
    questions, `finishes` where the person is done. `nth`: which of the things it said this is, 0 where it counts none.
    """

    score: int
    comment: str | None
    topic_ids: list[int]
    further: Mapping[str, Sequence[str]] | None
    gesture: str
    finishes: bool
    nth: int

    @classmethod
    def read(cls, said: dict[str, Any], widget: WebWidget) -> WidgetAnswer:
        """Raises NoAnswer."""
        score, topics, comment = said.get("score"), said.get("topics", []), said.get("comment")
        if type(score) is not int or score not in SCALES[widget.survey.metric].scores:
            raise NoAnswer("score")
        if not isinstance(topics, list) or len(topics) > MOST_TOPICS or not all(map(_is_id, topics)):
            raise NoAnswer("topics")
        if comment is not None and not isinstance(comment, str):
            raise NoAnswer("comment")
        nth = said.get("nth", 0)
        if not _is_id(nth):
            raise NoAnswer("nth")
        gesture = said.get("gesture")
        return cls(
            score=score,
            comment=None if comment is None else clean(comment, limit=LONGEST_COMMENT, lines=True),
            topic_ids=sorted(set(topics)),
            further=_further(said.get("further")),
            gesture=gesture_of(gesture if isinstance(gesture, str) else None),
            finishes=said.get("finish") is True,
            nth=nth,
        )


def said_in(body: bytes) -> dict[str, Any]:
    """Return what a body says. Raises NoAnswer."""
    try:
        said = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NoAnswer("json") from error
    if not isinstance(said, dict):
        raise NoAnswer("json")
    return said


@transaction.atomic
def take(
    widget: WebWidget, ticket: WidgetTicket, answer: WidgetAnswer, *, user_agent: str, source: str, now: datetime
) -> bool:
    """Record what was said so far, all of it, unless something that was said later is here already.

    Return whether this is the first that counts. Raises TooMany where this would be a new answer and there is no room
    for it.
    """
    secret_hash = ticket.secret_hash(widget)
    if answer.nth and not _is_latest(secret_hash, answer.nth):
        return False
    before = Response.objects.filter(secret_hash=secret_hash).first()
    seen = _seen(widget, ticket, answer, user_agent=user_agent, source=source, now=now)
    verdict = _with_room(widget, seen, before, source=source)
    visit = {
        "secret_hash": secret_hash,
        "language": ticket.language,
        "now": now,
        "method": "POST",
        "asked_for": answer.score,
        "family": visitors.family(user_agent),
        "label": verdict.label.value,
        "evidence": json.dumps(verdict.reasons),
        "is_machine": verdict.is_held,
    }
    saved = statements.WIDGET_SCORE.run(
        {
            **visit,
            "widget_id": widget.pk,
            "version_id": ticket.version_id,
            "contact_id": ticket.contact_id,
            "invitation_id": ticket.ask_id,
            "score": answer.score,
            "suspicion": json.dumps([] if verdict.label is Label.HUMAN else verdict.reasons),
        }
    )
    if answer.comment is not None:
        statements.OPEN_DETAILS.run(
            {
                **visit,
                "comment": answer.comment,
                "topic_ids": answer.topic_ids,
                "finishes": answer.finishes,
                "is_human": verdict.label is Label.HUMAN,
            }
        )
    response_id = before.pk if before else saved[0] if saved else None
    if answer.further is not None and not seen.is_held:
        # Two that were sent at once say the same score, and only the first of them made it.
        response_id = response_id or Response.objects.values_list("pk", flat=True).get(secret_hash=secret_hash)
        _keep_further(widget, ticket, answer.score, answer.further, response_id)
    if ticket.ask_id and not verdict.is_held:
        _end_waiting(ticket.ask_id, now)
    if answer.finishes:
        transaction.on_commit(services.nudge_settling)
    return not verdict.is_held and (before is None or before.is_provisional)


def _is_latest(secret_hash: bytes, nth: int) -> bool:
    """Say whether nothing was said after this, and wait for what is just being kept: quick taps overtake each other."""
    wait_for(Work.WIDGET_ANSWER, int.from_bytes(secret_hash[:4], signed=True))
    name = f"widget-nth-{secret_hash.hex()}"
    if nth < cache.get(name, 0):
        return False
    cache.set(name, nth, int(LIFE.total_seconds()))
    return True


def _keep_further(
    widget: WebWidget, ticket: WidgetTicket, score: int, sent: Mapping[str, Sequence[str]], response_id: int
) -> None:
    questions = further.of_version(ticket.version_id)
    if questions:
        after = asked(questions, SCALES[widget.survey.metric].tier_of(score), ticket.language)
        given = further_answers.read(after, sent)
        further_answers.record(response_id, given.values(), language=ticket.language)


def _seen(
    widget: WebWidget, ticket: WidgetTicket, answer: WidgetAnswer, *, user_agent: str, source: str, now: datetime
) -> Assessment:
    family = visitors.family(user_agent)
    verdict = weigh(
        Act(
            method="POST",
            family=family,
            scripted=True,
            gesture=answer.gesture,
            since_shown=ticket.age(now),
            is_known=limits.is_known_machine(widget, source, family),
        )
    )
    if verdict.gives_away:
        limits.remember_machine(widget, source, family)
    return verdict


def _with_room(widget: WebWidget, seen: Assessment, before: Response | None, *, source: str) -> Assessment:
    """Return the verdict on what waits as well because it is one of too many. Raises TooMany."""
    room = limits.room(widget, source) if before is None else Room.FREE
    if room is Room.FULL:
        raise TooMany
    is_of_crowd = before is not None and before.is_provisional and "crowd" in before.suspicion
    return seen.held_back("crowd") if room is Room.CROWDED or is_of_crowd else seen


def _end_waiting(ask_id: int, now: datetime) -> None:
    """Let the ask wait no longer: it was answered, on the page where it was shown."""
    asked = Invitation.objects.select_for_update(no_key=True).filter(pk=ask_id, answered_at__isnull=True).first()
    if asked is not None and asked.is_open:
        asked.mark_answered(at=now)


def _further(said: Any) -> Mapping[str, Sequence[str]] | None:
    """Return what was said to further questions by the names of their fields, one value or several. Raises NoAnswer."""
    if said is None:
        return None
    if isinstance(said, dict):
        said = {name: [values] if isinstance(values, str) else values for name, values in said.items()}
    if not is_further(said):
        raise NoAnswer("further")
    found: Mapping[str, Sequence[str]] = said
    return found


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_ID


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("no JSON")
