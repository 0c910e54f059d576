import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SecurityEvent
from analytics.planner.exports import TABLES
from tests.analytics.answers import answer, ask, at, manager_called, scores, version_of
from tests.analytics.planner.test_history import happen
from tests.analytics.reading import Page
from tests.factories import SurveyFactory, TeamFactory

pytestmark = pytest.mark.django_db

SPRING = at("2026-04-15T10:00")


@pytest.fixture
def planner(client, ceo):
    def planner(query="", user=None, status=200):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('planner')}?{query}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return planner


@pytest.fixture
def take(client, ceo):
    def take(table, query="", user=None):
        client.force_login(user or ceo)
        text = client.get(f"{reverse('planner_csv', args=[table])}?{query}").getvalue().decode()
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    return take


@pytest.fixture
def running(version):
    """Half a year of deals, of which a half were asked and a fifth of these answered."""
    ona, ben = manager_called("Ona"), manager_called("Ben")
    happen(60, day="2026-01-01", manager=ona, team=ona.team)
    happen(60, day="2026-01-01", manager=ben, team=ben.team)
    answer(version, scores(6, 4, 2), at=at("2026-01-01T10:00"), manager=ona, team=ona.team)
    ask(version, count=48, at=at("2026-01-01T10:00"), manager=ona, team=ona.team)
    return ona


def test_before_anything_is_known_the_page_says_so_and_what_answers_buy(planner, version):
    page = planner()

    assert "How many answers will come cannot be told" in page.text
    assert page.row("answers", "40") == ["40", "23", "47"]
    assert "pace" not in page.tables
    assert "shares" not in page.tables
    assert page.row("reckoned", "Response rate")[1:] == [
        "20.0%",
        "assumed As is usual: fewer than 30 were asked so far",
    ]


def test_a_typed_number_of_answers_says_what_is_seen_of_it(planner, version):
    page = planner("answers=40&months=1")

    assert "With 40 answers a month you see changes of 47 points from one month to the next." in page.text
    assert "To see a change of 10 points each period needs 955 answers: at this pace 24 months." in page.text
    assert "1 month gives 40 answers: NPS is known to ±23, and changes of 47 points are seen." in page.text
    assert 'name="answers" value="40"' in page.html
    assert page.row("reckoned", "Answers a month")[2] == "typed"


def test_deals_alone_give_a_plan_whose_assumptions_are_said(planner, version):
    happen(60, day="2026-01-01")

    page = planner()

    assert page.row("reckoned", "Deal won, a month")[1] == "10.1"
    assert page.row("reckoned", "Share asked")[1:] == ["100%", "assumed All of them"]
    assert page.row("reckoned", "Answers a month")[1:] == ["2.0", "assumed By the lines above"]
    assert page.row("reckoned", "Customers")[1:3] == ["60", "measured With whom any of this happened"]
    assert "With 2 answers a month there is no number of a month at all: it needs five." in page.text
    assert page.row("shares", "12")[4].endswith("Answers: 24")


def test_a_running_survey_is_planned_from_its_own_past(planner, running):
    page = planner()

    assert page.row("reckoned", "Share asked")[1:] == ["50%", "measured 60 asked"]
    assert page.row("reckoned", "Response rate")[1:] == ["20.0%", "measured 60 asked"]
    assert page.row("reckoned", "Answers a month")[1] == "2.0"
    assert page.row("segments", "Ona")[1:4] == ["10.1", "60", "1.0"]
    assert {row[0] for row in page.rows("segments")} == {"Ben", "Ona"}


def test_a_share_and_a_rate_that_are_typed_are_reckoned_with(planner, running):
    page = planner("share=100&rate=50&months=6")

    assert page.row("reckoned", "Answers a month")[1:3] == ["10.1", "typed"]
    assert "6 months give 60 answers" in page.text


@pytest.mark.parametrize(("typed", "printed"), [("0.5", "0.5%"), ("4.4", "4.4%"), ("5", "5%"), ("33", "33%")])
def test_a_small_share_is_printed_as_it_is_reckoned_with(planner, running, typed, printed):
    assert planner(f"share={typed}").row("reckoned", "Share asked")[1] == printed


def test_of_many_segments_those_with_the_most_answers_are_shown(planner, take, version):
    for number in range(27):
        happen(27 - number, day="2026-01-01", campaign=f"Campaign {number}")
    page = planner("segments=campaign")

    assert [row[0] for row in page.rows("segments")] == [f"Campaign {number}" for number in range(25)]
    assert "Show 2 more" in page.text
    assert len(planner("segments=campaign&all=segments").rows("segments")) == 27
    assert len(take("segments", "segments=campaign")) == 27


def test_segments_share_what_is_planned(planner, take, running):
    lines = take("segments", "answers=90")

    assert sum(float(line["answers_a_month"]) for line in lines) == pytest.approx(90, abs=0.1)
    assert [line["change_1"] for line in lines] == ["44.66", "44.66"]


def test_a_file_tells_no_more_of_a_handful_of_answers_than_the_page(planner, take, running):
    (few, *_rest), page = take("pace", "answers=4"), planner("answers=4")
    segment = take("segments", "answers=4")[0]

    assert page.row("pace", "1")[1:] == ["4", "–", "–", "–"]
    assert list(few.values()) == ["1", "4", "", "", ""]
    assert (segment["answers_a_month"], segment["change_1"], segment["change_3"] != "") == ("2.0", "", True)


def test_customers_in_turn_count_once_in_a_period(planner, version):
    page = planner("customers=400&rate=25&months=3")

    cells = {row[0]: [re.search(r"Answers: (\d+)", cell)[1] for cell in row[1:]] for row in page.rows("turns")}
    assert cells == {
        "1": ["25", "50", "75", "100"], "3": ["25", "50", "75", "100"],
        "6": ["12", "25", "37", "50"], "12": ["6", "12", "18", "25"],
    }  # fmt: skip


def test_a_base_that_is_heard_wholly_leaves_nothing_to_guess(planner, version):
    page = planner("customers=40&rate=100&months=12")

    assert "±0 of these" in page.row("turns", "12")[4]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("answers=many", "Enter a whole number from 1 to 1000000, or nothing."),
        ("answers=0", "Enter a whole number from 1 to 1000000, or nothing."),
        ("months=61", "Enter a whole number from 1 to 60, or nothing."),
        ("share=0", "Enter a number above 0 and up to 100, or nothing."),
        ("rate=101", "Enter a number above 0 and up to 100, or nothing."),
        (
            "answers=40&share=50",
            "Enter the answers a month, or the share asked and the response rate. Empty the others.",
        ),
        ("segments=x", "“x” is not in this list."),
    ],
)
def test_what_is_wrong_is_kept_and_says_what_to_do(planner, version, query, said):
    page = planner(query, status=400)
    name, _sign, typed = query.split("&")[0].partition("=")

    assert said in page.text
    assert name == "segments" or f'name="{name}" value="{typed}"' in page.html
    assert "In words" not in page.text


def test_each_form_keeps_what_was_typed_into_the_other(planner, version):
    page = planner(f"survey={version.survey_id}&answers=40&segments=team")
    filters, plan = page.html.split('id="plan-heading"')

    assert '<input type="hidden" name="answers" value="40">' in filters
    assert f'<input type="hidden" name="survey" value="{version.survey_id}">' in plan
    assert '<input type="hidden" name="segments" value="team">' in plan


def test_the_answers_of_the_past_lead_to_themselves(client, planner, running):
    ((way, number),) = re.findall(r'<a[^>]* href="(/answers/[^"]*)"[^>]*>([\d,]+)</a>', planner().html)

    assert number == "12"
    assert client.get(unescape(way)).context["all"] == 12


def test_shares_are_planned_on_their_own_scale(planner, version):
    csat = version_of(SurveyFactory(metric="csat"))
    answer(csat, [5] * 30 + [1] * 10, at=SPRING, metric="csat")

    page = planner("metric=csat&answers=5")

    # Ten of forty were bad: of a share only the good are told.
    assert page.row("reckoned", "Spread")[1:] == ["0.20", "measured Good 75%"]
    assert float(page.row("pace", "1")[3]) <= 100


def test_a_manager_plans_with_what_the_own_team_does(planner, take, manager, version):
    happen(30, day="2026-01-01", team=manager.team)
    happen(90, day="2026-01-01", team=TeamFactory(name="East"))

    assert planner(user=manager).row("reckoned", "Customers")[1] == "30"
    assert planner().row("reckoned", "Customers")[1] == "120"
    assert [row["customers"] for row in take("segments", "segments=team", user=manager)] == ["30"]


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger"])
def test_agents_plan_nothing(client, planner, request, who):
    planner(user=request.getfixturevalue(who), status=403)
    assert client.get(reverse("planner_csv", args=["pace"])).status_code == 403


def test_a_short_past_is_called_short(planner, version):
    happen(12, day="2026-06-01")

    assert "The past is short: 30 days are known." in planner().text


def test_a_rate_of_few_asks_is_no_rate_yet(planner, version):
    answer(version, scores(8), at=SPRING)
    ask(version, count=12, at=SPRING)

    assert planner().row("reckoned", "Response rate")[1:3] == [
        "20.0%",
        "assumed As is usual: fewer than 30 were asked so far",
    ]


def test_one_answer_is_a_past_as_well(planner, version):
    answer(version, [9], at=SPRING)

    assert planner().row("reckoned", "Answers known")[1] == "1"


def test_tables_are_taken_along_and_noted(client, take, running):
    assert {table: len(take(table)) for table in TABLES} == {
        "pace": 4, "needed": 4, "shares": 16, "turns": 16, "answers": 7, "segments": 2,
    }  # fmt: skip
    assert take("answers")[2] == {
        "answers": "40", "margin": take("answers")[2]["margin"], "change": "47.19", "margin_of_these_customers": "",
    }  # fmt: skip
    assert SecurityEvent.objects.filter(kind=SecurityEvent.Kind.EXPORTED).count() == len(TABLES) + 2
    assert client.get(reverse("planner_csv", args=["nonsense"])).status_code == 404
    assert client.get(reverse("planner_xlsx", args=["pace"])).status_code == 200
    assert client.get(f"{reverse('planner_csv', args=['pace'])}?months=x").status_code == 302


def test_more_of_everything_takes_no_more_queries(planner, running, version):
    planner()
    with CaptureQueriesContext(connection) as first:
        planner()
    for name in ("a", "b", "c"):
        who = manager_called(name)
        happen(5, manager=who)
        answer(version, scores(5), at=SPRING, manager=who)

    with CaptureQueriesContext(connection) as second:
        planner()

    assert len(second) == len(first)
