import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SecurityEvent
from analytics import services
from analytics.silence.exports import TABLES
from analytics.silence.study import study
from crm.models import Profile
from tests.analytics.answers import NOW, answer, ask, at, scores, version_of
from tests.analytics.reading import Page
from tests.analytics.test_response_rates import quarter
from tests.analytics.test_rollups import selection
from tests.factories import SurveyFactory, TeamFactory

pytestmark = pytest.mark.django_db

JUNE = at("2026-06-10T10:00")
LAST = "period=last-month"


@pytest.fixture
def silence(client, ceo):
    def silence(query="", user=None, status=200):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('silence')}?{query}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return silence


@pytest.fixture
def take(client, ceo):
    def take(table, query=LAST, user=None):
        client.force_login(user or ceo)
        text = client.get(f"{reverse('silence_csv', args=[table])}?{query}").getvalue().decode()
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    return take


@pytest.fixture
def june(version):
    """Four hundred asked, of whom the small answer more often and are happier."""
    small, large = (Profile.objects.create(region="Kyiv", size_band=size) for size in ("1-10", "11-50"))
    answer(version, scores(50, 15, 5), at=JUNE, profile=small, medium="email")
    answer(version, scores(10, 10, 10), asked_at=JUNE, at=JUNE + timedelta(days=5), profile=large, medium="email")
    ask(version, count=130, at=JUNE, profile=small, medium="sms")
    ask(version, count=170, at=JUNE, profile=large, medium="email")


def test_the_page_says_in_words_how_far_the_silent_could_change_the_number(silence, june):
    text = silence(LAST).text

    assert "400 were asked in these days, and 100 of them have answered: 25.0% (between 21 and 29)." in text.replace(
        "(between 21% and 29%)", "(between 21 and 29)"
    )
    assert "Their NPS is 45.0" in text
    assert "What the 300 silent (75%) think, nobody knows." in text
    assert "lies anywhere between -63.8 and 86.2" in text.replace("−", "-")
    assert "by 20 points at most, between 30.0 and 60.0" in text
    assert (
        "The number of all falls below 40 only if the silent average below 38.3: 6.7 points worse than those who"
        " answered." in text
    )
    assert "None of these is the true number." in text


def test_a_goal_is_kept_and_told(silence, june):
    page = silence(f"{LAST}&goal=30")

    assert "falls below 30 only if the silent average below 25.0: 20.0 points worse" in page.text
    assert ["30 your goal", "25.0", "20.0 points worse"] in page.rows("tipping")
    assert 'name="goal" value="30"' in page.html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("goal=much", "Enter a number from -100 to 100, or nothing."),
        ("goal=101", "Enter a number from -100 to 100, or nothing."),
        ("segments=region&other=region", "These are the segments already. Choose another one."),
        ("segments=x", "“x” is not in this list."),
        ("period=x", "is not a period"),
    ],
)
def test_what_is_wrong_is_kept_and_refused_with_a_word(silence, version, query, said):
    page = silence(query, status=400)

    assert said in page.text
    assert "In words" not in page.text


def test_each_assumption_gives_another_number_and_says_what_it_takes_for_granted(silence, june):
    rows = silence(LAST).rows("assumptions")
    names = (
        "Those who answered The silent are", "Weighted: Size Within", "The silent like the late The",
        "The silent within 20 points The", "Nothing assumed All",
    )  # fmt: skip

    assert len(rows) == len(names)
    assert all(row[0].startswith(name) for row, name in zip(rows, names, strict=True))
    values = [row[1] for row in rows]
    # 45 as it is; large ones count as they were asked; the late, all of them large, stand for all the silent.
    assert values[0] == "45.0"
    assert values[1] == "32.1"
    assert values[2] == "11.2"
    assert values[3:] == ["–", "–"]


def test_rates_stand_by_segment_and_by_medium_with_their_weights(silence, june):
    page = silence(LAST)

    assert page.row("segments", "1-10") == [
        "1-10", "200", "70", "▲ 35.0% above that of all others", "29% … 42%", "64.3", page.row("segments", "1-10")[6],
        "0.71",
    ]  # fmt: skip
    assert page.row("segments", "11-50")[1:4] == ["200", "30", "▼ 15.0% below that of all others"]
    assert page.row("media", "SMS")[1:4] == ["130", "0", "▼ 0.0% below that of all others"]


def test_of_many_segments_the_largest_are_shown_and_the_rest_is_a_click_away(silence, take, version):
    for number in range(27):
        ask(version, count=27 - number, at=JUNE, campaign=f"Campaign {number}")
    page = silence(f"{LAST}&segments=campaign")

    assert [row[0] for row in page.rows("segments")] == [f"Campaign {number}" for number in range(25)]
    assert "Show 2 more" in page.text
    assert len(silence(f"{LAST}&segments=campaign&all=segments").rows("segments")) == 27
    assert len(take("segments", f"{LAST}&segments=campaign")) == 27


def test_few_are_counted_and_no_more(silence, version):
    few = Profile.objects.create(region="Kyiv", size_band="1-10")
    answer(version, scores(4), at=JUNE, profile=few)
    page = silence(LAST)

    assert page.row("segments", "1-10")[1:] == ["4", "4", "–", "– … –", "–", "– … –"]
    assert "An NPS needs at least five answers." in page.text
    assert "assumptions" not in page.tables


def test_one_answer_and_no_answer_and_nobody_asked(silence, version):
    assert "Nobody was asked in this period" in silence(LAST).text
    ask(version, count=40, at=JUNE)
    assert "40 were asked in these days, and nobody has answered." in silence(LAST).text
    answer(version, [9], at=JUNE)
    assert "41 were asked in these days, and 1 of them has answered" in silence(LAST).text


def test_one_who_was_asked_is_one(silence, version):
    ask(version, at=JUNE)

    assert "1 was asked in these days, and has not answered." in silence(LAST).text


def test_nobody_silent_leaves_nothing_open(silence, version):
    answer(version, scores(20, 5, 5), at=JUNE)
    page = silence(LAST)

    assert "Nobody is silent: nothing is left open." in page.text
    assert "tipping" not in page.tables


def test_every_number_of_answers_leads_to_exactly_these(client, silence, june, version):
    # What lies outside: an earlier ask that was answered in June, and another origin.
    answer(version, scores(9), asked_at=at("2026-05-20T10:00"), at=JUNE)
    page = silence(f"{LAST}&origin=any")
    ways = re.findall(r'<a[^>]* href="(/answers/[^"]*)"[^>]*>([\d,]+)</a>', page.html)

    assert sorted(number for _way, number in ways) == sorted(["100", "70", "30", "70", "30", "100"])
    for way, number in ways:
        assert client.get(unescape(way)).context["all"] == int(number), way


@pytest.mark.parametrize("trait", ["size_band", "product", "manager", "campaign", "survey"])
def test_whoever_has_no_such_trait_is_led_to_as_well(client, silence, version, trait):
    answer(version, scores(7), at=JUNE)
    page = silence(f"{LAST}&segments={trait}&other=region")
    ((way, number),) = re.findall(
        r'<a[^>]* href="(/answers/[^"]*)"[^>]*>([\d,]+)</a>', page.html[page.html.index('data-table="segments"') :]
    )[:1]

    assert number == "7"
    assert client.get(unescape(way)).context["all"] == 7


def test_early_and_late_are_compared_where_both_have_thirty(silence, june, version):
    page = silence(LAST)

    assert page.row("late", "Within 3 days")[1:3] == ["70", "64.3"]
    assert page.row("late", "Later")[1:3] == ["30", "0.0"]
    assert "The late lie −64.3 points off the early" in page.text
    assert "They are less content by more than chance explains" in page.text
    assert "It cannot be told from these days" in silence("period=own&start=2026-06-02&end=2026-06-30").text


def test_what_will_have_answered_is_foretold_from_the_curve(silence, version):
    quarter(version)
    services.rebuild_rollups()
    ask(version, count=60, at=NOW - timedelta(days=2))
    # Whoever has answered will not answer once more.
    answer(version, [9] * 7, asked_at=NOW - timedelta(days=2), at=NOW - timedelta(days=1))
    page = silence("period=30d")

    assert [row[0] for row in page.rows("delays")] == ["1", "3", "7", "14"]
    assert page.rows("delays")[-1][2:] == ["12.5%", "100%"]
    assert "60 of them were asked less than 14 days ago and may still answer." in page.text
    assert re.search(r"When all have had 14 days, 1\d\.\d% will have answered by then", page.text)
    assert "Too little is known yet" in silence("period=30d&channel=").text or page.tables["delays"]


def test_where_nearly_all_answers_are_in_nothing_is_said_of_the_rest(silence, version):
    quarter(version)
    services.rebuild_rollups()
    answer(version, [9] * 60, asked_at=NOW - timedelta(days=20), at=NOW - timedelta(days=19))
    ask(version, at=NOW - timedelta(days=2))
    text = silence("period=30d").text

    assert "1 of them was asked less than 14 days ago" in text
    assert "will have answered by then" in text
    assert "of these answers are in" not in text
    ask(version, count=200, at=NOW - timedelta(days=2))
    assert re.search(r"\d% of these answers are in\.", silence("period=30d").text)


def test_little_history_gives_no_curve(silence, june):
    assert "the curve needs 4 weeks of asks and 30 answers" in silence(LAST).text


def test_shares_have_bounds_of_their_own(silence, version):
    csat = version_of(SurveyFactory(metric="csat"))
    answer(csat, [5] * 30 + [1] * 10, at=JUNE, metric="csat")
    ask(csat, count=60, at=JUNE, metric="csat")

    text = silence(f"{LAST}&metric=csat").text

    assert "Their CSAT is 75.0%" in text
    assert "lies anywhere between 30.0% and 90.0%" in text


def test_a_manager_sees_the_silent_of_the_own_team_only(silence, take, manager, version):
    other = TeamFactory(name="East")
    ask(version, count=9, at=JUNE, team=manager.team)
    ask(version, count=30, at=JUNE, team=other)

    assert "9 were asked in these days" in silence(LAST, user=manager).text
    assert [row["asked"] for row in take("segments", user=manager)] == ["9"]
    assert silence(f"{LAST}&team={other.pk}", user=manager, status=400)


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger"])
def test_agents_see_nothing_of_it(client, silence, request, who):
    silence(user=request.getfixturevalue(who), status=403)
    assert client.get(reverse("silence_csv", args=["segments"])).status_code == 403


def test_tables_are_taken_along_and_noted(client, take, june):
    assert {table: len(take(table)) for table in TABLES} == {
        "segments": 2, "media": 2, "assumptions": 5, "weights": 1, "tipping": 5, "late": 2, "delays": 0,
    }  # fmt: skip
    first = take("segments")[0]
    assert (first["name"], first["asked"], first["answered"], first["response_rate"]) == ("1-10", "200", "70", "35.0")
    assert SecurityEvent.objects.filter(kind=SecurityEvent.Kind.EXPORTED).count() == len(TABLES) + 1
    assert client.get(reverse("silence_csv", args=["nonsense"])).status_code == 404
    assert client.get(f"{reverse('silence_xlsx', args=['late'])}?{LAST}").status_code == 200
    assert client.get(f"{reverse('silence_csv', args=['late'])}?period=x").status_code == 302


def test_more_answers_take_no_more_queries(silence, june, version):
    silence(LAST)
    with CaptureQueriesContext(connection) as first:
        silence(LAST)
    for name in ("a", "b", "c"):
        profile = Profile.objects.create(region=name, size_band="51-200")
        answer(version, scores(10, 5, 5), at=JUNE, profile=profile)

    with CaptureQueriesContext(connection) as second:
        silence(LAST)

    assert len(second) == len(first)


def test_a_study_takes_six_queries(june, django_assert_num_queries):
    chosen, today = selection("last-month"), NOW.date()

    with django_assert_num_queries(6):
        study(chosen, ("size_band", "region"), today)
