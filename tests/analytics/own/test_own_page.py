import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation
from analytics.services import refresh_rollups
from responses.models import ResponseTopic, Topic
from tests.analytics.answers import answer, at, scores, version_of
from tests.analytics.reading import Page
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    DealFactory,
    FollowupFactory,
    SurveyFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(client, owner):
    def mine(query="", user=None, status=200):
        client.force_login(user or owner)
        response = client.get(f"{reverse('mine')}?{query}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return mine


def test_somebody_sees_their_own_answers_and_nobody_elses(mine, version, owner, teammate, team):
    answer(version, scores(promoters=6, detractors=1), manager=owner, team=team, comment="Olena was kind.")
    answer(version, scores(detractors=9), manager=teammate, team=team, comment="Tomas was not.")

    page = mine()

    assert (page.figures["value"], page.figures["answers"]) == ("71.4", "7")
    assert "Olena was kind." in page.text
    assert "Tomas was not." not in page.text
    assert mine(user=teammate).figures["answers"] == "9"


def test_no_filter_leads_to_the_answers_of_others(mine, version, owner, teammate, team):
    answer(version, scores(promoters=6), manager=owner, team=team)
    answer(version, scores(detractors=9), manager=teammate, team=team, comment="Tomas was not.")

    for query in (f"manager={teammate.pk}", f"team={team.pk}"):
        page = mine(query)
        assert (page.figures["answers"], "Tomas" in page.text) == ("6", False)


def test_answers_stay_with_whoever_they_rate_when_the_team_changes(mine, version, owner):
    earlier = TeamFactory()
    answer(version, scores(promoters=6), manager=owner, team=earlier, comment="From before.")

    page = mine()

    assert page.figures["answers"] == "6"
    assert "From before." in page.text
    assert "A customer of another team by now" in page.text


def test_customers_are_named_within_reach_only(mine, version, owner, team):
    known = ContactFactory(first_name="Ona", last_name="Known", company=CompanyFactory())
    DealFactory(contact=known, manager=owner)
    answer(version, [9], manager=owner, team=team, contact=known)
    answer(version, [9], manager=owner, team=team, contact=ContactFactory(first_name="Petras", last_name="Gone"))

    page = mine()

    assert f'href="{reverse("contact", args=[known.pk])}">Ona Known' in page.html
    assert "Petras" not in page.text


def test_below_five_answers_there_is_no_number_and_no_share(mine, version, owner, team):
    given = answer(version, scores(promoters=4), manager=owner, team=team, comment="Fine.")
    topic = Topic.objects.get(slug="delivery")
    ResponseTopic.objects.bulk_create(ResponseTopic(response=one, topic=topic, source="tapped") for one in given)

    page = mine()

    assert "value" not in page.figures
    assert "An NPS needs at least five answers." in page.text
    assert page.rows("topics") == [["Delivery", "4", "–", "4", "0", "0"]]
    assert page.text.count("Fine.") == 4


def test_topics_are_counted_and_lead_to_their_answers(mine, version, owner, team):
    named = answer(version, [10, 10, 2, 3, 8], manager=owner, team=team, comment="Van.")
    answer(version, [10], manager=owner, team=team, comment="Other.")
    topic = Topic.objects.get(slug="delivery")
    ResponseTopic.objects.bulk_create(ResponseTopic(response=one, topic=topic, source="tapped") for one in named)

    page = mine()

    assert page.rows("topics") == [["Delivery", "5", "100%", "2", "1", "2"]]
    narrowed = mine(page.links["Delivery"].partition("?")[2].partition("#")[0])
    assert narrowed.text.count("Van.") == 5
    assert "Other." not in narrowed.text


def test_categories_choose_among_the_answers(mine, version, owner, team):
    answer(version, [10], manager=owner, team=team, comment="Good.")
    answer(version, [1], manager=owner, team=team, comment="Bad.")

    page = mine("category=detractor")

    assert "Bad." in page.text
    assert "Good." not in page.text


def test_of_the_relationship_the_latest_answer_of_a_customer_counts(mine, owner, team):
    yearly, customer = version_of(SurveyFactory(kind="relational")), ContactFactory()
    for day, comment in (("2026-03-01T10:00", "Earlier."), ("2026-06-01T10:00", "Latest.")):
        answer(yearly, [9], at=at(day), manager=owner, team=team, contact=customer, comment=comment)

    page = mine()

    assert page.figures["answers"] == "1"
    assert "Latest." in page.text
    assert "Earlier." not in page.text


def test_hidden_words_are_said_to_be_hidden(mine, version, owner, team):
    Organisation.objects.create(pk=1, hides_critics_words=True)
    answer(version, [1], manager=owner, team=team, comment="Rude.")
    answer(version, [10], manager=owner, team=team, comment="Kind.")

    page = mine()

    assert "Rude." not in page.text
    assert "The company hides these words from whoever was rated." in page.text
    assert "Kind." in page.text


def test_whoever_was_rated_begins_with_their_own_answers(client, version, owner, manager, team):
    for person, otherwise in ((owner, "/inbox/"), (manager, "/dashboard/")):
        client.force_login(person)
        assert client.get("/").url == otherwise
        answer(version, [9], manager=person, team=team)
        refresh_rollups()
        assert client.get("/").url == reverse("mine")
    manager.user_permissions.add(Permission.objects.get(codename="see_all_teams"))
    assert client.get("/").url == "/dashboard/"


def test_without_answers_the_page_says_so(mine):
    assert "Nobody whom you looked after was asked or answered." in mine().text
    assert mine("period=never", status=400)


def test_work_that_waits_is_a_click_away(mine, version, owner, team):
    FollowupFactory(assignee=owner, team=team)

    assert "1 open follow-up" in mine().text


def test_the_page_takes_as_many_queries_for_one_answer_as_for_ten(mine, version, owner, team):
    answer(version, [9], manager=owner, team=team, comment="One.")
    mine()
    with CaptureQueriesContext(connection) as one:
        mine()
    for number in range(9):
        answer(version, [number], manager=owner, team=team, comment="Word.", company=CompanyFactory())
    with CaptureQueriesContext(connection) as ten:
        mine()

    assert len(ten) <= len(one)


def test_nobody_gets_in_without_logging_in(client):
    assert "/login/" in client.get(reverse("mine")).url
    client.force_login(UserFactory())
    assert client.get(reverse("mine")).status_code == 200
