"""Everything that a report rests on, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from django.http import QueryDict

from accounts.models import User
from analytics.casework import endings, work
from analytics.casework.endings import CountedEnding
from analytics.casework.work import Casework
from analytics.dashboard.forms import DashboardForm
from analytics.dashboard.report import SOON, Report
from analytics.dashboard.report import report as report_of
from analytics.dashboard.views import read as read_report
from analytics.dashboard.words import Words
from analytics.dashboard.words import of as words_of
from analytics.headlines.window import judged_report
from analytics.improvements import done, section
from analytics.improvements.section import MovementLine
from analytics.periods import Granularity, Period, midnight
from analytics.rollups.cells import Selection
from analytics.topics.report import TopicReport
from analytics.topics.report import report as topic_report
from followups.models import Improvement
from responses.word_access import WordAccess
from surveys.metrics import Category

# Of so many improvements a report tells what became of them.
MOST_TOLD = 12


@dataclass(frozen=True, slots=True)
class ToldImprovement:
    """An improvement that was done, and what became of what it was for until the report ends."""

    improvement: Improvement
    lines: Sequence[MovementLine] = ()


@dataclass(frozen=True)
class ReportFacts:
    """`judged`: what the first sentences are about, None without a past; `query`: the filters, as an address has them.

    `past`: what its chart shows, which may reach further back than the report; `scope`: what was chosen, in words;
    `causes`: the root causes of its answers; `improvements`: done in its days, or so lately that they show the effect.
    `mixes_kinds`: whether two kinds of surveys may be in one number; `access`: whose words its reader may read.
    """

    report: Report
    past: Report
    judged: Report | None
    topics: TopicReport
    casework: Mapping[Category, Casework]
    causes: Sequence[CountedEnding]
    improvements: Sequence[ToldImprovement]
    query: QueryDict
    scope: str
    mixes_kinds: bool
    today: date
    access: WordAccess

    @property
    def selection(self) -> Selection:
        return self.report.selection

    @property
    def words(self) -> Words:
        return words_of(self.selection.metric)

    @property
    def is_growing(self) -> bool:
        """Whether some were asked so lately that the response rate still grows."""
        return bool(self.report.now.asked) and self.selection.period.end > self.today - SOON

    @property
    def is_empty(self) -> bool:
        return not (self.report.now.n or self.report.now.asked)


def read(
    form: DashboardForm,
    zone: ZoneInfo,
    query: QueryDict,
    scope: str,
    reader: User,
    past: tuple[Period, Granularity] | None = None,
) -> ReportFacts:
    """Return what the report of a valid form rests on for its reader; its chart shows `past` where that is given."""
    found = read_report(form, form.selection(zone))
    today = form.today
    return ReportFacts(
        report=found,
        past=_of_days(form, found.selection, *past) if past else found,
        judged=judged_report(found, form.lists.names, form.today),
        topics=topic_report(found.selection),
        casework=work.by_category(found.selection, midnight(today, found.selection.zone)),
        causes=endings.by_cause(found.selection),
        improvements=_improvements(found.selection, reader, today),
        query=query,
        scope=scope,
        mixes_kinds=form.mixes_kinds,
        today=today,
        access=WordAccess.of(reader),
    )


def _improvements(selection: Selection, reader: User, today: date) -> list[ToldImprovement]:
    """Return what was done, the latest first; of more than MOST_TOLD the earlier ones without what became of them."""
    days, until = done.telling(selection.period), min(today, selection.period.end)
    found = done.within(days, reader, selection.teams)[::-1]
    told = [ToldImprovement(each, section.contents(each, reader, until)["lines"]) for each in found[:MOST_TOLD]]
    return [*told, *(ToldImprovement(each) for each in found[MOST_TOLD:])]


def _of_days(form: DashboardForm, selection: Selection, days: Period, granularity: Granularity) -> Report:
    chosen = replace(selection, period=days, before=days.previous, granularity=granularity)
    return report_of(chosen, form.lists.names, form.today)
