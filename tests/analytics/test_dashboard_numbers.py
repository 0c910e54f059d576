from datetime import timedelta

from tests.analytics.answers import NOW, answer, ask, at, manager_called, scores
from tests.factories import ChannelFactory, FollowupFactory, ProductFactory


def test_the_check_figure_stands_on_the_page(show, version):
    answer(version, scores(promoters=68, passives=52, detractors=30))

    page = show()

    assert page.figures["nps"] == "25.3"
    assert page.figures["answers"] == "150"
    assert "95% interval: 12.7 to 37.0" in page.text
    assert "45.3% (68)" in page.text
    assert "34.7% (52)" in page.text
    assert "20.0% (30)" in page.text


def test_without_answers_there_is_no_number(show):
    page = show()

    assert "nps" not in page.figures
    assert "No answers in this period" in page.text


def test_asked_but_unanswered_shows_the_rate_and_no_nps(show, version):
    ask(version, count=4)

    page = show()

    assert "nps" not in page.figures
    assert page.figures["answers"] == "0"
    assert page.figures["rate"] == "0.0%"
    assert "0 of 4 asked have answered" in page.text


def test_four_answers_are_counts_and_five_a_grey_number(show, version):
    answer(version, [10, 10, 10, 0])

    page = show()
    assert "nps" not in page.figures
    assert "An NPS needs at least five answers." in page.text
    assert "<dd>3</dd>" in page.html
    assert "75.0%" not in page.text
    assert [row[2:] for row in page.rows("scores")][10] == ["3", "–"]

    answer(version, [10])
    page = show()
    assert page.figures["nps"] == "60.0"
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

    assert show().figures["nps"] == "100.0"


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


def test_a_real_rise_is_told_with_its_interval(show, version):
    answer(version, scores(300, 150, 50), at=at("2026-07-02T10:00"))
    answer(version, scores(260, 160, 80), at=at("2026-06-20T10:00"))

    page = show("?period=month")

    assert page.figures["verdict"] == "up"
    assert "Up +14.0 on the previous period" in page.text
    assert "between +5.2 and +22.7" in page.text


def test_a_change_that_chance_explains_gets_no_arrow(show, version):
    answer(version, scores(60, 25, 15), at=at("2026-07-02T10:00"))
    answer(version, scores(50, 25, 25), at=at("2026-06-20T10:00"))

    page = show("?period=month")

    assert page.figures["verdict"] == "unclear"
    assert "Cannot tell whether it changed: +20.0" in page.text
    assert "between −2.0 and +40.9" in page.text


def test_a_fall_is_told(show, version):
    answer(version, scores(260, 160, 80), at=at("2026-07-02T10:00"))
    answer(version, scores(300, 150, 50), at=at("2026-06-20T10:00"))

    page = show("?period=month")

    assert page.figures["verdict"] == "down"
    assert "Down −14.0" in page.text


def test_too_few_answers_are_not_compared(show, version):
    answer(version, scores(promoters=29), at=at("2026-07-02T10:00"))
    answer(version, scores(detractors=100), at=at("2026-06-20T10:00"))

    page = show("?period=month")

    assert page.figures["verdict"] == "too_few"
    assert "Too few answers to compare: 29 now, 100 before" in page.text


def test_months_without_answers_stay_in_the_chart_as_gaps(show, version):
    answer(version, scores(40, 0, 0), at=at("2026-05-10T10:00"))
    answer(version, scores(10, 0, 10), at=at("2026-07-10T10:00"))

    rows = show("?period=own&start=2026-05-01&end=2026-07-15&by=month").rows("trend")

    assert rows == [
        ["May 2026", "100.0", "83.6 … 100.0", "40", "40", "0", "0", "100.0%"],
        ["Jun 2026", "–", "–", "0", "0", "0", "0", "–"],
        ["Jul 2026", "0.0", "−39.5 … 39.5", "20", "10", "0", "10", "100.0%"],
    ]


def test_weeks_begin_on_monday_and_quarters_are_numbered(show, version):
    answer(version, scores(5, 0, 0), at=at("2026-07-12T23:59"))
    answer(version, scores(0, 0, 5), at=at("2026-07-13T00:00"))

    weeks = show("?period=own&start=2026-07-06&end=2026-07-15&by=week").rows("trend")
    quarters = show("?period=own&start=2026-06-01&end=2026-07-15&by=quarter").rows("trend")

    assert [row[:2] for row in weeks] == [["6 Jul", "100.0"], ["13 Jul", "−100.0"]]
    assert [row[:2] for row in quarters] == [["Q2 2026", "–"], ["Q3 2026", "0.0"]]


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

    assert "Of the customers asked in the period, how many have answered since" in text
    assert "Adjusted Wald" in text
    assert "the company's time zone, Europe/Vilnius" in text
    assert "The 349 days just before" in text


def test_every_breakdown_tells_its_members(show, version):
    anna, product, channel = manager_called("Anna"), ProductFactory(name="Desk"), ChannelFactory(name="Phone")
    answer(version, scores(30, 10, 10), manager=anna, product=product, channel=channel)
    ask(version, count=50, manager=anna, product=product, channel=channel)

    page = show()

    for table, name in (("managers", "Anna"), ("products", "Desk"), ("channels", "Phone")):
        assert page.rows(table) == [[name, "40.0", "16 … 59", "50", "60%", "20%", "20%", "50% of 100", "too few"]]
