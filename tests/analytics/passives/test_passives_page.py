from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from followups.models import Compensation
from responses.models import ResponseTopic, Topic
from tests.analytics.answers import NOW, answer, customers
from tests.analytics.reading import Page, csv_rows
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db

FIRST, NEXT = NOW - timedelta(days=60), NOW - timedelta(days=10)


@pytest.fixture
def look(client, ceo):
    def look(user=None, status=200, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('passives')}?{urlencode({'period': '90d', **query})}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return look


@pytest.fixture
def topics(client, ceo):
    """The rows of the file by the name of their topic."""

    def topics(**query):
        client.force_login(ceo)
        rows = csv_rows(client.get(f"{reverse('passives_csv')}?{urlencode({'period': '90d', **query})}"))
        return {row["topic"]: row for row in rows}

    return topics


@pytest.fixture
def price(db):
    return Topic.objects.get(slug="price")


@pytest.fixture
def delivery(db):
    return Topic.objects.get(slug="delivery")


def named(answers, *topics):
    ResponseTopic.objects.bulk_create(
        ResponseTopic(response=each, topic=topic, source="tapped") for each in answers for topic in topics
    )


def twice(version, first, then, number=1, *, offered_at=None, withdrawn=False):
    """Customers who answered twice; they were given something at `offered_at`."""
    people = customers(number)
    earlier = answer(version, [first] * number, at=FIRST, contacts=people)
    answer(version, [then] * number, at=NEXT, contacts=people)
    for response in earlier if offered_at else []:
        given = {"withdrawn_at": NOW, "withdrawn_because": "A slip."} if withdrawn else {}
        Compensation.objects.create(
            key=uuid4(), followup=FollowupFactory(response=response), kind="discount", given_at=offered_at, **given
        )
    return people


def conversions(page):
    return {row[0]: row[1:3] for row in page.rows("offers")}


def test_topics_of_passives_add_up_to_what_all_of_them_would_win(topics, version, price, delivery):
    answer(version, [9] * 5 + [3] * 3)
    named(answer(version, [7] * 4), price)
    named(answer(version, [8] * 2), price, delivery)
    named(answer(version, [2] * 3), delivery)
    answer(version, [7] * 3)

    rows = topics()

    assert {name: (int(row["answers"]), float(row["won"])) for name, row in rows.items()} == {
        str(price): (6, 25.0),
        str(delivery): (2, 5.0),
        "": (3, 15.0),
    }
    assert float(rows[str(price)]["won_low"]) < 25 < float(rows[str(price)]["won_high"])


def test_the_page_ranks_them_and_each_number_leads_to_its_answers(look, client, version, price, delivery):
    answer(version, [9] * 4)
    named(answer(version, [7] * 2), delivery)
    named(answer(version, [8] * 4), price)

    page = look()

    assert [row[0] for row in page.rows("won")] == [str(price), str(delivery)]
    assert [client.get(page.links[number]).context["all"] for number in ("4", "2")] == [4, 2]
    assert "60.0" in page.text


def test_numbers_of_fewer_than_five_answers_are_left_out(look, topics, version, price):
    named(answer(version, [7] * 4), price)

    assert topics()[str(price)] == {"topic": str(price), "answers": "4", "won": "", "won_low": "", "won_high": ""}
    assert "+100" not in look().text


def test_customers_who_were_won_are_held_against_those_without_an_offer(look, version):
    twice(version, 7, 9, 3, offered_at=FIRST + timedelta(days=2))
    twice(version, 7, 7, 2, offered_at=FIRST + timedelta(days=2))
    twice(version, 8, 10, 1)
    twice(version, 8, 5, 4)
    twice(version, 3, 10, 2)

    assert conversions(look()) == {
        "With an offer": ["5", "3"],
        "Without an offer": ["5", "1"],
        "All together": ["10", "4"],
    }


@pytest.mark.parametrize(
    "offer",
    [{"offered_at": NEXT + timedelta(days=1)}, {"offered_at": FIRST + timedelta(days=1), "withdrawn": True}],
    ids=["given after the next answer", "withdrawn"],
)
def test_what_came_too_late_or_was_withdrawn_is_no_offer(look, version, offer):
    twice(version, 7, 9, **offer)

    assert conversions(look())["With an offer"] == ["0", "0"]


def test_an_offer_to_the_customer_without_a_followup_counts(look, version):
    (contact,) = twice(version, 7, 9)
    Compensation.objects.create(key=uuid4(), contact=contact, kind="bonus", given_at=FIRST + timedelta(days=3))

    assert conversions(look())["With an offer"] == ["1", "1"]


def test_an_effect_is_told_from_thirty_on_either_side(look, version):
    offered = FIRST + timedelta(days=2)
    twice(version, 7, 9, 20, offered_at=offered)
    twice(version, 7, 7, 10, offered_at=offered)
    twice(version, 7, 9, 6)
    twice(version, 7, 7, 23)
    assert "it takes 30 customers on each side" in look().text

    twice(version, 7, 7)

    text = look().text
    # 20 of 30 less 6 of 30; Wilson 0.488…0.808 and 0.095…0.373, put together as Newcombe does.
    assert "With an offer +46.7 more of a hundred were won (+21.8 to +64.2)" in text
    assert "That may be chance" not in text


def test_nobody_in_the_middle_is_said(look, version):
    answer(version, [9, 3])

    assert "Nobody in the middle in this period" in look().text


def test_a_manager_counts_the_answers_of_the_team_alone(look, version, manager, team, price):
    named(answer(version, [7] * 6, team=team), price)
    named(answer(version, [7] * 6), price)

    assert look().rows("won")[0][1] == "12"
    assert look(user=manager).rows("won")[0][1] == "6"


def test_who_takes_the_file_along_is_noted(topics, version):
    answer(version, [7])

    topics()

    assert SecurityEvent.objects.filter(kind="exported").count() == 1
