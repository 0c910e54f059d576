import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from followups.models import RootCause
from tests.analytics.answers import NOW, answer, manager_called, version_of
from tests.analytics.reading import Page, csv_rows
from tests.factories import FollowupFactory, SurveyFactory

pytestmark = pytest.mark.django_db

RESOLVED = {"status": "resolved", "closed_at": NOW, "resolution": "Sent."}


@pytest.fixture
def look(client, ceo):
    def look(user=None, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('casework')}?{urlencode({'period': '90d', **query})}")
        assert response.status_code == 200
        return Page(response)

    return look


@pytest.fixture
def tree():
    late = RootCause.objects.create(
        slug="late", parent=RootCause.objects.get(slug="delivery"), names={"en": "Late", "lt": "Vėlu"}
    )
    RootCause.objects.create(slug="warehouse", parent=late, names={"en": "Warehouse"})


def closed(version, number, score=3, facts=None, **state):
    for response in answer(version, [score] * number, **(facts or {})):
        FollowupFactory(response=response, team=response.team, **{**RESOLVED, **state})


def test_causes_are_ranked_with_what_stands_below_them(look, version, tree):
    closed(version, 3, root_cause_id="price")
    closed(version, 2, root_cause_id="warehouse")
    closed(version, 1, root_cause_id="late")
    closed(version, 4, root_cause_id="delivery")
    closed(version, 5, status="new", closed_at=None)

    rows = look().rows("causes")

    assert [row[:2] for row in rows] == [
        ["Delivery or timing", "7"],
        ["Delivery or timing › Late", "3"],
        ["Delivery or timing › Late › Warehouse", "2"],
        ["Price or value", "3"],
    ]
    assert rows[0][2] == "70%40% … 89%"


def test_each_number_leads_to_exactly_the_answers_that_it_counts(client, look, tree):
    yearly = version_of(SurveyFactory(kind="relational"))
    version = version_of()
    ona = manager_called("Ona")
    for of, facts in ((version, {"manager": ona, "team": ona.team}), (yearly, {})):
        closed(of, 2, root_cause_id="warehouse", facts=facts)
        closed(of, 1, root_cause_id="delivery", facts=facts)
        closed(of, 3, score=10, outcome="quoted", facts=facts)
        closed(of, 1, score=10, outcome="more", facts=facts)

    for query in ({}, {"kind": "relational"}, {"manager": ona.pk}, {"period": "30d"}):
        ways = re.findall(r'<a href="(/answers/[^"]*)">([\d,]+)</a>', look(**query).html)
        assert len(ways) == 5
        for way, number in ways:
            assert client.get(unescape(way)).context["all"] == int(number), (query, way)


def test_what_came_of_thanking_is_told_of_every_metrics_best_category(look):
    for metric, score in (("csat", 5), ("ces", 7)):
        of = version_of(SurveyFactory(metric=metric))
        closed(of, 2, score=score, outcome="more", facts={"metric": metric})
        closed(of, 1, score=score, outcome="thanked", facts={"metric": metric})
        closed(of, 1, score=1, outcome="saved", root_cause_id="price", facts={"metric": metric})

        rows = look(metric=metric).rows("outcomes")

        assert [row[:2] for row in rows] == [["Opportunity to sell more", "2"], ["Thanked, nothing more", "1"]]


def test_a_manager_reads_the_causes_of_the_own_team_alone(look, version, manager):
    closed(version, 1, root_cause_id="price", facts={"team": manager.team})
    closed(version, 2, root_cause_id="delivery")

    assert [row[0] for row in look(manager).rows("causes")] == ["Price or value"]


def test_causes_and_outcomes_are_taken_along(client, ceo, version, tree):
    closed(version, 1, root_cause_id="warehouse")
    client.force_login(ceo)

    rows = csv_rows(client.get(reverse("casework_csv", args=["causes"]), {"period": "90d"}))

    assert [(row["id"], row["level"], row["followups"], row["of"]) for row in rows] == [
        ("delivery", "1", "1", "1"),
        ("late", "2", "1", "1"),
        ("warehouse", "3", "1", "1"),
    ]
    assert client.get(reverse("casework_csv", args=["outcomes"]), {"period": "90d"}).status_code == 200


def test_ten_causes_more_take_no_more_queries(client, ceo, version, django_assert_max_num_queries):
    client.force_login(ceo)
    closed(version, 1, root_cause_id="price")
    with django_assert_max_num_queries(60) as one:
        client.get(reverse("casework"))
    price = RootCause.objects.get(slug="price")
    for number in range(10):
        RootCause.objects.create(slug=f"more-{number}", parent=price, names={"en": "More"})
        closed(version, 1, root_cause_id=f"more-{number}")

    with django_assert_max_num_queries(len(one)):
        client.get(reverse("casework"))
