"""What the fingerprint of a report holds."""

from dataclasses import replace

import pytest

from analytics.reports.document import (
    KeyFigure,
    Quotation,
    ReportChart,
    ReportDocument,
    ReportSection,
    ReportTable,
    Sentence,
    TableCell,
)

QUOTE = Quotation("Late again", "en", 3, "/answers/1/")
SAID = Sentence("−5.3.", "Partner (channel)", "/dashboard/", "sure", "bad", "133 answers", (QUOTE,))
CHART = ReportChart("trend", "<svg/>", "From 1 to 2", "<svg narrow/>", "<svg paper/>")
CELL = TableCell("12", "/answers/", "good", "▲")
TABLE = ReportTable("managers", "By manager", ("Manager", "NPS"), ((CELL, CELL),), "1 more")
FIGURE = KeyFigure("number", "NPS", "36.1", ("32 to 40",), "/answers/")
SECTION = ReportSection("headlines", "What stands out", (SAID,), (CHART,), (TABLE,))
WHOLE = ReportDocument("NPS report", "June", "All teams.", "en", (FIGURE,), (SECTION,))


def with_section(**changes):
    return replace(WHOLE, sections=(replace(SECTION, **changes),))


@pytest.mark.parametrize(
    "other",
    [
        replace(WHOLE, title="CSAT report"),
        replace(WHOLE, days="July"),
        replace(WHOLE, scope="One team."),
        replace(WHOLE, language="uk"),
        replace(WHOLE, sections=()),
        replace(WHOLE, figures=(replace(FIGURE, value="36.2"),)),
        replace(WHOLE, figures=(replace(FIGURE, notes=()),)),
        with_section(title="Recommendations"),
        with_section(sentences=(replace(SAID, mark=""),)),
        with_section(sentences=(replace(SAID, note="134 answers"),)),
        with_section(sentences=(replace(SAID, quotes=(replace(QUOTE, text="Late"),)),)),
        with_section(charts=(replace(CHART, svg="<svg></svg>"),)),
        with_section(charts=(replace(CHART, alt="From 1 to 3"),)),
        with_section(tables=(replace(TABLE, rows=((CELL, replace(CELL, tone="bad")),)),)),
    ],
)
def test_whatever_it_says_otherwise_gives_another_one(other):
    assert other.fingerprint != WHOLE.fingerprint


@pytest.mark.parametrize(
    "other",
    [
        replace(WHOLE),
        replace(WHOLE, figures=(replace(FIGURE, url=""),)),
        with_section(sentences=(replace(SAID, url="/elsewhere/"),)),
        with_section(charts=(replace(CHART, narrow="", paper=""),)),
    ],
)
def test_where_its_words_lead_and_how_a_form_draws_is_not_what_it_says(other):
    assert other.fingerprint == WHOLE.fingerprint


def test_it_is_four_groups_of_four_that_one_can_compare_by_eye():
    groups = WHOLE.fingerprint.split(" ")

    assert [len(group) for group in groups] == [4, 4, 4, 4]
    assert int("".join(groups), 16) >= 0
    assert WHOLE.as_json()["fingerprint"] == WHOLE.fingerprint
