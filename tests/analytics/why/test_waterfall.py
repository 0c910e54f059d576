import pytest

from analytics.why.waterfall import MOST_STEPS, NARROW, WIDE, Move, chief_moves, waterfall

MOVES = [Move("Hush Pod", -8, -2), Move("Rise Desk", 1, 3)]
BEFORE, NOW = ("Before", 40.0), ("Now", 34.0)


def test_each_step_begins_where_the_one_before_ended():
    found = waterfall(BEFORE, NOW, MOVES, WIDE)
    first, pod, desk, last = found.steps

    assert [step.name for step in found.steps] == ["Before", "Hush Pod", "Rise Desk", "Now"]
    assert pod.bars[0].x + pod.bars[0].width == pytest.approx(first.end)
    assert pod.bars[1].x == pytest.approx(pod.end)
    assert desk.bars[0].x == pytest.approx(pod.end)
    assert desk.end == pytest.approx(last.end)
    assert [(bar.part, bar.tone) for step in (pod, desk) for bar in step.bars] == [
        ("rate", "bad"), ("mix", "bad"), ("rate", "good"), ("mix", "good"),
    ]  # fmt: skip
    assert pod.points == -10


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_everything_lies_on_the_sheet(sheet):
    found = waterfall(BEFORE, NOW, MOVES * 5, sheet)

    ends = [x for step in found.steps for bar in step.bars for x in (bar.x, bar.x + bar.width)]
    assert min(ends) >= sheet.left - 0.2
    assert max(ends) <= sheet.width - sheet.right + 0.2
    assert found.steps[-1].middle < found.bottom < found.height
    assert [mark.value for mark in found.marks] == sorted({mark.value for mark in found.marks})


def test_a_long_name_is_cut_and_many_segments_share_the_last_step():
    moves = [Move("M" * 60, 1, 0)] * 12

    chief = chief_moves(moves, "3 more")

    assert len(chief) == MOST_STEPS
    assert (chief[-1].name, chief[-1].points) == ("3 more", 3)
    assert waterfall(BEFORE, NOW, moves, WIDE).steps[1].name == "M" * 37 + "…"
