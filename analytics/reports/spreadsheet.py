"""The report as a spreadsheet: what it says, and its tables whole, with numbers that can be reckoned with."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import gettext as _

from analytics import files
from analytics.casework import exports as of_casework
from analytics.casework.work import Casework, ShareOf
from analytics.dashboard import exports
from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.files import BookSheet
from analytics.reports.document import ReportDocument, Sentence
from analytics.reports.facts import ReportFacts
from analytics.topics import exports as of_topics

FOLLOWUPS = (
    "category", "opened", "contact_due", "contacted_in_time", "in_time_percent", "in_time_low", "in_time_high",
    "resolved", "resolved_percent", "resolved_low", "resolved_high", "dismissed", "still_open", "outcome_told",
    "won_back",
)  # fmt: skip


def workbook(document: ReportDocument, facts: ReportFacts) -> BytesIO:
    """Return an XLSX file, at its beginning: a sheet of what the report says, and one for each of its tables.

    Tables are those that the dashboard and the page of topics export. It is dated by the end of its period, so that the
    same report is the same file.
    """
    report, zone = facts.report, facts.selection.zone
    tables = {key.capitalize(): exports.table(report, key) for key in exports.TABLES}
    tables |= {
        "Topics": of_topics.table(facts.topics),
        "Follow-ups": ExportedTable(FOLLOWUPS, list(_followups(facts))),
        "Root causes": of_casework.table_of_endings(facts.causes),
    }
    sheets = [BookSheet(title, table.names, table.rows) for title, table in tables.items()]
    _start, end = facts.selection.period.moments(zone)
    said = BookSheet(_("Report"), (document.title, document.days, document.scope), list(_said(document)))
    return files.book([said, *sheets], zone, as_of=end)


def _said(document: ReportDocument) -> Iterator[tuple[str, ...]]:
    for figure in document.figures:
        yield (figure.name, figure.value, *figure.notes)
    for section in document.sections:
        if section.sentences:
            yield ()
            yield (section.title,)
        for sentence in section.sentences:
            yield from _sentence(sentence)
    yield ()
    yield (_("Fingerprint"), document.fingerprint)


def _sentence(sentence: Sentence) -> Iterator[tuple[str, ...]]:
    yield (sentence.name, sentence.text, sentence.mark, sentence.note)
    for quote in sentence.quotes:
        yield ("", f"“{quote.text}” ({quote.score})")


def _followups(facts: ReportFacts) -> Iterator[tuple[str | int | float | None, ...]]:
    for category, work in facts.casework.items():
        yield (category.value, *_numbers(work))


def _numbers(work: Casework) -> tuple[int | float | None, ...]:
    in_time, resolved = work.contacted_in_time, work.resolved_of_wanted
    return (
        work.opened, in_time.n, in_time.part, *_share(in_time), resolved.part, *_share(resolved), work.dismissed,
        work.still_open, work.told, work.saved,
    )  # fmt: skip


def _share(share: ShareOf) -> tuple[float | None, float | None, float | None]:
    if not share.is_shown or share.percent is None or share.interval is None:
        return None, None, None
    return round(share.percent, DIGITS), round(share.interval.low, DIGITS), round(share.interval.high, DIGITS)
