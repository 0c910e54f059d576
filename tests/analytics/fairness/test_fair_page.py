import re
import time
from html import unescape

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent, User
from responses.models import Response
from tests.analytics.answers import answer, at, customers, manager_called, scores
from tests.analytics.reading import Page, csv_rows
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

JUNE = {"at": at("2026-06-10T10:00")}
LAST = "period=last-month"


@pytest.fixture
def fair(client, ceo):
    def fair(query="", user=None, status=200):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('fair')}?{query}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return fair


@pytest.fixture
def managers(version):
    found = {}
    for name, given in {
        "Rasa": scores(10, 20, 70),
        "Anna": scores(60, 20, 20),
        "New": scores(6),
        "Bohdan": scores(55, 25, 20),
        "Edita": scores(2, 0, 1),
    }.items():
        found[name] = manager_called(name)
        answer(version, given, manager=found[name], team=found[name].team, **JUNE)
    return found


def names(page):
    return [re.sub(r" (few answers|better: sure|worse: sure)$", "", row[0]) for row in page.rows("compared")]


def test_who_is_compared_stands_by_name_without_a_place(fair, managers):
    page = fair(LAST)

    assert names(page) == ["Anna", "Bohdan", "Edita", "New", "Rasa"]
    assert page.row("compared", "Rasa")[0] == "Rasa worse: sure"
    assert page.row("compared", "New")[0] == "New few answers"
    assert page.row("compared", "Edita")[2:] == ["–", "–", "–", "–"]
    assert "Never pay bonuses by places" in page.text
    assert "<ol" not in page.html


def test_a_few_answers_are_drawn_towards_all_together(fair, managers):
    page = fair(LAST)
    raw, drawn = (float(page.row("compared", "New")[column]) for column in (2, 3))

    assert raw == 100
    assert drawn < 60


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("-name", ["Rasa", "New", "Edita", "Bohdan", "Anna"]),
        ("-answers", ["Anna", "Bohdan", "Rasa", "New", "Edita"]),
        ("-fair", ["Anna", "Bohdan", "Rasa", "New", "Edita"]),
        ("nonsense", ["Anna", "Bohdan", "Edita", "New", "Rasa"]),
    ],
)
def test_other_orders_are_a_choice_and_a_handful_never_leads(fair, managers, order, expected):
    assert names(fair(f"{LAST}&order={order}")) == expected


def test_a_name_is_found_by_a_part_of_it(fair, managers):
    User.objects.filter(name="Edita").update(name="Édita O’Brien")
    assert names(fair(f"{LAST}&q=NN")) == ["Anna"]
    assert names(fair(f"{LAST}&q=edita obr")) == ["Édita O’Brien"]
    assert "Nobody is called so." in fair(f"{LAST}&q=zzz").text


def test_days_that_run_call_nobody_better_or_worse(fair, managers):
    page = fair("period=own&start=2026-06-02&end=2026-06-20")

    assert "sure" not in "".join(row[0] for row in page.rows("compared"))
    assert page.rows("compared")


@pytest.mark.parametrize("query", [LAST, f"{LAST}&who=team"])
def test_every_number_leads_to_exactly_the_answers_that_it_counts(client, fair, managers, version, query):
    answer(version, scores(9), **JUNE)
    page = fair(query)
    ways = re.findall(r'<a[^>]* href="(/answers/[^"]*)"[^>]*>([\d,]+)</a>', page.html)

    assert len(ways) == 6
    for way, number in ways:
        assert client.get(unescape(way)).context["all"] == int(number), way


def test_a_manager_compares_the_own_team_only(fair, manager, team, version):
    ours, theirs = UserFactory(name="Ours", team=team), UserFactory(name="Theirs", team=TeamFactory(name="East"))
    for who in (ours, theirs):
        answer(version, scores(20, 10, 10), manager=who, team=who.team, **JUNE)

    for who in ("manager", "team"):
        page = fair(f"{LAST}&who={who}", user=manager)
        assert len(page.rows("compared")) == 1
        assert "Theirs" not in page.html
        assert "East" not in page.html


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger"])
def test_agents_compare_nobody(fair, request, who):
    fair(user=request.getfixturevalue(who), status=403)


@pytest.mark.parametrize("query", ["who=customer", f"q={'x' * 101}", "period=x"])
def test_what_is_wrong_is_refused_with_a_word(fair, db, query):
    fair(query, status=400)


def test_an_empty_period_says_so(fair, version):
    assert "No answers in this period" in fair("period=last-year").text


def test_the_legend_of_the_funnel_shows_the_lines_that_are_drawn(fair, managers):
    page = fair(LAST).html

    assert "funnel__limit" in page
    assert "chart__key--limit" in page
    assert "chart__key--band" not in page


def test_three_thousand_managers_are_a_page_of_fifty_and_quick(fair, version):
    team = TeamFactory()
    people = User.objects.bulk_create(
        [User(email=f"m{number}@plumb.example", name=f"Manager {number:04}", team=team) for number in range(3000)]
    )
    made = answer(version, [9] * len(people), contact=customers(1)[0], team=team, **JUNE)
    owners = [people[place % len(people)] for place in range(len(made))]
    for response, owner in zip(made, owners, strict=True):
        response.manager = owner
    Response.objects.bulk_update(made, ["manager"], batch_size=3000)

    started = time.perf_counter()
    page = fair(LAST)
    taken = time.perf_counter() - started

    assert len(page.rows("compared")) == 50
    assert "Page 1 of 60" in page.text
    assert names(fair(f"{LAST}&page=60"))[-1] == "Manager 2999"
    assert len(page.html) < 1_000_000
    assert taken < 8


def test_the_comparison_is_taken_along_by_name_and_without_places(fair, managers, client):
    fair()

    rows = csv_rows(client.get(f"{reverse('fair_csv')}?{LAST}"))

    assert [row["name"] for row in rows] == ["Anna", "Bohdan", "Edita", "New", "Rasa"]
    anna, edita = rows[0], rows[2]
    assert (anna["id"], anna["answers"], anna["value"], anna["standing"]) == (
        str(managers["Anna"].pk), "100", "40.0", anna["standing"],
    )  # fmt: skip
    # Drawn towards all together, and the true one lies between.
    assert float(anna["low"]) < float(anna["fair"]) < 40 < float(anna["high"])
    assert (edita["answers"], edita["value"], edita["fair"], edita["chance_of_being_better"]) == ("3", "", "", "")
    assert rows[-1]["standing"] == "down"
    assert not {"rank", "place"} & rows[0].keys()
    assert SecurityEvent.objects.get(kind="exported").subject == "fair.csv"
    assert client.get(reverse("fair_xlsx"), {"who": "customer"}).url == "/dashboard/fair/?who=customer"
