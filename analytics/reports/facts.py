"""Everything that a report rests on, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from django.http import QueryDict

from analytics.casework import work
from analytics.casework.work import Casework
from analytics.dashboard.forms import DashboardForm
from analytics.dashboard.report import SOON, Report
from analytics.dashboard.report import report as report_of
from analytics.dashboard.views import read as read_report
from analytics.dashboard.words import Words
from analytics.dashboard.words import of as words_of
from analytics.headlines.window import judged_report
from analytics.periods import Granularity, Period, midnight
from analytics.rollups.cells import Selection
from analytics.topics.report import TopicReport
from analytics.topics.report import report as topic_report
from responses.word_access import WordAccess
from surveys.metrics import Category


@dataclass(frozen=True)
class ReportFacts:
    """`judged`: what the first sentences are about, None without a past; `query`: the filters, as an address has them.

    `past`: what its chart shows, which may reach further back than the report; `scope`: what was chosen, in words;
    `mixes_kinds`: whether two kinds of surveys may be in one number; `access`: whose words its reader may read.
    """

    report: Report
    past: Report
    judged: Report | None
    topics: TopicReport
    casework: Mapping[Category, Casework]
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
    access: WordAccess,
    past: tuple[Period, Granularity] | None = None,
) -> ReportFacts:
    """Return what the report of a valid form rests on; its chart shows `past` where that is given."""
    found = read_report(form, form.selection(zone))
    return ReportFacts(
        report=found,
        past=_of_days(form, found.selection, *past) if past else found,
        judged=judged_report(found, form.lists.names, form.today),
        topics=topic_report(found.selection),
        casework=work.by_category(found.selection, midnight(form.today, found.selection.zone)),
        query=query,
        scope=scope,
        mixes_kinds=form.mixes_kinds,
        today=form.today,
        access=access,
    )


def _of_days(form: DashboardForm, selection: Selection, days: Period, granularity: Granularity) -> Report:
    chosen = replace(selection, period=days, before=days.previous, granularity=granularity)
    return report_of(chosen, form.lists.names, form.today)
