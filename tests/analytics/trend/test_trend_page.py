from datetime import date, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from tests.analytics.answers import NOW, answer, at, manager_called, version_of
from tests.analytics.reading import csv_rows
from tests.factories import ContactFactory, SurveyFactory, SurveyVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client, ceo):
    def look(user=None, status=200, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('trend')}?{urlencode(query)}")
        assert response.status_code == status, response.content.decode()[:2000]
        return response

    return look


def points(page):
    """The points of the chart: its month, how many answers, and its number."""
    return {line.label: (line.figures.n, line.figures.value) for line in page.context["lines"] if line.is_whole}


def months(version, scores_of_months, **facts):
    for month, scores in scores_of_months.items():
        answer(version, scores, at=at(f"2026-{month:02}-05 12:00"), **facts)


def test_each_point_holds_the_months_of_its_window(look, version):
    months(version, {1: [10] * 10, 2: [0] * 10, 3: [8] * 10, 4: [10] * 20, 5: [0] * 5, 6: [9] * 5})

    found = points(look(period="own", start="2026-03-01", end="2026-06-30"))

    assert list(found.values()) == [
        (30, pytest.approx(0)),
        (40, pytest.approx(25)),
        (35, pytest.approx(100 * 15 / 35)),
        (30, pytest.approx(100 * 20 / 30)),
    ]


def test_windows_that_reach_back_to_before_counting_began_hold_no_number(look, version):
    answer(version, [10] * 10, at=at("2026-04-15 12:00"))
    months(version, {5: [10] * 10, 6: [10] * 10})

    page = look(period="own", start="2026-04-01", end="2026-06-30")

    assert [line.is_whole for line in page.context["lines"]] == [False, False, False]
    assert "No point of this time holds a number" in page.content.decode()

    answer(version, [3], at=at("2026-04-02 12:00"))
    page = look(period="own", start="2026-04-01", end="2026-06-30")
    assert [(line.is_whole, line.figures.n) for line in page.context["lines"]] == [(False, 0), (False, 0), (True, 31)]
    assert "reach back to before counting began" in page.content.decode()


def test_weeks_move_on_by_the_week(look, version):
    for week in range(6):
        answer(version, [10] * 5 if week % 2 else [0] * 5, at=at("2026-05-04 12:00") + timedelta(weeks=week))

    found = points(look(period="own", start="2026-05-25", end="2026-06-14", window="4w"))

    assert list(found.values()) == [(20, pytest.approx(0))] * 3


def test_of_a_relationship_the_latest_answer_within_each_window_counts(client, look):
    yearly = version_of(SurveyFactory(kind="relational"))
    customer = ContactFactory()
    answer(yearly, [9] * 9, at=at("2026-01-05 12:00"))
    for month, score in ((2, 0), (4, 10), (5, 3)):
        answer(yearly, [score], at=at(f"2026-{month:02}-10 12:00"), contact=customer)

    page = look(period="own", start="2026-03-01", end="2026-06-30")

    # February to April hold the first two answers of the customer and count the later one.
    assert [count for count, _value in points(page).values()] == [10, 1, 1, 1]
    for line in page.context["lines"]:
        assert client.get(unescape(line.url)).context["all"] == line.figures.n, line.label


def test_every_point_leads_to_the_answers_of_its_window(client, look, version):
    ona = manager_called("Ona")
    months(version, {1: [10] * 6, 2: [0] * 7, 3: [8] * 8, 4: [9] * 9}, manager=ona, team=ona.team)
    months(version, {1: [10] * 6, 2: [0] * 7, 3: [8] * 8})

    page = look(period="own", start="2026-03-01", end="2026-05-31", manager=ona.pk)

    assert [line.figures.n for line in page.context["lines"]] == [21, 24, 17]
    for line in page.context["lines"]:
        assert client.get(unescape(line.url)).context["all"] == line.figures.n


def test_the_newest_window_ends_with_the_period_and_is_no_longer_than_it_is_called(look, version):
    answer(version, [9] * 5, at=NOW - timedelta(days=200))
    answer(version, [9] * 5)

    newest = look(period="12m").context["lines"][-1]

    assert (newest.figures.n, newest.days.split(" – ")[1]) == (5, "15 Jul 2026")


def test_a_question_in_other_words_is_a_line_on_the_chart_and_a_note(look, version):
    months(version, {1: [10] * 6, 2: [10] * 6, 3: [10] * 6})
    texts = {"en": {"question": "Would you tell a friend about us?"}}
    other = version.survey.versions.create(number=version.number + 1, texts=texts)
    other.publish()
    months(other, {4: [9] * 6})

    page = look(period="own", start="2026-03-01", end="2026-05-31")

    (note,) = page.context["breaks"]
    assert (note.number, note.when) == (1, "Apr 2026")
    assert note.sentence == f"“{version.survey.name}” asks its question in other words (version {other.number})."
    assert page.content.decode().count('<g class="chart__break">') == 2


def test_a_new_version_that_asks_the_same_is_no_break(look, version):
    months(version, {1: [10] * 6, 2: [10] * 6, 3: [10] * 6})
    other = version.survey.versions.create(
        number=version.number + 1, texts={"en": version.texts["en"], "pl": {"question": "?"}}
    )
    other.publish()
    months(other, {4: [9] * 6})

    assert look(period="own", start="2026-03-01", end="2026-05-31").context["breaks"] == []


def test_a_new_survey_that_asks_in_other_words_is_a_break(look, version):
    months(version, {1: [10] * 6, 2: [10] * 6, 3: [10] * 6})
    texts = {"en": {"question": "Would you tell a friend about us?"}}
    other = SurveyVersionFactory(survey=SurveyFactory(name="Another"), texts=texts)
    alike = version_of(SurveyFactory(name="Alike"))
    months(other, {4: [9] * 6})
    months(alike, {5: [9] * 6})

    (note,) = look(period="own", start="2026-03-01", end="2026-05-31").context["breaks"]

    assert (note.when, note.sentence) == (
        "Apr 2026", "“Another” begins, and asks its question in other words than the surveys before it.",
    )  # fmt: skip
    # What had answers before the first window is not new, and a survey alone has none before it.
    answer(other, [9], at=at("2025-10-05 12:00"))
    assert look(period="own", start="2026-03-01", end="2026-05-31").context["breaks"] == []
    assert look(period="own", start="2026-03-01", end="2026-05-31", survey=other.survey_id).context["breaks"] == []


def test_another_medium_is_a_break(look, version):
    months(version, {1: [10] * 40, 2: [10] * 40}, medium="email")
    months(version, {3: [9] * 20}, medium="email")
    months(version, {3: [9] * 20}, medium="sms")

    (note,) = look(period="own", start="2026-03-01", end="2026-03-31").context["breaks"]

    assert note.sentence == "SMS: 50% of the answers came by it, before that 0%."


def test_a_medium_that_rose_no_further_than_by_chance_is_no_break(look, version):
    for month, numbers in ((1, {"email": 30}), (2, {"email": 21, "sms": 9}), (3, {"email": 15, "sms": 15})):
        for medium, number in numbers.items():
            months(version, {month: [10] * number}, medium=medium)

    found = look(period="own", start="2026-01-01", end="2026-03-31").context["breaks"]

    # From none to 30 of a hundred is more than chance; from 30 to 50, of thirty each, is not.
    assert [note.when for note in found] == ["Feb 2026"]


def test_a_manager_reads_no_more_than_a_team(look, manager, version):
    jonas = manager_called("Jonas")
    for person, scores in ((manager, [10] * 5), (jonas, [0] * 5)):
        months(version, {1: scores, 2: scores, 3: scores}, manager=person, team=person.team)

    page = look(manager, period="own", start="2026-03-01", end="2026-03-31")

    assert [(line.figures.n, line.figures.value) for line in page.context["lines"]] == [(15, 100)]
    look(manager, status=400, manager=jonas.pk)


def test_the_points_are_taken_along(client, look, version):
    months(version, {1: [10] * 6, 2: [0] * 6, 3: [10] * 6})
    look()

    query = "period=own&start=2026-02-01&end=2026-03-31"
    early, whole = csv_rows(client.get(f"{reverse('trend_csv')}?{query}"))

    assert (early["start"], early["is_whole"], early["value"], early["answers"]) == ("2026-02-01", "no", "", "")
    assert (whole["first_day"], whole["last_day"], whole["answers"]) == ("2026-01-01", "2026-03-31", "18")
    assert float(whole["low"]) < float(whole["value"]) < float(whole["high"])
    assert SecurityEvent.objects.get(kind="exported").subject == "trend.csv"
    assert client.get(reverse("trend_xlsx"), {"window": "moon"}).url == "/dashboard/trend/?window=moon"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"window": "moon"}, "window"),
        ({"window": "4w", "period": "own", "start": "2020-01-01"}, "window"),
        ({"period": "own"}, "start"),
    ],
)
def test_what_cannot_be_shown_says_why(look, query, field):
    page = look(status=400, **query)

    assert page.context["form"].errors[field]
    assert "These numbers cannot be shown" in page.content.decode()


def test_more_points_cost_no_more_queries(look, version, django_assert_num_queries):
    months(version, {1: [10] * 6, 2: [0] * 6, 3: [10] * 6})
    look()
    with django_assert_num_queries(26) as few:
        look(period="own", start="2026-03-01", end="2026-03-31")
    with django_assert_num_queries(len(few)):
        look(period="own", start=date(2024, 1, 1), end="2026-03-31", window="12m")
