"""Answers from pages and apps: each ticket has one, said step by step, and whatever is sent twice changes nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.db import transaction

from accounts import visitors
from accounts.plaintext import clean
from responses import services, statements
from responses.evidence.assessment import Act, Assessment, Label, weigh
from responses.models import Response, WebWidget
from responses.open_links import limits
from responses.open_links.limits import Room
from responses.page.forms import LONGEST_COMMENT, gesture_of
from responses.widgets.ticket import WidgetTicket
from surveys.metrics import SCALES
from surveys.models import Invitation

MOST_TOPICS = 50
LARGEST_ID = 2**53


class NoAnswer(Exception):
    """What was sent makes no sense. `code` says which part: json, ticket, score, topics or comment."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooMany(Exception):
    """There is no room for one more new answer just now."""


@dataclass(frozen=True, kw_only=True)
class WidgetAnswer:
    """What a page says: `comment` None where it says nothing of words yet, `finishes` where the person is done."""

    score: int
    comment: str | None
    topic_ids: list[int]
    gesture: str
    finishes: bool

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
        gesture = said.get("gesture")
        return cls(
            score=score,
            comment=None if comment is None else clean(comment, limit=LONGEST_COMMENT, lines=True),
            topic_ids=sorted(set(topics)),
            gesture=gesture_of(gesture if isinstance(gesture, str) else None),
            finishes=said.get("finish") is True,
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
) -> None:
    """Record what was said so far. Raises TooMany where this would be a new answer and there is no room for it."""
    secret_hash = ticket.secret_hash(widget)
    before = Response.objects.filter(secret_hash=secret_hash).first()
    verdict = _verdict(widget, ticket, answer, before, user_agent=user_agent, source=source, now=now)
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
    statements.WIDGET_SCORE.run(
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
    if ticket.ask_id and not verdict.is_held:
        _end_waiting(ticket.ask_id, now)
    if answer.finishes:
        transaction.on_commit(services.nudge_settling)


def _verdict(
    widget: WebWidget,
    ticket: WidgetTicket,
    answer: WidgetAnswer,
    before: Response | None,
    *,
    user_agent: str,
    source: str,
    now: datetime,
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
    room = limits.room(widget, source) if before is None else Room.FREE
    if room is Room.FULL:
        raise TooMany
    is_of_crowd = before is not None and before.is_provisional and "crowd" in before.suspicion
    return verdict.held_back("crowd") if room is Room.CROWDED or is_of_crowd else verdict


def _end_waiting(ask_id: int, now: datetime) -> None:
    """Let the ask wait no longer: it was answered, on the page where it was shown."""
    asked = Invitation.objects.select_for_update(no_key=True).filter(pk=ask_id, answered_at__isnull=True).first()
    if asked is not None and asked.is_open:
        asked.mark_answered(at=now)


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_ID


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("no JSON")
