"""Until when a customer's second thoughts count, and what becomes of those that come later."""

from datetime import timedelta

import pytest

from accounts import clock
from responses import trail
from responses.models import Response
from responses.word_access import EVERYTHING
from tests.factories import ResponseFactory
from tests.responses.test_answering import PERSON, as_machine, send_details, send_score

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def answered(invitation):
    """Return a function that gives the invitation an answer of 3 as old as it is told."""

    def made(age, **fields):
        at = clock.now() - age
        return ResponseFactory(
            invitation=invitation, score=3, comment="Late", answered_at=at, changed_at=at, settled_at=at, **fields
        )

    return made


def test_a_revision_within_seven_days_counts(client, invitation, answered):
    answered(WEEK - timedelta(minutes=1))

    send_score(client, invitation, 9, **PERSON)

    response = Response.objects.get()
    assert (response.score, response.counted_score, response.category, response.frozen_at) == (9, 9, "promoter", None)


def test_a_revision_after_seven_days_is_kept_and_counts_nowhere(client, invitation, answered):
    first = answered(WEEK)

    for score in (9, 8):
        send_score(client, invitation, score, **PERSON)

    response = Response.objects.get()
    assert (response.score, response.counted_score, response.category) == (8, 3, "detractor")
    assert (response.frozen_at, response.answered_at) == (first.answered_at + WEEK, first.answered_at)
    assert (str(response.tier), response.is_revised_late, response.stands_by_contact) == ("bad", True, False)
    assert [entry["score"] for entry in response.trail] == [3, 9]


def test_the_customer_is_told_what_they_say_by_now(client, invitation, answered):
    answered(WEEK)
    send_score(client, invitation, 9, **PERSON)

    thanks = send_details(client, invitation, "All is well", **PERSON).text

    assert '<input type="hidden" name="score" value="9">' in thanks
    assert "Your answer so far is 9." in client.get(invitation.path).text


def test_words_that_come_later_are_taken_and_the_score_stands(client, invitation, answered):
    answered(WEEK)

    send_details(client, invitation, "They called", **PERSON)
    send_score(client, invitation, 10, **PERSON)

    response = Response.objects.get()
    assert (response.comment, response.score, response.counted_score) == ("They called", 10, 3)


def test_going_back_to_the_counted_score_leaves_nothing_to_explain(client, invitation, answered):
    answered(WEEK)

    for score in (9, 3):
        send_score(client, invitation, score, **PERSON)

    response = Response.objects.get()
    assert (response.score, response.counted_score, response.is_revised_late) == (3, 3, False)
    assert [(entry.score, entry.is_late) for entry in trail.of(response, EVERYTHING)] == [
        (3, False),
        (9, True),
        (3, False),
    ]


def test_what_a_machine_answered_freezes_nothing(client, invitation, answered):
    answered(2 * WEEK, is_provisional=True, frozen_score=3, frozen_at=clock.now() - WEEK)

    send_score(client, invitation, 9, **PERSON)

    response = Response.objects.get()
    assert (response.score, response.counted_score, response.frozen_at) == (9, 9, None)
    assert clock.now() - response.answered_at < timedelta(minutes=1)


def test_a_machine_after_seven_days_changes_nothing(client, invitation, answered):
    answered(WEEK)
    before = Response.objects.values().get()

    as_machine(client, invitation, 10)

    assert Response.objects.values().get() == before


def test_the_trail_tells_what_came_after_settling_and_what_counts_nowhere(invitation):
    at = clock.now() - 3 * WEEK
    said = [
        {"at": (at + timedelta(days=day)).isoformat(), "score": score, "comment": ""}
        for day, score in enumerate((3, 5))
    ]
    response = ResponseFactory(
        invitation=invitation, score=9, comment="Fine", answered_at=at, changed_at=at + 2 * WEEK, trail=said,
        settled_at=at + timedelta(hours=1), frozen_score=5, frozen_at=at + timedelta(days=2),
    )  # fmt: skip

    told = [(entry.score, entry.is_after_settling, entry.is_late) for entry in trail.of(response, EVERYTHING)]

    assert told == [(3, False, False), (5, True, False), (9, True, True)]


def test_freezing_twice_keeps_the_first_moment(answered):
    response = answered(timedelta(days=1))
    first, second = clock.now(), clock.now() + timedelta(hours=1)

    assert [Response.objects.filter(pk=response.pk).freeze(at=at) for at in (first, second)] == [1, 0]

    response.refresh_from_db()
    assert (response.frozen_score, response.frozen_at, response.stands_by_contact) == (3, first, True)


def test_what_stood_by_time_is_not_said_to_stand_by_a_later_contact(answered):
    response = answered(2 * WEEK)

    Response.objects.filter(pk=response.pk).freeze(at=clock.now())

    response.refresh_from_db()
    assert (response.frozen_at, response.stands_by_contact) == (response.answered_at + WEEK, False)
