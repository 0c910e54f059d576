import pytest
from django.contrib.auth.models import Permission

from tests.analytics.answers import answer, scores
from tests.analytics.reading import Page
from tests.factories import TeamFactory, UserFactory


@pytest.fixture
def answers(version, team):
    """Seven promoters of Sales North, six detractors of another team."""
    other = TeamFactory(name="Sales East")
    ours, theirs = UserFactory(name="Oksana Ours", team=team), UserFactory(name="Teo Theirs", team=other)
    answer(version, scores(promoters=7), team=team, manager=ours, comment="Ours are fine.")
    answer(version, scores(detractors=6), team=other, manager=theirs, comment="Theirs are not.")
    return {"team": other, "manager": theirs}


def test_a_manager_sees_the_numbers_of_the_own_team_only(show, manager, answers):
    page = show(user=manager)

    assert (page.figures["value"], page.figures["answers"]) == ("100.0", "7")
    assert page.names("managers") == ["Oksana Ours"]
    assert "Ours are fine." in page.text
    assert "Theirs are not." not in page.text
    assert "Teo Theirs" not in page.text
    assert "Sales East" not in page.text
    assert "All teams" not in page.text


def test_who_sees_all_teams_sees_all_numbers(show, manager, answers):
    manager.user_permissions.add(Permission.objects.get(codename="see_all_teams"))

    page = show(user=manager)

    assert page.figures["answers"] == "13"
    assert page.names("managers") == ["Oksana Ours", "Teo Theirs"]


@pytest.mark.parametrize("name", ["team", "manager"])
def test_a_manager_cannot_reach_another_team_by_the_address(show, manager, answers, name):
    page = show(f"?{name}={answers[name].pk}", user=manager, status=400)

    assert "is not in this list" in page.text
    assert "Theirs" not in page.text


def test_a_manager_without_a_team_sees_no_numbers(show, manager, answers):
    manager.team = None
    manager.save()

    page = show(user=manager)

    assert "No answers in this period" in page.text
    assert "Theirs are not." not in page.text


def test_old_answers_stay_with_the_team_that_had_them(show, manager, version, team, answers):
    moved = UserFactory(name="Mykola Moved", team=TeamFactory())
    answer(version, scores(promoters=5), team=team, manager=moved)
    from analytics.services import refresh_rollups

    refresh_rollups()

    assert "Mykola Moved" in show(user=manager).names("managers")
    assert show(f"?manager={moved.pk}", user=manager).figures["answers"] == "5"


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger"])
def test_agents_have_no_dashboard(client, request, answers, who):
    client.force_login(request.getfixturevalue(who))

    response = client.get("/dashboard/")

    assert response.status_code == 403
    assert "Ours are fine." not in response.content.decode()


def test_nobody_gets_in_without_logging_in(client, db):
    response = client.get("/dashboard/")

    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/dashboard/"


def test_home_leads_managers_to_the_dashboard_and_others_to_the_inbox(client, manager, owner):
    client.force_login(manager)
    assert client.get("/").url == "/dashboard/"
    client.force_login(owner)
    assert client.get("/").url == "/inbox/"


def test_the_dashboard_is_only_read(client, manager):
    client.force_login(manager)

    assert client.post("/dashboard/").status_code == 405


def test_queries_do_not_grow_with_rows(client, ceo, version, django_assert_num_queries):
    def one_more():
        manager = UserFactory(team=TeamFactory())
        answer(version, scores(promoters=1), manager=manager, team=manager.team, comment="Good")

    client.force_login(ceo)
    one_more()
    client.get("/dashboard/")
    with django_assert_num_queries(28):
        assert Page(client.get("/dashboard/")).figures["answers"] == "1"

    one_more()
    one_more()
    with django_assert_num_queries(28):
        assert Page(client.get("/dashboard/")).figures["answers"] == "3"
