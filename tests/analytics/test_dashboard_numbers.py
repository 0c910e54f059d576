import re
from datetime import date, timedelta

import pytest
from django.utils.formats import date_format

from tests.analytics.answers import NOW, answer, ask, at, manager_called, scores, version_of
from tests.factories import (
    ChannelFactory,
    ContactFactory,
    FollowupFactory,
    ProductFactory,
    SurveyFactory,
    SurveyVersionFactory,
)


def test_the_check_figure_stands_on_the_page(show, version):
    answer(version, scores(promoters=68, passives=52, detractors=30))

    page = show()

    assert page.figures["value"] == "25.3"
    assert page.figures["answers"] == "150"
    assert "95% interval: 12.7 to 37.0" in page.text
    assert "45.3% (68)" in page.text
    assert "34.7% (52)" in page.text
    assert "20.0% (30)" in page.text


def test_without_answers_there_is_no_number(show):
    page = show()

    assert "value" not in page.figures
    assert "No answers in this period" in page.text


def test_asked_but_unanswered_shows_the_rate_and_no_nps(show, version):
    ask(version, count=4)

    page = show()

    assert "value" not in page.figures
    assert page.figures["answers"] == "0"
    assert page.figures["rate"] == "0.0%"
    assert "0 of 4 asked have answered" in page.text


def test_four_answers_are_counts_and_five_a_grey_number(show, version):
    answer(version, [10, 10, 10, 0])

    page = show()
    assert "value" not in page.figures
    assert "An NPS needs at least five answers." in page.text
    assert re.search(r"<dd><a [^>]*category=promoter\">3</a></dd>", page.html)
    assert "75.0%" not in page.text
    assert [row[2:] for row in page.rows("scores")][10] == ["3", "–"]

    answer(version, [10])
    page = show()
    assert page.figures["value"] == "60.0"
    assert "few answers" in page.text


def test_response_rate_counts_the_cohort_that_was_asked(show, version):
    ask(version, count=6, at=at("2026-07-02T10:00"))
    answer(version, scores(promoters=2), asked_at=at("2026-07-03T10:00"))
    # Asked before the period, answered in it: an answer, but not of this cohort.
    answer(version, scores(promoters=3), asked_at=at("2026-06-20T10:00"))

    page = show("?period=month")

    assert page.figures["answers"] == "5"
    assert page.figures["rate"] == "25.0%"
    assert "2 of 8 asked have answered" in page.text


def test_what_a_machine_may_have_sent_does_not_count(show, version):
    answer(version, scores(promoters=5))
    suspected = answer(version, scores(detractors=5))
    type(suspected[0]).objects.filter(pk__in=[one.pk for one in suspected]).update(is_provisional=True)

    assert show().figures["value"] == "100.0"


def test_scores_and_categories_are_told_one_by_one(show, version):
    answer(version, [0, 6, 6, 7, 8, 8, 8, 9, 10, 10])

    rows = show().rows("scores")

    assert rows == [
        ["0", "detractor", "1", "10.0%"],
        ["1", "detractor", "0", "0.0%"],
        ["2", "detractor", "0", "0.0%"],
        ["3", "detractor", "0", "0.0%"],
        ["4", "detractor", "0", "0.0%"],
        ["5", "detractor", "0", "0.0%"],
        ["6", "detractor", "2", "20.0%"],
        ["7", "passive", "1", "10.0%"],
        ["8", "passive", "3", "30.0%"],
        ["9", "promoter", "1", "10.0%"],
        ["10", "promoter", "2", "20.0%"],
    ]


def written(*day):
    return date_format(date(*day), "DATE_FORMAT")


def last_month(show, version, now, before):
    answer(version, [8], at=at("2026-04-28T10:00"))
    answer(version, now, at=at("2026-06-02T10:00"))
    answer(version, before, at=at("2026-05-20T10:00"))
    return show("?period=last-month")


def test_a_real_rise_is_told_with_both_numbers_and_the_interval(show, version):
    page = last_month(show, version, scores(300, 150, 50), scores(260, 160, 80))

    assert page.figures["verdict"] == "up"
    assert "▲ +14.0: more than chance explains (between +5.2 and +22.7)" in page.text
    assert f"{written(2026, 5, 1)} – {written(2026, 5, 31)}: 36.0 (29.3 to 42.3), 500 answers" in page.text


def test_a_change_that_chance_explains_gets_no_arrow(show, version):
    page = last_month(show, version, scores(60, 25, 15), scores(50, 25, 25))

    assert page.figures["verdict"] == "unclear"
    assert "Cannot tell whether it changed: +20.0" in page.text
    assert "between −2.0 and +40.9" in page.text


def test_a_change_of_one_month_in_twenty_gets_no_arrow(show, version):
    # p = 0.038: of twelve months without any change two would show one.
    page = last_month(show, version, scores(60, 25, 15), scores(47, 25, 28))

    assert page.figures["verdict"] == "unclear"
    assert "Perhaps it changed: +26.0 (between +" in page.text


def test_a_fall_is_told(show, version):
    page = last_month(show, version, scores(260, 160, 80), scores(300, 150, 50))

    assert page.figures["verdict"] == "down"
    assert "▼ −14.0: more" in page.text


def test_too_few_answers_are_not_compared(show, version):
    page = last_month(show, version, scores(promoters=29), scores(detractors=100))

    assert page.figures["verdict"] == "too_few"
    assert "Too few answers to compare: 29 now, 100 before" in page.text


def test_a_past_that_is_not_all_there_is_not_compared(show, version):
    answer(version, scores(80, 10, 10), at=at("2026-06-02T10:00"))
    answer(version, scores(10, 10, 80), at=at("2026-05-20T10:00"))

    page = show("?period=last-month")

    assert page.figures["verdict"] == "open"
    assert (
        f"Not compared: counting began on {written(2026, 5, 20)}, so the period before is not all there." in page.text
    )


def test_the_same_days_a_year_earlier_can_be_compared(show, version):
    answer(version, scores(60, 0, 40), at=at("2025-05-28T10:00"))
    answer(version, scores(30, 0, 70), at=at("2025-06-20T10:00"))
    answer(version, scores(0, 0, 50), at=at("2025-12-20T10:00"))
    answer(version, scores(70, 0, 30), at=at("2026-06-20T10:00"))

    page = show("?period=last-month&compare=year")

    assert page.figures["verdict"] == "up"
    assert f"{written(2025, 6, 1)} – {written(2025, 6, 30)}: −40.0" in page.text
    assert "Choose at most a year" in show("?period=24m&compare=year", status=400).text


def test_weeks_with_too_few_answers_fall_to_months_unless_weeks_are_chosen(show, version):
    for day in ("2026-05-04", "2026-05-20", "2026-06-03", "2026-06-20", "2026-07-10"):
        answer(version, scores(3), at=at(f"{day}T10:00"))

    assert len(show("?period=90d").rows("trend")) == 4
    assert len(show("?period=90d&by=week").rows("trend")) == 14


def test_points_that_are_not_whole_are_called_so(show, version):
    answer(version, scores(5), at=at("2026-06-10T10:00"))

    over = show("?period=own&start=2026-05-20&end=2026-06-20&by=month")
    running = show("?period=own&start=2026-06-01&end=2026-07-15&by=month")

    assert [row[0] for row in over.rows("trend")] == ["May 2026 in part", "Jun 2026 in part"]
    assert "The last point holds only the part that lies in the period." in over.text
    assert "is not complete yet" not in over.text
    assert [row[0] for row in running.rows("trend")] == ["Jun 2026", "Jul 2026 so far"]
    assert "The newest point is not complete yet." in running.text


def test_a_share_is_told_in_per_cent_and_mixes_with_no_other_metric(show, version):
    satisfied = SurveyVersionFactory(survey=SurveyFactory(metric="csat"))
    answer(version, scores(detractors=40))
    answer(satisfied, [1] * 5 + [2] * 8 + [3] * 17 + [4] * 40 + [5] * 30, metric="csat")

    page = show("?metric=csat")

    assert page.figures["value"] == "70.0%"
    assert "95% interval: 60.4% to 78.1%" in page.text
    assert "Dissatisfied" in page.text
    assert [row[:3] for row in page.rows("scores")] == [
        ["1", "dissatisfied", "5"],
        ["2", "dissatisfied", "8"],
        ["3", "neither satisfied nor dissatisfied", "17"],
        ["4", "satisfied", "40"],
        ["5", "satisfied", "30"],
    ]
    assert show().figures["value"] == "−100.0"


def test_a_page_says_when_both_kinds_of_survey_are_in_it(show, version):
    relational = SurveyVersionFactory(survey=SurveyFactory(kind="relational"))
    answer(version, scores(promoters=10))
    answer(relational, scores(detractors=10))

    assert "They mean different things: choose one kind." in show().text
    for kind, value in (("transactional", "100.0"), ("relational", "−100.0")):
        page = show(f"?kind={kind}")
        assert page.figures["value"] == value
        assert "They mean different things" not in page.text


def test_answers_that_nobody_was_invited_to_are_looked_at_apart(show, version):
    answer(version, scores(promoters=10))
    answer(version, scores(detractors=10), origin="imported")

    assert show().figures["value"] == "100.0"
    assert show("?origin=imported").figures["value"] == "−100.0"
    assert show("?origin=any").figures["value"] == "0.0"


def test_months_without_answers_stay_in_the_chart_as_gaps(show, version):
    answer(version, scores(40, 0, 0), at=at("2026-05-10T10:00"))
    answer(version, scores(10, 0, 10), at=at("2026-07-10T10:00"))

    rows = show("?period=own&start=2026-05-01&end=2026-07-15&by=month").rows("trend")

    assert rows == [
        ["May 2026", "100.0", "83.6 … 100.0", "40", "40", "0", "0", "100.0% of 40"],
        ["Jun 2026", "–", "–", "0", "0", "0", "0", "–"],
        ["Jul 2026 so far", "0.0", "−39.5 … 39.5", "20", "10", "0", "10", "100.0% of 20 still growing"],
    ]


def test_weeks_begin_on_monday_and_quarters_are_numbered(show, version):
    answer(version, scores(5, 0, 0), at=at("2026-07-12T23:59"))
    answer(version, scores(0, 0, 5), at=at("2026-07-13T00:00"))

    weeks = show("?period=own&start=2026-07-06&end=2026-07-15&by=week").rows("trend")
    quarters = show("?period=own&start=2026-06-01&end=2026-07-15&by=quarter").rows("trend")

    assert [row[:2] for row in weeks] == [["6 Jul 2026", "100.0"], ["13 Jul 2026 so far", "−100.0"]]
    assert [row[:2] for row in quarters] == [["Q2 2026 in part", "–"], ["Q3 2026 so far", "0.0"]]


def test_newest_comments_come_first_and_lead_to_the_follow_up(show, version):
    older = answer(version, [3], at=NOW - timedelta(days=2), comment="Nobody called back.")[0]
    FollowupFactory(response=older)
    newer = answer(version, [10], comment="<b>Quick</b> and kind.")[0]
    answer(version, [10])

    page = show()

    assert page.text.index("<b>Quick</b> and kind.") < page.text.index("Nobody called back.")
    html = page.html
    assert f'href="/inbox/{older.followup.pk}/"' in html
    assert f'href="/contacts/{newer.contact_id}/"' in html
    assert "&lt;b&gt;Quick" in html


def test_the_page_says_how_its_numbers_are_made(show, settings):
    settings.TIME_ZONE = "Europe/Vilnius"

    text = show().text

    assert "Of the customers to whom the question was handed over in the period" in text
    assert "Adjusted Wald" in text
    assert "the company's time zone, Europe/Vilnius" in text
    assert f"{written(2024, 8, 17)} – {written(2025, 7, 31)}: of whole months" in text


def test_every_breakdown_tells_its_members(show, version):
    anna, product, channel = manager_called("Anna"), ProductFactory(name="Desk"), ChannelFactory(name="Phone")
    answer(version, scores(30, 10, 10), manager=anna, product=product, channel=channel)
    ask(version, count=50, manager=anna, product=product, channel=channel)

    page = show()

    for table, name in (("managers", "Anna"), ("products", "Desk"), ("channels", "Phone")):
        assert page.rows(table) == [[name, "40.0", "16 … 59", "50", "60%", "20%", "20%", "50% of 100", "too few"]]


@pytest.mark.parametrize("kind", ["transactional", "relational"])
def test_every_point_of_the_chart_leads_to_the_answers_that_it_counts(show, client, kind):
    version = version_of(SurveyFactory(kind=kind))
    customer = ContactFactory()
    for moment, score in (("2026-05-06 10:00", 3), ("2026-05-20 10:00", 9), ("2026-06-30 10:00", 10)):
        answer(version, [score], at=at(moment), contact=customer)
        answer(version, [score] * 3, at=at(moment))

    show()
    lines = client.get("/dashboard/?period=own&start=2026-05-05&end=2026-07-10&by=month").context["point_lines"]
    ways, counts = [line.url for line in lines], [line.figures.n for line in lines]

    assert counts[:2] == ([8, 4] if kind == "transactional" else [7, 4])
    assert [client.get(way).context["all"] if way else 0 for way in ways] == counts
