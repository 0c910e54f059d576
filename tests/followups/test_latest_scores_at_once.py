"""Two connections work out one contact: whoever comes last writes what is true then."""

import pytest

from accounts import clock
from crm.models import LatestScore, ScoreChange
from followups import latest_scores
from followups.models import Followup
from responses import latest_scores as answered
from responses.models import Response
from tests.crm.test_merging_at_once import at_once
from tests.factories import FollowupFactory, ResponseFactory
from tests.followups.test_routing_at_once import at_once as eight_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_revision_that_is_not_committed_yet_is_not_overwritten_by_what_was_seen_before():
    response = ResponseFactory(score=3, settled_at=clock.now())
    latest_scores.keep_due()

    def revise():
        Response.objects.filter(pk=response.pk).update(score=10)
        answered.keep([response.contact_id])

    at_once(revise, lambda: latest_scores.keep([response.contact_id]))

    assert LatestScore.objects.get().score == 10


def test_eight_sweeps_and_changes_between_them_end_with_the_truth():
    followup = FollowupFactory(response__score=3, response__settled_at=clock.now())

    def change():
        Followup.objects.filter(pk=followup.pk, first_contact_at=None).update(first_contact_at=clock.now())
        return latest_scores.keep_due()

    eight_at_once(change)
    latest_scores.keep_due()

    assert [(row.score, row.work) for row in LatestScore.objects.all()] == [(3, "reached")]
    assert not ScoreChange.objects.exists()
