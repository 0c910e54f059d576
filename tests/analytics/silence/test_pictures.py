import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics.delay_curve import Curve
from analytics.estimates import Interval
from analytics.silence import ranges, rising_curve
from analytics.silence.ranges import NamedRange

POINTS = st.floats(-100, 100, allow_subnormal=False)  # no picture tells the smallest numbers from nothing
ENDS = st.tuples(POINTS, POINTS).map(sorted)
ROWS = st.lists(ENDS.map(lambda ends: NamedRange("x", Interval(*ends), ends[0], is_open=False)), min_size=1, max_size=6)


@forall(ROWS, st.sampled_from([ranges.WIDE, ranges.NARROW]))
def test_every_bar_lies_on_its_sheet_and_every_mark_apart(rows, sheet):
    found = ranges.ranges(rows, sheet)

    assert len(found.bars) == len(rows)
    for bar in found.bars:
        assert sheet.left <= bar.x <= bar.dot + 0.2
        assert bar.x + bar.width <= sheet.width - sheet.right + 1.1
        assert bar.middle < found.bottom
    assert 2 <= len(found.marks) <= max(sheet.most_marks, 6)
    assert found.marks[0].value <= min(row.interval.low for row in rows)
    assert found.marks[-1].value >= max(row.interval.high for row in rows)


def test_bars_lie_where_their_numbers_are():
    found = ranges.ranges([NamedRange("all", Interval(-100, 100), None, is_open=True)], ranges.NARROW)

    assert (found.bars[0].x, found.bars[0].width, found.bars[0].dot) == (16, 348, None)
    assert [mark.value for mark in found.marks] == [-100, -50, 0, 50, 100]
    assert ranges.ranges([], ranges.WIDE) is None


@pytest.mark.parametrize("sheet", [rising_curve.WIDE, rising_curve.NARROW])
@forall(st.lists(st.integers(0, 400), min_size=4, max_size=4).map(sorted))
def test_a_curve_rises_within_its_sheet(sheet, answered):
    found = rising_curve.rising(Curve(400, tuple(answered), 1.0), sheet)

    assert [dot.days for dot in found.dots] == [1, 3, 7, 14]
    heights = [dot.y for dot in found.dots]
    assert heights == sorted(heights, reverse=True)
    for dot in found.dots:
        assert sheet.top - 0.1 <= dot.high <= dot.y + 0.1
        assert dot.y - 0.1 <= dot.low <= found.floor + 0.1
        assert sheet.left < dot.x <= found.right
    assert found.line.startswith(f"{float(sheet.left)},{float(found.floor)} ")
    assert len(found.ticks) <= 6
