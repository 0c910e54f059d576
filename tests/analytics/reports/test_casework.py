"""How follow-ups went, as a report tells it."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from analytics.casework.work import Casework, ShareOf
from surveys.metrics import Category
from tests.analytics.answers import answer, manager_called
from tests.analytics.reports.conftest import JUNE, facts_of
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db

DUE = JUNE + timedelta(days=1)


def opened(version, number=1, score=3, **state):
    for response in answer(version, [score] * number, at=JUNE):
        FollowupFactory(
            response=response,
            created_at=JUNE,
            first_contact_due_at=state.pop("due", DUE),
            resolve_due_at=JUNE + timedelta(days=5),
            **state,
        )


RESOLVED = {"status": "resolved", "closed_at": DUE, "root_cause_id": "price", "resolution": "Refunded"}


@pytest.fixture
def work(version):
    opened(version, 6, **RESOLVED, first_contact_at=JUNE, outcome="saved")
    opened(version, 3, **RESOLVED, first_contact_at=DUE + timedelta(hours=1), outcome="lost")
    opened(version, 2)
    opened(version, 1, status="dismissed", closed_at=DUE)
    opened(version, 1, due=JUNE + timedelta(days=300))
    opened(version, 2, score=8, first_contact_at=JUNE, status="in_progress")


def of_june(person, query="period=last-month"):
    return facts_of(person, QueryDict(query)).casework


def test_contacts_in_time_are_counted_among_those_made_or_overdue(ceo, work):
    found = of_june(ceo)

    assert list(found) == [Category.DETRACTOR, Category.PASSIVE]
    detractors, passives = found[Category.DETRACTOR], found[Category.PASSIVE]
    assert (detractors.opened, detractors.resolved, detractors.dismissed) == (13, 9, 1)
    assert (detractors.contacted_in_time, detractors.won_back) == (ShareOf(6, 11), ShareOf(6, 9))
    assert (passives.opened, passives.contacted_in_time) == (2, ShareOf(2, 2))
    assert (found[Category.DETRACTOR].still_open, found[Category.DETRACTOR].resolved_of_wanted.n) == (3, 12)


def test_the_page_tells_shares_with_their_interval_and_of_a_few_only_counts(report, work):
    page = report()

    row = page.row("followups", "Detractor")
    assert row[1:3] == ["13", "55% 28% … 79%, 6 of 11"]
    assert row[3].startswith("75%")
    assert page.row("followups", "Passive")[2] == "2 of 2"
    assert page.row("followups", "Together")[1] == "15"
    assert "Won back, where it was said 67% (35% … 88%, 6 of 9)" in page.text


def test_answers_that_opened_none_say_so(report, version):
    answer(version, [9] * 5, at=JUNE)

    assert "These answers opened no follow-up." in report().text


def test_filters_hold_for_follow_ups_too(ceo, version, work):
    other = manager_called("Rasa")
    (response,) = answer(version, [2], at=JUNE, manager=other, team=other.team)
    FollowupFactory(response=response, first_contact_due_at=DUE)

    found = of_june(ceo, f"period=last-month&manager={other.pk}")

    assert sum(found.values(), Casework()).opened == 1


def test_slow_first_contacts_are_a_reason_to_recommend_something(report, version):
    opened(version, 30, first_contact_at=DUE + timedelta(hours=1))
    opened(version, 10, first_contact_at=JUNE)

    page = report()

    assert "Contact unhappy customers sooner." in page.text
    assert "First contact in time: 25% of 40" in page.text
