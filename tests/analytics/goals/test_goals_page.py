import csv
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SecurityEvent
from analytics.goals import book
from analytics.models import Goal
from tests.analytics.answers import answer, at, scores, version_of
from tests.analytics.reading import Page
from tests.factories import CompanyFactory, ContactFactory, SurveyFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

JULY, JUNE, QUARTER = date(2026, 7, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture
def look(client, ceo):
    def look(user=None, status=200, name="goals"):
        client.force_login(user or ceo)
        response = client.get(reverse(name))
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response) if name == "goals" else response

    return look


@pytest.fixture
def put(client, ceo):
    def put(user=None, **typed):
        client.force_login(user or ceo)
        usual = {"metric": "nps", "period": "month:2026-07-01", "target": "40"}
        return client.post(reverse("goal_targets"), {**usual, **typed})

    return put


def aim(team, by, target=40, start=JULY, span="month", metric="nps"):
    return book.aim(team=team, metric=metric, span=span, start=start, target=target and Decimal(target), by=by)[0]


def verdicts(page, table):
    return {row[0]: row[1].split(" The ")[0].split(" Fewer")[0].split(" History")[0] for row in page.rows(table)}


def test_a_goal_is_set_and_its_progress_told_by_the_interval(look, put, version, team):
    answer(version, scores(180, 20), team=team)
    assert put(team=team.pk).status_code == 302

    page = look()

    row = page.row("running", team.name)
    assert row[2:5] == ["NPS · Jul 2026", "40", "90.0"]
    assert row[6] == "200"
    assert verdicts(page, "running")[team.name] == "▲ on target so far"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (scores(60, 60, 80), "▼ below target so far"),
        (scores(50, 25, 20), "cannot tell yet"),
        (scores(29), "cannot tell yet"),
        (scores(4), "cannot tell yet"),
        ([], "cannot tell yet"),
    ],
)
def test_what_is_not_sure_is_not_said(look, put, version, team, given, said):
    if given:
        answer(version, given, team=team)
    put(team=team.pk)

    page = look()

    assert verdicts(page, "running")[team.name] == said
    shows = page.row("running", team.name)[4] != "–"
    assert shows == (len(given) >= 5)


def test_a_period_that_is_over_is_judged_for_good(look, version, team, ceo):
    answer(version, scores(50, 25, 20), team=team, at=at("2026-06-10T10:00"))
    answer(version, scores(0, 0, 50), team=team)
    aim(team, ceo, start=JUNE)
    aim(team, ceo, 5, start=JUNE, span="month", metric="csat")

    page = look()

    assert page.rows("over")[0][0] == team.name
    assert {row[1].split(" The ")[0].split(" Fewer")[0] for row in page.rows("over")} == {"cannot tell"}
    nps = next(row for row in page.rows("over") if row[2].startswith("NPS"))
    assert (nps[4], nps[6]) == ("31.6", "95")


def test_the_company_has_goals_too(look, put, version, team):
    answer(version, scores(90, 10), team=team)
    answer(version, scores(90, 10), team=TeamFactory())
    put(team="company", period="quarter:2026-07-01")

    row = look().row("running", "The whole company")

    assert (row[2], row[4], row[6]) == ("NPS · Q3 2026", "90.0", "200")


def test_answers_of_one_account_tell_less(look, put, version, team):
    firm = CompanyFactory()
    answer(version, scores(180, 20), team=team, contacts=ContactFactory.create_batch(200), company=firm)
    put(team=team.pk)

    assert verdicts(look(), "running")[team.name] == "cannot tell yet"


def test_of_the_relationship_the_latest_answer_of_each_customer_counts(look, put, team):
    yearly, customer = version_of(SurveyFactory(kind="relational")), ContactFactory()
    for day in ("2026-07-02T10:00", "2026-07-09T10:00"):
        answer(yearly, [9], at=at(day), team=team, contact=customer)
    put(team=team.pk)

    assert look().row("running", team.name)[6] == "1"


def test_a_change_keeps_what_was_set_before(look, put, team):
    for target in ("40", "45.5", "45.5"):
        put(team=team.pk, target=target)

    rows = list(Goal.objects.order_by("number").values_list("number", "target"))
    assert rows == [(1, Decimal("40.0")), (2, Decimal("45.5"))]
    assert "45.5" in look().row("running", team.name)[3]
    assert "40 · Ada Administrator" in look().text


def test_a_withdrawn_goal_is_gone_and_remembered(client, look, put, team):
    put(team=team.pk)
    client.post(reverse("goal_withdrawal", args=[Goal.objects.get().pk]))

    assert "running" not in look().tables
    assert list(Goal.objects.order_by("number").values_list("target", flat=True)) == [Decimal(40), None]
    put(team=team.pk, target="30")
    assert "withdrawn · Ada Administrator" in look().text


def test_the_goal_of_a_period_that_is_over_stands(client, ceo, team):
    goal = aim(team, ceo, start=JUNE)
    client.force_login(ceo)

    client.post(reverse("goal_withdrawal", args=[goal.pk]))

    assert Goal.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"target": "101"}, "target"),
        ({"target": "-101"}, "target"),
        ({"target": "-1", "metric": "csat"}, "target"),
        ({"target": "much"}, "target"),
        ({"period": "month:2026-06-01"}, "period"),
        ({"period": "week:2026-07-06"}, "period"),
        ({"period": ""}, "period"),
        ({"team": "0"}, "team"),
        ({"metric": "ebitda"}, "metric"),
    ],
)
def test_what_is_no_goal_is_refused_by_its_field(put, team, typed, field):
    answered = put(**{"team": team.pk, **typed})

    assert answered.status_code == 400
    assert list(answered.context["form"].errors) == [field]
    assert Goal.objects.count() == 0


def test_a_manager_sees_the_goals_of_the_own_team_only(look, manager, ceo, team):
    other = TeamFactory(name="Sales East")
    for whose in (team, other, None):
        aim(whose, ceo)

    page = look(manager)

    assert [row[0] for row in page.rows("running")] == [team.name]
    assert "Sales East" not in page.text
    assert "Set a goal" not in page.text


def test_who_may_set_goals_does_so_within_reach(client, put, manager, ceo, team):
    assert put(manager, team=team.pk).status_code == 403
    manager.user_permissions.add(Permission.objects.get(codename="set_goals"))
    other = TeamFactory()
    theirs = aim(other, ceo)

    assert put(manager, team=team.pk).status_code == 302
    assert put(manager, team=other.pk).status_code == 400
    assert put(manager, team="company").status_code == 400
    assert client.post(reverse("goal_withdrawal", args=[theirs.pk])).status_code == 404
    assert set(Goal.objects.values_list("team", flat=True)) == {team.pk, other.pk}


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_agents_see_no_goals(client, request, ceo, team, who):
    goal = aim(team, ceo)
    client.force_login(request.getfixturevalue(who))

    for name in ("goals", "goals_csv", "goals_xlsx"):
        assert client.get(reverse(name)).status_code == 403
    for address in (reverse("goal_targets"), reverse("goal_withdrawal", args=[goal.pk])):
        assert client.post(address).status_code == 403
    assert Goal.objects.count() == 1


def test_attainment_goes_out_with_its_interval_and_without_persons(look, version, team, ceo, manager):
    answer(version, scores(180, 20), team=team, manager=UserFactory(name="Olena Owner"))
    aim(team, ceo)
    aim(None, ceo, 95, span="year", start=date(2026, 1, 1))
    aim(TeamFactory(name="=Sales"), ceo)

    sent = b"".join(look(name="goals_csv").streaming_content).decode().removeprefix("\ufeff")
    rows = {row["team"]: row for row in csv.DictReader(io.StringIO(sent))}

    ours = rows[team.name]
    assert (ours["target"], ours["value"], ours["answers"], ours["verdict"]) == ("40.0", "90.0", "200", "on_target")
    assert float(ours["distance_low"]) == pytest.approx(float(ours["low"]) - 40, abs=0.011)
    assert (rows[""]["span"], rows[""]["verdict"], rows[""]["distance"]) == ("year", "cannot_tell", "-5.0")
    assert rows["'=Sales"]["value"] == ""
    assert "Olena" not in sent
    assert SecurityEvent.objects.filter(kind="exported", subject="goals.csv").count() == 1
    book_of = zipfile.ZipFile(io.BytesIO(b"".join(look(manager, name="goals_xlsx").streaming_content)))
    sheet = "".join(book_of.read(name).decode() for name in book_of.namelist() if name.endswith(".xml"))
    assert team.name in sheet
    assert "=Sales" not in sheet


def test_the_page_says_that_persons_are_not_ranked(look):
    assert "No person is placed in an order here" in look().text
    assert "No goal holds for the present month, quarter or year." in look().text


def test_the_dashboard_of_a_team_shows_its_goals_and_draws_them(show, version, team, ceo, manager):
    answer(version, scores(180, 20), team=team)
    aim(team, ceo)
    aim(team, ceo, 70, start=JUNE)

    page = show(f"?team={team.pk}")

    assert 'data-goal="on target so far"' in page.html
    assert page.html.count("chart__level--goal") == 4
    assert "goal Jul 2026: 40" in page.html
    assert 'data-goal="on target so far"' in show(user=manager).html
    assert "data-goal" not in show().html
    assert "chart__level" not in show(f"?team={team.pk}&origin=any").html


def test_the_page_takes_as_many_queries_for_six_teams_as_for_one(look, version, ceo, team):
    aim(team, ceo)
    answer(version, scores(9), team=team)
    look()
    with CaptureQueriesContext(connection) as one:
        look()
    for _number in range(5):
        another = TeamFactory()
        aim(another, ceo)
        answer(version, scores(9), team=another)
    with CaptureQueriesContext(connection) as six:
        look()

    assert len(six) == len(one)


def test_the_database_refuses_what_is_no_goal(ceo, team):
    for wrong in ({"target": 101}, {"target": -101}, {"start": date(2026, 7, 2)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Goal.objects.create(
                **{"team": team, "metric": "nps", "span": "month", "start": JULY, "set_by": ceo, **wrong}
            )


@pytest.mark.django_db(transaction=True)
def test_eight_who_set_one_goal_at_once_set_it_once(administrator):
    barrier, team = Barrier(8), TeamFactory()

    def one(_number):
        barrier.wait(timeout=20)
        try:
            return aim(team, administrator).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(8))) == {1}

    assert Goal.objects.count() == 1
