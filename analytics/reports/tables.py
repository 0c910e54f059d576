"""The tables of a report: over time, by score, by what, and of the follow-ups."""

from __future__ import annotations

from dataclasses import replace

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.casework.work import Casework, ShareOf
from analytics.dashboard import answer_links, numbers, points, score_bars, words
from analytics.dashboard import tables as of_pages
from analytics.dashboard.tables import Breakdown, BreakdownLine
from analytics.reports import drawings
from analytics.reports.document import ReportTable, TableCell
from analytics.reports.facts import ReportFacts
from analytics.reports.first_page import between, interval_word, value
from analytics.unit import Unit
from surveys.metrics import Category

# Points of a chart that a table holds at most: of more the chart tells, and the spreadsheet.
MOST_POINTS = 60
# So many root causes are told.
FIRST_CAUSES = 5


def over_time(facts: ReportFacts) -> ReportTable:
    """Return the numbers of the chart, the newest points where there are very many."""
    named, granularity = facts.words, facts.past.selection.granularity
    rows = []
    for point in facts.past.points[-MOST_POINTS:]:
        now = point.figures
        ends = "{low} … {high}".format_map(between(now, named)) if now.is_shown else numbers.NOTHING
        cells = (points.label(point.start, granularity), value(now, named), ends, numbers.thousands(now.n))
        rows.append((*map(TableCell, cells), TableCell(numbers.percent(now.rate))))
    heads = (_("Period"), named.name, interval_word(), _counted(facts), _("Response rate"))
    return ReportTable("points", _("The numbers of this chart"), heads, tuple(rows))


def by_score(facts: ReportFacts) -> ReportTable:
    report, all_answers = facts.report, answer_links.of_page(facts.selection, facts.query)
    rows = []
    for bar in score_bars.bars(facts.words.metric, report.by_score):
        url = answer_links.narrowed(all_answers, score_from=bar.score, score_to=bar.score) if bar.count else ""
        share = numbers.percent(bar.share) if report.now.is_shown else numbers.NOTHING
        rows.append(
            (
                TableCell(f"{bar.score} ({bar.category})"),
                TableCell(numbers.thousands(bar.count), url),
                TableCell(share),
            )
        )
    heads = (_("Score"), _("Answers"), _("Share"))
    return ReportTable("scores", drawings.title_of_scores(facts), heads, tuple(rows))


def by_what(facts: ReportFacts) -> tuple[ReportTable, ...]:
    """Return the answers by manager, channel and product, the rows that a dashboard begins with."""
    found = of_pages.breakdowns(facts.report, facts.query)
    return tuple(_by_member(breakdown) for breakdown in found if breakdown.lines)


def _by_member(breakdown: Breakdown) -> ReportTable:
    titles = [column.title for column in breakdown.columns]
    heads = (titles[0], titles[1], interval_word(), *titles[2:])
    hidden = breakdown.pages.found - len(breakdown.lines)
    left_out = ngettext(
        "%(number)s more row is in the spreadsheet.", "%(number)s more rows are in the spreadsheet.", hidden
    ) % {"number": hidden}
    rows = tuple(_row(line) for line in breakdown.lines)
    return ReportTable(breakdown.key, breakdown.title, heads, rows, left_out if hidden else "")


def _row(line: BreakdownLine) -> tuple[TableCell, ...]:
    tone = "good" if line.row.is_up else "bad" if line.row.is_down else ""
    sign = {"good": "▲ ", "bad": "▼ ", "": ""}[tone]
    unclear = line.unclear.text if line.unclear else ""
    is_told = line.change != numbers.NOTHING
    ends = f"{line.change_low} … {line.change_high}" if is_told else ""
    label = line.label
    return (
        TableCell(
            line.name, line.url, label.tone if label else "", f"{label.sign} {label.text}".strip() if label else ""
        ),
        TableCell(line.value),
        TableCell(f"{line.low} … {line.high}" if line.whisker else numbers.NOTHING),
        TableCell(line.answers, line.answers_url),
        *map(TableCell, (line.good, line.middle, line.bad, line.rate)),
        TableCell(
            f"{sign}{line.change}" if is_told else unclear,
            "",
            tone,
            ", ".join(filter(None, (ends, unclear if is_told else ""))),
        ),
    )


def followups(facts: ReportFacts, columns: int = 6) -> ReportTable:
    """Return how the follow-ups went, by kind of answer and together where there are several kinds.

    The first `columns` of it: on a phone there is room for four.
    """
    rows = [_followup_row(_category(category), work) for category, work in facts.casework.items()]
    if len(rows) > 1:
        rows.append(_followup_row(_("Together"), sum(facts.casework.values(), Casework())))
    heads = (
        _("Kind of answer"),
        _("Follow-ups"),
        _("First contact in time"),
        _("Resolved"),
        _("Needed no work"),
        _("Still open"),
    )
    title = _("Follow-ups of these answers")
    return ReportTable("followups", title, heads[:columns], tuple(row[:columns] for row in rows))


def causes(facts: ReportFacts) -> ReportTable:
    """Return the first root causes of the follow-ups, those at the top of the tree with what stands below them."""
    everything = answer_links.of_page(replace(facts.selection, unit=Unit.ANSWERS), facts.query)
    tops = sorted((one for one in facts.causes if one.level == 1), key=lambda one: -one.share.part)
    rows = [
        (
            TableCell(capfirst(one.name)),
            TableCell(numbers.thousands(one.share.part), answer_links.narrowed(everything, root_cause=one.key)),
            share_cell(one.share),
        )
        for one in tops[:FIRST_CAUSES]
    ]
    hidden = len(tops) - len(rows)
    left_out = ngettext("%(number)s more root cause.", "%(number)s more root causes.", hidden) % {"number": hidden}
    heads = (_("Root cause"), _("Follow-ups"), _("Of follow-ups that name one"))
    return ReportTable("causes", _("First root causes"), heads, tuple(rows), left_out if hidden else "")


def _category(category: Category) -> str:
    label = str(category.label)
    return label[:1].upper() + label[1:]


def _followup_row(name: str, work: Casework) -> tuple[TableCell, ...]:
    return (
        TableCell(name),
        TableCell(numbers.thousands(work.opened)),
        share_cell(work.contacted_in_time),
        share_cell(work.resolved_of_wanted),
        TableCell(numbers.thousands(work.dismissed)),
        TableCell(numbers.thousands(work.still_open)),
    )


def share_cell(share: ShareOf) -> TableCell:
    """Return a share with its interval and how many it is of; of a few only the counts."""
    if not share.n:
        return TableCell(numbers.NOTHING)
    counts = _("%(part)s of %(number)s") % {"part": numbers.thousands(share.part), "number": numbers.thousands(share.n)}
    interval = share.interval
    if not share.is_shown or interval is None:
        return TableCell(counts)
    ends = f"{numbers.percent(interval.low, 0)} … {numbers.percent(interval.high, 0)}"
    return TableCell(numbers.percent(share.percent, 0), note=f"{ends}, {counts}")


def _counted(facts: ReportFacts) -> str:
    return words.of_unit(facts.selection.unit).counted
