from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from followups.models import SecondAsk
from responses.models import Response
from tests.analytics.answers import NOW, answer, customers, manager_called, version_of
from tests.analytics.reading import Page, csv_rows
from tests.factories import FollowupFactory, SurveyFactory

pytestmark = pytest.mark.django_db

FIRST, NEXT = NOW - timedelta(days=60), NOW - timedelta(days=10)


@pytest.fixture
def look(client, ceo):
    def look(user=None, status=200, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('recovery')}?{urlencode({'period': '90d', **query})}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return look


@pytest.fixture
def pairs(client, ceo):
    """The pairs of scores of the page: first, next, contacted or not, customers."""

    def pairs(**query):
        client.force_login(ceo)
        rows = csv_rows(client.get(f"{reverse('recovery_csv')}?{urlencode({'period': '90d', **query})}"))
        return {
            (int(row["first_score"]), int(row["next_score"]), row["contacted_in_between"]): int(row["customers"])
            for row in rows
        }

    return pairs


def twice(version, first, then, number=1, *, called_at=None, lot=None, metric="nps", **facts):
    """Customers who answered twice; somebody reached out to them at `called_at`."""
    people = customers(number)
    earlier = answer(version, [first] * number, at=FIRST, contacts=people, metric=metric, **facts)
    answer(version, [then] * number, at=NEXT, contacts=people, metric=metric)
    if called_at or lot is not None:
        for response in earlier:
            FollowupFactory(response=response, status="in_progress", first_contact_at=called_at, lot=lot)
    return people


def test_everybody_counts_once_with_the_first_answer_and_the_next(pairs, version):
    twice(version, 3, 9, 2)
    (often,) = customers(1)
    for score, days in ((2, 80), (5, 50), (10, 5)):
        answer(version, [score], at=NOW - timedelta(days=days), contacts=[often])
    answer(version, [4], at=FIRST)

    assert pairs() == {(3, 9, "no"): 2, (2, 5, "no"): 1}


def test_only_who_was_reached_before_the_next_answer_was_contacted(pairs, version):
    twice(version, 3, 9, called_at=FIRST + timedelta(days=1))
    twice(version, 4, 9, called_at=NEXT + timedelta(days=1))
    twice(version, 5, 9, called_at=NEXT)

    assert pairs() == {(3, 9, "yes"): 1, (4, 9, "no"): 1, (5, 9, "no"): 1}


def test_filters_choose_the_first_answers_and_not_the_next(pairs, version):
    ona = manager_called("Ona")
    twice(version, 3, 9, manager=ona)
    twice(version, 2, 8)

    assert pairs(manager=ona.pk) == {(3, 9, "no"): 1}


def test_with_one_survey_chosen_the_next_answer_is_one_to_it(pairs, version):
    (person,) = customers(1)
    answer(version, [3], at=FIRST, contacts=[person])
    answer(version_of(), [10], at=NEXT - timedelta(days=5), contacts=[person])
    answer(version, [7], at=NEXT, contacts=[person])

    assert pairs() == {(3, 10, "no"): 1}
    assert pairs(survey=version.survey_id) == {(3, 7, "no"): 1}


def test_a_record_that_was_absorbed_is_the_same_customer(pairs, version):
    kept, absorbed = customers(2)
    answer(version, [3], at=FIRST, contacts=[absorbed])
    answer(version, [9], at=NEXT, contacts=[kept])
    assert pairs() == {}

    type(absorbed).objects.filter(pk=absorbed.pk).update(merged_into=kept)

    assert pairs() == {(3, 9, "no"): 1}


def test_what_is_for_trial_or_waits_for_a_person_is_no_answer(pairs, version):
    tried, doubted = twice(version, 3, 9, 2)
    latest = Response.objects.filter(answered_at=NEXT)
    latest.filter(contact=tried).update(origin="test")
    latest.filter(contact=doubted).update(is_provisional=True)

    assert pairs() == {}


def test_the_table_tells_counts_and_of_five_and_more_shares(look, version):
    twice(version, 3, 9, 6)
    twice(version, 3, 2, 4)
    twice(version, 9, 9, 4)

    page = look()

    assert page.row("pairs", "Detractors")[1:] == ["10", "60% 6", "0% 0", "40% 4"]
    assert page.row("pairs", "Promoters")[1:] == ["4", "4", "0", "0"]
    assert "14 customers" in page.text


def test_of_few_customers_nothing_is_said_but_that(look, version):
    twice(version, 3, 9, 4)

    page = look()

    assert "Too few to tell: fewer than five." in page.text
    assert "Nothing is said yet" in page.text


def test_who_came_back_stands_beside_what_was_to_be_expected(look, version):
    twice(version, 2, 5, 10)
    twice(version, 2, 9, 10)
    twice(version, 9, 9, 20)

    page = look()

    assert "Of 20 who first were among “Detractors”, 50% (30% to 70%) were not the next time." in page.text
    assert "Their mean score went from 2.0 to 7.0." in page.text
    # The mean of all is 5.5 and both scores correlate by 0.5774: 5.5 − 0.5774 × 3.5.
    assert "With nothing changed, 3.5 was to be expected." in page.text


def test_nobody_is_expected_beyond_the_mean_of_all(look, version):
    twice(version, 2, 10, 15)
    twice(version, 10, 2, 15)

    assert "With nothing changed, 6.0 was to be expected." in look().text


def test_the_effect_of_calling_is_told_from_thirty_on_either_side(look, version):
    after = FIRST + timedelta(days=1)
    twice(version, 2, 8, 15, called_at=after)
    twice(version, 2, 6, 15, called_at=after)
    twice(version, 2, 5, 15)
    twice(version, 2, 3, 14)
    assert "it takes 30 customers on each side" in look().text

    twice(version, 2, 3, 1)

    page = look()
    assert "changed by +3.0 more" in page.text
    assert "seen alone it looks like +5.0" in page.text
    assert "Among customers with the same first score (30 and 30) the difference is +3.0" in page.text
    assert page.row("effect", "Contacted before")[1:] == ["30", "2.0", "7.0", "+5.0"]


def test_where_the_order_was_drawn_by_lot_its_halves_are_compared(look, pairs, version):
    after = FIRST + timedelta(days=1)
    twice(version, 2, 8, 20, lot=0.5, called_at=after)
    twice(version, 2, 5, 10, lot=0.9)
    twice(version, 2, 4, 29, lot=0.49)
    assert "It takes 30 on each side to say more." in look().text

    twice(version, 2, 7, 1, lot=0.1, called_at=after)

    page = look()
    assert (
        "30 whose turn came earlier, 20 of them contacted; 30 whose turn came later, 1 of them contacted" in page.text
    )
    assert "The earlier ones changed by +2.9 more" in page.text
    assert "this is an experiment" in page.text
    assert pairs()[2, 7, "yes"] == 1


def test_without_lots_nothing_is_called_an_experiment_made(look, version):
    twice(version, 2, 8, called_at=FIRST + timedelta(days=1))

    assert "Drawn by lot" not in look().text


def test_of_who_is_called_it_is_always_said_that_it_is_not_chance(look, version):
    twice(version, 3, 9)

    assert "Who is contacted is not chance" in look().text


def test_a_manager_sees_first_answers_of_the_own_team_only(look, version, manager):
    twice(version, 3, 9, 2, team=manager.team)
    twice(version, 3, 9, 3)

    assert "2 customers" in look(manager).text


def test_where_nobody_answered_again_it_says_so(look, version):
    answer(version, [3], at=FIRST)

    assert "Nobody has answered again yet" in look().text


def test_a_metric_of_its_own_has_its_own_words_and_no_nps(look, db):
    twice(version_of(SurveyFactory(metric="csat")), 1, 5, 30, metric="csat")

    page = look(metric="csat")

    assert page.row("pairs", "Dissatisfied")[1:3] == ["30", "100% 30"]
    assert "the NPS changed" not in page.text


def test_a_filter_that_is_none_is_said_and_nothing_is_shown(look):
    assert "is not in this list" in look(status=400, manager="x\0").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_pairs_can_be_taken_along_and_it_is_noted(client, ceo, version, kind):
    twice(version, 3, 9)
    client.force_login(ceo)

    assert client.get(reverse(f"recovery_{kind}"), {"period": "90d"}).status_code == 200
    assert SecurityEvent.objects.filter(kind="exported", subject=f"recovery.{kind}").exists()


def test_those_asked_again_because_their_work_was_resolved_are_counted_apart(look, version):
    people = customers(6)
    earlier = answer(version, [2] * 6, at=FIRST, contacts=people)
    later = answer(version, [9, 9, 9, 9, 3, 9], at=NEXT, contacts=people)
    for first, second in zip(earlier[:5], later, strict=False):
        SecondAsk.objects.create(followup=FollowupFactory(response=first), invitation=second.invitation)

    said = look().text

    assert "5 of them were asked again because their follow-up was resolved: 80%" in said
