"""The record of verdicts: which was given when, with the trace of every rule. It is written once and never changed."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from surveys.judging.eligibility import Verdict
from surveys.models import Invitation

# A row has nothing to be checked again in Python; written by objects, recording took a third of the time of judging.
RECORD = """
    INSERT INTO surveys_judgement (invitation_id, at, verdict, reason, reminder, until, trace)
    SELECT n.invitation_id, %s, n.verdict, n.reason, n.reminder, n.until, n.trace::jsonb
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::smallint[], %s::timestamptz[], %s::text[])
        AS n (invitation_id, verdict, reason, reminder, until, trace)
"""


def trace_of(verdict: Verdict) -> list[dict[str, str | bool]]:
    """Return the trace of a verdict as it is kept and read."""
    return [
        {"rule": rule, "value": value, "passed": passed, "overridden": True}
        if overridden
        else {"rule": rule, "value": value, "passed": passed}
        for rule, value, passed, overridden in verdict.trace
    ]


def record(
    verdicts: Iterable[tuple[Invitation, Verdict]], now: datetime, reminders: Mapping[int, int] | None = None
) -> None:
    """Record verdicts given at `now` over invitations, or over the reminder of each whose number `reminders` tells."""
    numbers = reminders or {}
    rows = [
        (i.pk, verdict.outcome.value, verdict.reason, numbers.get(i.pk), verdict.until, json.dumps(trace_of(verdict)))
        for i, verdict in verdicts
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(RECORD, [now, *(list(column) for column in zip(*rows, strict=True))])
