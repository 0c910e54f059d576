"""A report put into words: whole, and in short for a letter."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.casework.work import Casework
from analytics.dashboard import words
from analytics.dashboard.points import period_name
from analytics.headlines import lines
from analytics.reports import drawings, first_page, improvements, opinions, recommendations, tables
from analytics.reports.document import ReportDocument, ReportSection, ReportTable, Sentence
from analytics.reports.facts import ReportFacts
from analytics.reports.tables import share_cell
from crm import samples


def whole(facts: ReportFacts) -> ReportDocument:
    """Return the report in the language that is active."""
    return _document(
        facts,
        (
            *_first_page(facts),
            _over_time(facts),
            ReportSection("scores", _("Scores"), (), (drawings.scores(facts),), (tables.by_score(facts),)),
            ReportSection("breakdowns", _("By whom and by what"), tables=tables.by_what(facts)),
            opinions.complaints(facts),
            opinions.praise(facts),
            _followups(facts, tables.followups(facts)),
            *improvements.sections(facts),
            _reading(facts),
        ),
    )


def in_short(facts: ReportFacts) -> ReportDocument:
    """Return what a letter says: the first page, the chart with its numbers, the follow-ups with their root causes and
    what was improved; no customer's words."""
    followups = _followups(facts, tables.followups(facts, 4))
    return _document(facts, (*_first_page(facts), _over_time(facts), followups, *improvements.sections(facts)))


def _document(facts: ReportFacts, sections: tuple[ReportSection, ...]) -> ReportDocument:
    return ReportDocument(
        title=_("%(name)s report") % {"name": facts.words.name},
        days=period_name(facts.selection.period),
        scope=_whose(facts.scope),
        language=get_language() or "en",
        figures=first_page.figures(facts),
        sections=() if facts.is_empty else sections,
    )


def _first_page(facts: ReportFacts) -> tuple[ReportSection, ReportSection]:
    said: dict[str, Any] = lines.contents(facts.judged, facts.query, facts.report)
    return first_page.stands_out(said, facts), recommendations.section(facts, said)


def _over_time(facts: ReportFacts) -> ReportSection:
    title = _("%(name)s over time") % {"name": facts.words.name}
    return ReportSection("trend", title, (), (drawings.over_time(facts),), (tables.over_time(facts),))


def _followups(facts: ReportFacts, table: ReportTable) -> ReportSection:
    title = _("Follow-ups")
    if not facts.casework:
        return ReportSection("followups", title, (Sentence(_("These answers opened no follow-up.")),))
    won_back = sum(facts.casework.values(), Casework()).won_back
    cell = share_cell(won_back)
    note = f" ({cell.note})" if cell.note else ""
    said = [Sentence(f"{cell.text}{note}", _("Won back, where it was said"))] if won_back.n else []
    causes = tables.causes(facts)
    return ReportSection("followups", title, tuple(said), tables=(table, *([causes] if causes.rows else [])))


def _reading(facts: ReportFacts) -> ReportSection:
    """Return what one must know to read it."""
    named, unit = facts.words, words.of_unit(facts.selection.unit)
    said = [
        Sentence(f"{named.definition} {unit.rule}", named.name),
        Sentence(named.interval, first_page.interval_word()),
    ]
    if facts.mixes_kinds:
        said.append(
            Sentence(
                _(
                    "These numbers hold answers after something happened and answers about the relationship as a "
                    "whole; they mean different things."
                ),
                _("Kinds of surveys"),
            )
        )
    said += [
        Sentence(
            _(
                "“Sure” is said of what chance does not explain, all comparisons of a page together; of fewer than "
                "30 answers nothing is compared."
            ),
            _("Sure"),
        ),
        Sentence(
            _(
                "Customers are quoted without names, where at least five wrote of the topic, and nothing in their "
                "words tells who they are."
            ),
            _("Quotations"),
        ),
        Sentence(
            _(
                "First contacts in time are counted among those that were made or are overdue; shares of resolved "
                "among those that needed work."
            ),
            _("Follow-ups"),
        ),
        Sentence(
            _(
                "The same answers, filters, rights and language give the same report with the same fingerprint, byte "
                "for byte. Another fingerprint means that something it says has changed."
            ),
            _("Fingerprint"),
        ),
    ]
    return ReportSection("reading", _("How to read this"), tuple(said))


def _whose(scope: str) -> str:
    """Return whose answers these are, and before all that they are invented where they are."""
    return " ".join([str(samples.INVENTED), scope]).strip() if samples.are_there() else scope
