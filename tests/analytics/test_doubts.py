import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from analytics.counts import Counts
from analytics.dashboard.doubts import Doubts
from tests.analytics.answers import answer, version_of
from tests.factories import ContactFactory, ResponseFactory, SurveyFactory, SurveyVersionFactory

pytestmark = pytest.mark.django_db


def given(**fields):
    return ResponseFactory(answered_at=clock.now() - timedelta(days=1), **fields)


def test_doubts_are_decided_either_way():
    doubts = Doubts("nps", Counts(6, 2, 2), unseen=Counts(1, 0, 1), waiting=Counts(0, 0, 10))

    assert (doubts.strict.counts, doubts.lenient.counts) == (Counts(5, 2, 1), Counts(6, 2, 12))
    assert (doubts.strict.value, doubts.lenient.value, doubts.difference) == (50.0, -30.0, -80.0)


def test_dashboard_shows_strict_and_lenient_and_the_difference(client, manager, team):
    for _ in range(6):
        given(score=9, team=team)
    given(score=0, team=team, suspicion=["no_script"])
    given(score=0, team=team, is_provisional=True, suspicion=["no_gesture", "quick"])
    client.force_login(manager)

    page = client.get(reverse("dashboard")).content.decode()

    assert 'data-strict="100.0"' in page
    assert 'data-value="71.4"' in page
    assert 'data-lenient="50.0"' in page
    assert 'data-difference="−50.0"' in page
    assert "1 answer waits to be confirmed" in page


def test_doubts_are_about_the_counted_scores(client, manager, team):
    for _ in range(5):
        given(score=9, team=team)
    given(score=10, frozen_score=0, frozen_at=clock.now(), team=team, suspicion=["no_script"])
    client.force_login(manager)

    page = client.get(reverse("dashboard")).content.decode()

    assert 'data-strict="100.0"' in page
    assert 'data-value="66.7"' in page


def test_dashboard_without_doubts_says_nothing_of_them(client, manager, team):
    given(score=9, team=team)
    client.force_login(manager)

    assert "Answers in doubt" not in client.get(reverse("dashboard")).content.decode()


def test_doubts_of_another_team_are_not_told(client, manager, stranger, team):
    given(score=9, team=team)
    given(score=0, team=stranger.team, is_provisional=True, suspicion=["no_gesture"])
    client.force_login(manager)

    assert "Answers in doubt" not in client.get(reverse("dashboard")).content.decode()


def test_doubts_print_no_number_below_five_answers(client, manager, team):
    for _ in range(3):
        given(score=9, team=team)
    given(score=0, team=team, is_provisional=True, suspicion=["no_gesture"])
    client.force_login(manager)

    page = client.get(reverse("dashboard")).content.decode()

    assert 'data-strict="–"' in page
    assert 'data-lenient="–"' in page
    assert 'data-difference="–"' in page


def test_answers_that_wait_are_told_where_none_counts_yet(client, manager, team):
    given(score=0, team=team, is_provisional=True, suspicion=["no_gesture"])
    client.force_login(manager)

    page = client.get(reverse("dashboard")).content.decode()

    assert "1 answer waits to be confirmed" in page
    assert "Nobody was asked and nobody answered" not in page


def test_doubts_that_would_move_nothing_stay_one_closed_line(client, manager, team):
    answer(version_of(), [9] * 300, team=team)
    given(score=9, team=team, suspicion=["no_script"])
    given(score=0, team=team, is_provisional=True, suspicion=["no_gesture"])
    client.force_login(manager)

    page = client.get(reverse("dashboard")).content.decode()

    assert 'data-difference="−0.7"' in page
    assert re.search(r'<details class="card doubts">\s*<summary>Answers in doubt · 1 answer waits', page)


def test_doubts_that_would_move_the_number_stand_open(client, manager, team):
    answer(version_of(), [9] * 90, team=team)
    given(score=0, team=team, is_provisional=True, suspicion=["no_gesture"])
    client.force_login(manager)

    page = client.get(reverse("dashboard")).content.decode()

    assert 'data-difference="−2.2"' in page
    assert '<details class="card doubts" open>' in page


def test_doubts_about_customers_put_their_other_answer_in_place(client, manager, team):
    survey = SurveyFactory(kind="relational")
    ona, jonas = ContactFactory(), ContactFactory()
    facts = {"team": team, "kind": "relational", "survey": survey, "version": SurveyVersionFactory(survey=survey)}
    for _ in range(5):
        given(score=9, **facts)
    given(score=0, contact=ona, **facts)
    ResponseFactory(answered_at=clock.now(), score=10, contact=ona, suspicion=["no_script"], **facts)
    given(score=10, contact=jonas, **facts)
    ResponseFactory(answered_at=clock.now(), score=2, contact=jonas, is_provisional=True, suspicion=["quick"], **facts)
    client.force_login(manager)

    page = client.get(reverse("dashboard")).content.decode()

    # Seven customers: all promoters as counted; Ona a detractor if strict; Jonas one if lenient.
    assert 'data-value="100.0"' in page
    assert 'data-strict="71.4"' in page
    assert 'data-lenient="71.4"' in page
    assert page.count("7 answers") >= 3
    assert "1 answer waits to be confirmed" in page
