"""Eight connections meet the same rows: each row is worked once, nothing is lost, nobody waits for ever."""

from itertools import count, pairwise
from uuid import uuid4

import pytest

from accounts import clock
from followups import bulk
from followups.models import BulkDeed, Followup, FollowupIsClosed
from tests.factories import FollowupFactory, TeamFactory, UserFactory
from tests.followups.test_routing_at_once import WORKERS, at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 30


@pytest.fixture
def people():
    team = TeamFactory()
    return [UserFactory(team=team) for _ in range(WORKERS)]


@pytest.fixture
def rows(people):
    return [FollowupFactory(team=people[0].team, response__score=10).pk for _ in range(ROWS)]


def dismiss(rows, by, key=None):
    return bulk.do(
        rows,
        lambda row: row.as_dismissed(by=by, at=clock.now(), reason="Over."),
        kind=BulkDeed.Kind.DISMISS,
        key=key or uuid4(),
        by=by,
    )


def test_one_form_sent_eight_times_at_once_is_one_deed(rows, people):
    key = uuid4()

    done = at_once(lambda: dismiss(rows, people[0], key).pk)

    assert len(set(done)) == BulkDeed.objects.count() == 1
    assert BulkDeed.objects.get().size == ROWS
    assert [row.activities.count() for row in Followup.objects.all()] == [1] * ROWS


def test_eight_people_dismiss_the_same_rows_and_each_row_is_dismissed_once(rows, people):
    numbers = count()

    def one():
        number = next(numbers)
        return dismiss(rows if number % 2 else rows[::-1], people[number]).size

    assert sum(at_once(one)) == ROWS
    assert [row.activities.count() for row in Followup.objects.all()] == [1] * ROWS


def test_single_verbs_bulk_and_undo_at_once_leave_every_row_with_a_true_history(rows, people):
    first, numbers = dismiss(rows, people[0]), count()

    def one():
        number = next(numbers)
        if number == 0:
            return bulk.undo(first, by=people[0]).pk
        for pk in rows[number::WORKERS]:
            try:
                Followup.objects.get(pk=pk).reopen(by=people[number])
                Followup.objects.get(pk=pk).resolve(outcome="thanked", by=people[number])
            except FollowupIsClosed:
                continue
        return dismiss(rows, people[number]).size

    at_once(one)

    for row in Followup.objects.all():
        steps = [activity.change for activity in row.activities.order_by("pk")]
        assert all(step["from"] == before["to"] for before, step in pairwise(steps))
        assert steps[-1]["to"] == row.status


def test_eight_people_give_themselves_the_same_rows_and_the_trail_has_no_gap(rows, people):
    numbers = count()

    def take():
        person = people[next(numbers)]
        return bulk.do(
            rows, lambda row: row.as_assigned(person), kind=BulkDeed.Kind.ASSIGN, key=uuid4(), by=person
        ).size

    assert at_once(take) == [ROWS] * WORKERS
    for row in Followup.objects.select_related("assignee"):
        steps = [activity.change for activity in row.activities.order_by("pk")]
        assert [step["from"] for step in steps[1:]] == [step["to"] for step in steps[:-1]]
        assert steps[-1]["to"] == str(row.assignee)
