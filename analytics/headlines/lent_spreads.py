"""How answers hang together, as a page knows it already, lent to a part of its months. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from analytics.clusters import Spread
from analytics.dashboard.report import Figures, Report
from analytics.models import Dimension


@dataclass(frozen=True)
class LentSpreads:
    """Of each row the wider spread of both periods of a page; of a part of its answers as many fewer accounts.

    Over fewer months an account answers less often, so what is lent errs on the side of a wider interval. A row that
    the page has not is spread as all of its answers are.
    """

    whole: Figures
    rows: Mapping[tuple[str, int], Figures]

    @classmethod
    def of_report(cls, report: Report) -> LentSpreads:
        rows = {
            (name.value, row.member_id): _wider(row.now, row.before)
            for name, found in report.rows.items()
            for row in found
        }
        return cls(_wider(report.now, report.before), rows)

    def of(self, dimension: str, member: int, *, is_current: bool, answers: int) -> Spread:
        lender = self.rows.get((Dimension(dimension).value, member), self.whole)
        return lender.spread.of_part(answers, lender.n)

    def of_point(self, start: date, *, answers: int) -> Spread:
        return self.whole.spread.of_part(answers, self.whole.n)


def _wider(now: Figures, before: Figures) -> Figures:
    return max((now, before), key=lambda figures: (figures.spread.is_unknown, figures.spread.design_effect))
