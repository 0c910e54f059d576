"""The verbs of analytics: keeping true and small what stands beside the answers, and watching numbers for people."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts import clock
from analytics.alarms import watch
from analytics.dictionary import proposals
from analytics.explorer import changes
from analytics.models import AnswerChange
from analytics.reports import digests
from analytics.rollups import monthly_spreads, upkeep
from analytics.rollups.upkeep import Disagreement
from crm import samples
from responses.models import Response
from surveys.models import Invitation


def refresh_rollups() -> int:
    """Fold what changed since the last refresh into the rollups and return how many changes that were."""
    return upkeep.refresh()


def rebuild_rollups() -> None:
    """Count every day anew from the raw rows. Never needed, but the way out when check_rollups finds something."""
    upkeep.rebuild()
    monthly_spreads.measure()


def measure_spreads() -> int:
    """Measure anew how answers hang together by account, where they are too many to read; return how many sums."""
    return monthly_spreads.measure()


def trim_answer_changes() -> int:
    """Drop what nobody needs any more to know what changed of the answers; return how many rows that were."""
    return changes.trim()


def watch_numbers() -> int:
    """Look at every watched number, tell who watches of those that changed, and return how many did.

    Numbers of sample data alarm nobody.
    """
    refresh_rollups()
    if samples.are_there():
        return 0
    return len(watch.look())


def send_digests() -> int:
    """Queue the reports by mail that are due and return how many those were; doing it again sends none twice.

    None is sent of sample data.
    """
    return 0 if samples.are_there() else len(digests.queue_due(clock.now()))


def propose_words() -> int:
    """Propose new words for the dictionary of topics and return how many wait for a decision; none of sample data."""
    return 0 if samples.are_there() else proposals.propose(now=clock.now())


@transaction.atomic
def forget_survey(survey_id: int, answers: Collection[int]) -> None:
    """Forget all that was counted of a survey whose asks and `answers` (ids) are gone."""
    upkeep.forget(survey_id)
    AnswerChange.objects.filter(answer_id__in=answers).delete()


def check_rollups() -> list[Disagreement]:
    """Return every day or month in which the rollups do not count what the raw rows count."""
    return upkeep.disagreements()


def invitations_that_disagree_with_answers() -> list[int]:
    """Return the invitations that say they were answered and have no answer that counts, or the other way round.

    Response rates count `answered_at` of the invitation, a copy of what only the answers know.
    """
    counted = Response.objects.counted().filter(invitation=OuterRef("pk"))
    wrong = Q(answered_at__isnull=True) & Exists(counted) | Q(answered_at__isnull=False) & ~Exists(counted)
    return list(Invitation.objects.filter(wrong).order_by("pk").values_list("pk", flat=True))
