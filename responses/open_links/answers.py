"""Answers by open links: what one device said, recorded as answers to invitations are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accounts import tokens, visitors
from responses import services, statements
from responses.evidence.assessment import Assessment, Label
from responses.models import OpenLink, Response


@dataclass(frozen=True, kw_only=True)
class OpenAnswer:
    """The answer of a secret, before anything is said or afterwards: `said` is what is recorded so far."""

    link: OpenLink
    secret: str
    said: Response | None

    @classmethod
    def of(cls, link: OpenLink, secret: str) -> OpenAnswer:
        found = Response.objects.filter(secret_hash=tokens.digest(secret), entry=link.entry_id) if secret else ()
        return cls(link=link, secret=secret, said=next(iter(found), None))

    @property
    def own_score(self) -> int | None:
        """What the person answered so far; a machine's answer is not theirs, but that of a crowd is."""
        return None if self.said is None or (self.said.is_provisional and not self.is_of_crowd) else self.said.score

    @property
    def is_of_crowd(self) -> bool:
        return self.said is not None and "crowd" in self.said.suspicion

    def is_over(self, now: datetime) -> bool:
        """Whether it may not be changed any more, so that the device may give another one."""
        return self.said is not None and self.link.changes_until(self.said.answered_at) <= now


@dataclass(frozen=True, kw_only=True)
class OpenVisit:
    """One request that says something, with the verdict on it."""

    method: str
    user_agent: str
    asked_for: int | None
    verdict: Assessment

    def in_a_crowd(self) -> OpenVisit:
        return replace(self, verdict=self.verdict.held_back("crowd"))

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "asked_for": self.asked_for,
            "family": visitors.family(self.user_agent),
            "label": self.verdict.label.value,
            "evidence": json.dumps(self.verdict.reasons),
            "is_machine": self.verdict.is_held,
        }


def record_score(
    answer: OpenAnswer, visit: OpenVisit, *, version_id: int, score: int, language: str, now: datetime
) -> None:
    """Record the score (on the metric's scale) of a device; the same one again, or twice at once, is one answer."""
    verdict = visit.verdict
    statements.OPEN_SCORE.run(
        {
            **visit.parameters,
            "link_id": answer.link.pk,
            "version_id": version_id,
            "secret_hash": tokens.digest(answer.secret),
            "score": score,
            "language": language,
            "suspicion": json.dumps([] if verdict.label is Label.HUMAN else verdict.reasons),
            "now": now,
        }
    )


def record_words(
    answer: OpenAnswer,
    visit: OpenVisit,
    *,
    comment: str,
    topic_ids: Sequence[int],
    language: str,
    finishes: bool,
    now: datetime,
) -> None:
    """Record the words and tapped topics of an answer; where the person `finishes`, it settles at once.

    Of an answer that is one of a crowd they are kept, and it waits as before.
    """
    is_kept_as_is = answer.is_of_crowd and answer.said is not None and answer.said.is_provisional
    changed = statements.OPEN_DETAILS.run(
        {
            **visit.parameters,
            "secret_hash": tokens.digest(answer.secret),
            "comment": comment,
            "topic_ids": list(topic_ids),
            "language": language,
            "finishes": finishes,
            "is_human": visit.verdict.label is Label.HUMAN and not is_kept_as_is,
            "now": now,
        }
    )
    if changed and finishes:
        services.nudge_settling()
