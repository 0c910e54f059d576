import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from analytics.counts import Counts
from analytics.dashboard import charts, score_bars, whiskers
from analytics.dashboard.charts import Canvas, PointName
from analytics.dashboard.report import Figures, Point

FRAME = Canvas(width=140, height=130, most_labels=2, left=20, right=20, top=10, bottom=20)


def points(*counts):
    return [
        Point(date(2026, 1, 5) + timedelta(weeks=number), Figures(counts=Counts(*found)))
        for number, found in enumerate(counts)
    ]


def names(*given):
    return [PointName(name, name) for name in given]


def test_points_stand_in_their_slots_at_their_height():
    found = charts.trend("nps", points((50, 0, 50), (50, 0, 50)), names("first", "second"), FRAME)

    assert [dot.x for dot in found.dots] == [45.0, 95.0]
    assert [dot.y for dot in found.dots] == [60.0, 60.0]
    assert (found.ticks[0].value, found.ticks[-1].value) == (-20, 20)
    assert [found.ticks[0].y, found.zero, found.ticks[-1].y] == [110.0, 60.0, 10.0]
    assert found.lines == ["45.0,60.0 95.0,60.0"]


def test_a_bucket_with_a_handful_of_answers_leaves_a_gap():
    found = charts.trend("nps", points((40, 0, 0), (2, 0, 2), (40, 0, 0)), names("a", "b", "c"), FRAME)

    assert [dot.label for dot in found.dots] == ["a", "c"]
    assert len(found.lines) == len(found.bands) == 2


def test_the_axis_holds_every_band_and_never_leaves_the_scale():
    found = charts.trend("nps", points((5, 0, 0), (0, 0, 5)), names("a", "b"), FRAME)

    assert (found.ticks[0].value, found.ticks[-1].value) == (-100, 100)


def test_the_newest_bucket_always_has_its_name():
    found = charts.trend("nps", points(*[(9, 0, 0)] * 5), names("a", "b", "c", "d", "e"), FRAME)

    assert [label.text for label in found.labels] == ["b", "e"]


def test_days_stand_with_their_year_where_it_changes():
    given = [PointName("", day, year) for day, year in (("14 Dec", "2025"), ("28 Dec", "2025"), ("11 Jan", "2026"))]
    wide = Canvas(width=140, height=130, most_labels=9)

    found = charts.trend("nps", points(*[(9, 0, 0)] * 3), given, wide)

    assert [(label.text, label.year) for label in found.labels] == [
        ("14 Dec", "2025"),
        ("28 Dec", ""),
        ("11 Jan", "2026"),
    ]
    # A second line needs its room.
    assert found.height == wide.height + charts.YEAR_LINE
    assert charts.trend("nps", points((9, 0, 0)), names("May 2026"), wide).height == wide.height


def test_nothing_to_show_is_an_empty_chart():
    found = charts.trend("nps", points((0, 0, 0)), names("a"), FRAME)

    assert (found.dots, found.lines, found.bands) == ([], [], [])


def test_the_tallest_bar_fills_the_height_and_none_is_no_bar():
    found = score_bars.bars("nps", [0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 4])

    assert [bar.height for bar in found if bar.count] == [37.5, 75.0, 150.0]
    assert (found[0].height, found[0].y) == (0.0, 150.0)
    assert [bar.tier for bar in found] == ["bad"] * 7 + ["middle"] * 2 + ["good"] * 2
    assert round(found[9].share, 1) == 28.6


def test_bars_of_nothing_have_no_height():
    assert {bar.height for bar in score_bars.bars("nps", [0] * 11)} == {0.0}


def test_categories_fill_the_bar_side_by_side():
    found = score_bars.stack(Figures(counts=Counts(5, 3, 2)))

    assert [(part.tier, part.x, part.width) for part in found] == [
        ("good", 0.0, 150.0),
        ("middle", 150.0, 90.0),
        ("bad", 240.0, 60.0),
    ]
    assert score_bars.stack(Figures()) == []


def test_the_rows_of_a_table_share_an_axis_as_wide_as_their_intervals():
    rows = [Figures(counts=Counts(60, 25, 15)), Figures(counts=Counts(30, 10, 10)), Figures(counts=Counts(4, 0, 0))]
    axis = whiskers.axis(rows, Figures(counts=Counts(94, 35, 25)))
    found = whiskers.whisker(rows[0], axis)

    assert (axis.low, axis.high) == (10, 60)
    assert found.x == axis.x(rows[0].interval.low) > whiskers.WHISKER_MARGIN
    assert found.x + found.width == pytest.approx(axis.x(rows[0].interval.high), abs=0.1)
    assert (found.dot, found.mean) == (axis.x(45), axis.x(rows[0].value - 45 + 6900 / 154))
    assert whiskers.whisker(rows[2], axis) is None


def test_an_axis_of_nothing_is_still_an_axis():
    axis = whiskers.axis([], Figures())

    assert (axis.low, axis.high, axis.mean) == (0, 10, None)


def test_a_share_has_its_own_scale():
    found = charts.trend("csat", points((5, 0, 0), (0, 0, 5)), names("a", "b"), FRAME)

    assert (found.ticks[0].value, found.ticks[-1].value, found.zero) == (0, 100, None)


def test_bars_and_brackets_are_those_of_the_scores_of_the_metric():
    found = score_bars.bars("csat", [0, 1, 1, 1, 1, 4, 0, 0, 0, 0, 0])

    assert [(bar.score, bar.tier) for bar in found] == [
        (1, "bad"),
        (2, "bad"),
        (3, "middle"),
        (4, "good"),
        (5, "good"),
    ]
    assert found[4].share == 50
    assert found[4].x + score_bars.bar_width("csat") < score_bars.BARS_WIDTH
    assert [(bracket.tier, bracket.middle) for bracket in score_bars.brackets("csat")] == [
        ("bad", 70.4),
        ("middle", 176.0),
        ("good", 281.6),
    ]


def test_breaks_at_one_place_are_one_line_with_both_numbers():
    found = charts.trend(
        "nps",
        points((50, 0, 50), (50, 0, 50)),
        names("first", "second"),
        FRAME,
        breaks=[(0, "In other words."), (1, "SMS."), (1, "A new survey.")],
    )

    assert [(line.x, line.numbers, line.label) for line in found.breaks] == [
        (20.0, "1", "In other words."),
        (70.0, "2, 3", "SMS. A new survey."),
    ]


def test_every_key_of_a_legend_stands_in_one_entry_with_its_words():
    pages = [page.read_text() for page in (Path(settings.BASE_DIR) / "templates").rglob("*.html")]
    keys = [before for page in pages for before in re.findall(r'(.{0,40})<span class="chart__key', page)]

    assert len(keys) > 8
    assert all(before.endswith('<span class="chart__entry">') for before in keys)
