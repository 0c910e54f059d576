import pytest

from tests.analytics.answers import answer, at, manager_called, scores, version_of
from tests.factories import ChannelFactory, ProductFactory, TeamFactory


@pytest.fixture
def chosen(version):
    """One answer of everything that can be chosen, and one of something else."""
    facts = {
        "team": TeamFactory(),
        "manager": manager_called("Anna"),
        "channel": ChannelFactory(),
        "product": ProductFactory(),
    }
    answer(version, scores(promoters=6), **facts)
    answer(
        version_of(),
        scores(detractors=7),
        team=TeamFactory(),
        manager=manager_called("Bohdan"),
        channel=ChannelFactory(),
        product=ProductFactory(),
    )
    return {**{name: one.pk for name, one in facts.items()}, "survey": version.survey_id}


@pytest.mark.parametrize("name", ["survey", "team", "manager", "channel", "product"])
def test_each_filter_leaves_only_its_answers(show, chosen, name):
    page = show(f"?{name}={chosen[name]}")

    assert (page.figures["answers"], page.figures["value"]) == ("6", "100.0")
    assert page.rows("scores")[10][2] == "6"
    assert page.rows("scores")[3][2] == "0"
    assert [row[3] for row in page.rows("trend")][-1] == "6"
    assert [len(page.rows(table)) for table in ("managers", "channels", "products")] == [1, 1, 1]
    assert str(chosen[name]) in page.selected


def test_filters_narrow_together(show, chosen):
    page = show("?" + "&".join(f"{name}={value}" for name, value in chosen.items()))
    assert page.figures["answers"] == "6"

    other = ChannelFactory()
    assert "No answers in this period" in show(f"?manager={chosen['manager']}&channel={other.pk}").text


def test_own_dates_include_the_first_and_the_last_day(show, version, settings):
    settings.TIME_ZONE = "Europe/Vilnius"
    answer(version, [10], at=at("2026-03-09T21:59"))
    answer(version, [10, 10], at=at("2026-03-09T22:00"))
    answer(version, [10, 10, 10], at=at("2026-03-12T21:59"))
    answer(version, [10] * 7, at=at("2026-03-12T22:00"))

    assert show("?period=own&start=2026-03-10&end=2026-03-12").figures["answers"] == "5"


@pytest.mark.parametrize(
    ("query", "sentence", "typed"),
    [
        ("?period=decade", "“decade” is not a period. Choose one of the list.", "decade"),
        ("?by=hour", "Choose week, month or quarter.", "hour"),
        ("?survey=99999", "“99999” is not in this list. Choose another one, or all.", "99999"),
        ("?manager=x", "“x” is not in this list.", "x"),
        ("?team=0", "“0” is not in this list.", "0"),
        ("?channel=-1", "“-1” is not in this list.", "-1"),
        ("?product=1.5", "“1.5” is not in this list.", "1.5"),
        ("?period=own", "Enter the first day of the period.", "own"),
        ("?period=own&start=31.05.2026", "Write the day as 2026-05-31.", "31.05.2026"),
        ("?period=own&start=2026-06-10&end=2026-06-09", "The last day lies before the first day.", "2026-06-09"),
        ("?period=own&start=2027-01-01", "between the year 2000 and today", "2027-01-01"),
        ("?period=own&start=0001-01-01", "between the year 2000 and today", "0001-01-01"),
        ("?period=own&start=2001-01-01", "Choose at most ten years.", "2001-01-01"),
        ("?period=own&start=2020-01-01&by=week", "A chart by week can show two years at most.", "week"),
        ("?period=30d&start=2026-06-10", "Choose “Own dates” to use the dates, or empty them.", "2026-06-10"),
        ("?period=own&start=9999-12-31&end=9999-12-31", "between the year 2000 and today", "9999-12-31"),
        ("?survey=%00", "is not in this list", ""),
        ("?manager=" + "9" * 400, "is not in this list", ""),
    ],
)
def test_a_wrong_filter_says_what_to_fix_and_keeps_what_was_typed(show, version, query, sentence, typed):
    page = show(query, status=400)

    assert sentence in page.text
    assert "These numbers cannot be shown. Correct the marked filters." in page.text
    assert "value" not in page.figures
    assert typed in page.html


def test_what_was_typed_is_escaped(show):
    page = show("?period=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", status=400)

    assert "<script>alert" not in page.html


def test_a_change_of_filters_keeps_the_order_of_the_tables(show, version):
    assert '<input type="hidden" name="managers" value="-answers">' in show("?managers=-answers").html


def test_an_end_in_the_future_means_today(show, version):
    answer(version, scores(30, 0, 0), at=at("2026-07-14T10:00"))
    answer(version, scores(30, 0, 0), at=at("2026-07-01T10:00"))

    page = show("?period=own&start=2026-07-08&end=2027-07-31")

    assert [row[0] for row in page.rows("trend")][-1].endswith("so far")
    assert page.figures["answers"] == "30"
    assert page.figures["verdict"] == "open"


@pytest.mark.parametrize(
    ("query", "status", "head"),
    [
        ("", 200, '<details class="card dashboard__filters">\n<summary>Filters</summary>'),
        ("?period=90d", 200, '<details class="card dashboard__filters">\n<summary>Filters · 1 set</summary>'),
        ("?period=own", 400, '<details class="card dashboard__filters" open>\n<summary>Filters · 1 set</summary>'),
    ],
    ids=["as ever", "one is set", "one is wrong"],
)
def test_folded_filters_say_how_many_are_set_and_open_where_one_is_wrong(show, query, status, head):
    assert head in show(query, status=status).html
