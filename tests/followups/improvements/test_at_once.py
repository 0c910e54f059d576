"""Eight connections meet the same votes and the same letters."""

from datetime import timedelta
from itertools import count

import pytest

from accounts import clock
from delivery.models import Message
from followups.improvements import changes, runs
from followups.models import ImprovementLetter
from tests.factories import InvitationFactory, ResponseFactory, UserFactory
from tests.followups.test_routing_at_once import WORKERS, at_once

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = 12


@pytest.fixture
def improvement():
    return changes.propose(by=UserFactory(), title="Deliver on the day", why="Late.")


def test_one_person_votes_once_however_often_they_press(improvement):
    voter = UserFactory()

    done = at_once(lambda: changes.vote(improvement, by=voter))

    assert sum(done) == 1
    assert improvement.votes.filter(person=voter).count() == 1


def test_eight_people_vote_at_once_and_all_count(improvement):
    voters, numbers = [UserFactory() for _ in range(WORKERS)], count()

    at_once(lambda: changes.vote(improvement, by=voters[next(numbers)]))

    assert improvement.votes.count() == WORKERS + 1


def test_eight_presses_and_eight_writers_are_one_letter_a_customer(improvement):
    boss = UserFactory(is_superuser=True)
    at = clock.now() - timedelta(days=30)
    answers = [
        ResponseFactory(score=2, invitation=InvitationFactory(status="answered", asked_at=at, queued_at=at))
        for _number in range(CUSTOMERS)
    ]
    changes.link(improvement, answers, by=boss)
    changes.word(improvement, {"en": "Vans leave an hour earlier."}, by=boss)
    improvement.move("done", by=boss)

    wanted = at_once(lambda: runs.want(type(improvement).objects.get(pk=improvement.pk), by=boss))
    at_once(lambda: runs.write_due(clock.now()))

    assert sum(wanted) == CUSTOMERS
    assert ImprovementLetter.objects.written().count() == CUSTOMERS
    assert Message.objects.filter(purpose="closing").count() == CUSTOMERS
