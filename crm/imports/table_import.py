"""Import one file, batch after batch; what cannot be taken is reported, the rest is taken."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.plaintext import clean, quoted
from crm import merges
from crm.imports import people, people_undo
from crm.imports.converter import Converted, Converter, FirstContactOf
from crm.imports.journal import Journal, close_when_full, kept_of
from crm.imports.rehearsal import COMING, Rehearsal
from crm.imports.report import ImportReport, RowFault, Severity
from crm.imports.rules import TableRule
from crm.imports.tables import SourceLine
from crm.imports.uniqueness import SeenInDatabase, without_repeats
from crm.models import Contact, ImportFinding, ImportRun, RefusedRow
from crm.records.kinds import RECORDS
from crm.services import NAMING_CONTACTS, take_over
from crm.upsert import RowOutcome, RowResult, one_writer_at_a_time

BATCH = 1_000
# What of a refused row is kept.
MOST_CELLS, LONGEST_CELL = 500, 2_000
# How rows that would be taken are counted while nothing is.
GOOD = "good"
# (file, rows read so far, what was found).
Progress: TypeAlias = Callable[[str, int, ImportReport], None]


@dataclass
class TableImport:
    """`number`: the place of the table in its mapping."""

    run: ImportRun
    source: str
    table: TableRule
    number: int
    report: ImportReport

    def __post_init__(self) -> None:
        self.converter = Converter(self.table, self.report)
        self.seen = SeenInDatabase(self.run)
        self.raw: dict[int, Sequence[str]] = {}
        self.changes = kept_of(self.run) if self.run.is_journalled else 0

    def take(self, lines: Iterable[SourceLine], progress: Progress | None = None) -> None:
        """Take the rows over, a thousand at a time, and record on the run how far it is."""
        read = 0
        self._record()
        for batch in _batches(lines):
            read += len(batch)
            self.raw = {line.number: line.raw for line in batch}
            converted = [row for line in batch if (row := self.converter.convert(line))]
            self._take(without_repeats(self.converter, converted, self.seen, self.number))
            self._record()
            if progress:
                progress(self.table.file, read, self.report)

    def _take(self, rows: list[Converted]) -> None:
        rows = self._with_contacts(rows)
        for row, result in zip(rows, self._taken_over([row.values for row in rows]), strict=True):
            if result.is_rejected:
                name, reason = next(iter(result.errors.items()))
                self.report.reject(self.table.file, row.line.number, self.table.column_of(name) or name, reason)
                continue
            self._count(result)
            for name, note in result.notes.items():
                column = self.table.column_of(name) or name
                self.report.find(self.table.file, row.line.number, column, Severity.NOTE, note)

    def _count(self, result: RowResult) -> None:
        self.report.count(self.table.file, result.outcome)

    def _first_contacts(self, companies: set[str]) -> dict[str, str]:
        return _first_contacts(self.source, companies)

    def _taken_over(self, rows: Sequence[dict[str, Any]]) -> list[RowResult]:
        model = RECORDS[self.table.kind].model
        if model is None:
            note = partial(people_undo.note, self.run)
            return people.take_over(rows, source=self.source, now=clock.now(), note=note)
        journal = Journal(self.run, self.table.kind, self.source)
        with transaction.atomic():
            if model in NAMING_CONTACTS:
                merges.hold_still()
            one_writer_at_a_time(model, self.source)
            journal.look(row["external_id"] for row in rows)
            results = take_over(model, rows, source=self.source, origin=self.table.file, now=clock.now())
            self.changes += journal.note(results)
            journal.recall(results)
        close_when_full(self.run, self.changes)
        return results

    def _with_contacts(self, rows: list[Converted]) -> list[Converted]:
        """Put the first good contact of its company into each row that asks for it; reject it when there is none."""
        asking = [row for row in rows if isinstance(row.values.get("contact"), FirstContactOf)]
        contact_of = self._first_contacts({row.values["contact"].company for row in asking})
        for row in asking:
            company = row.values["contact"].company
            row.values["contact"] = contact_of.get(company)
            if company not in contact_of:
                reason = _("No contact of “%(company)s” is known.") % {"company": quoted(company)}
                self.report.reject(self.table.file, row.line.number, self.table.column_of("contact"), reason)
                row.is_refused = True
        return [row for row in rows if not row.is_refused]

    def _record(self) -> None:
        """Save the progress, and the new findings as far as they are kept."""
        fresh, self.report.findings = sorted(self.report.findings, key=lambda finding: finding.line), []
        if fresh:
            self._keep_refused(fresh)
            room = max(ImportRun.MOST_FINDINGS - self.run.findings.count(), 0)
            ImportFinding.objects.bulk_create(ImportFinding(run=self.run, **asdict(found)) for found in fresh[:room])
        self.run.heard(
            at=clock.now(),
            read_as=self.report.read_as,
            counts=self.report.counts_as_json(),
            repairs=self.report.repairs_as_json(),
        )

    def _keep_refused(self, fresh: Sequence[RowFault]) -> None:
        """Keep the rows that were not taken, or not wholly, with the reasons, to be corrected and sent again."""
        reasons: dict[int, list[str]] = {}
        for found in fresh:
            if found.severity in (Severity.REJECTED, Severity.LEFT_OUT):
                reasons.setdefault(found.line, []).append(f"{found.column}: {found.reason}".removeprefix(": "))
        RefusedRow.objects.bulk_create(
            RefusedRow(
                run=self.run,
                file=self.table.file,
                line=line,
                cells=[clean(cell, limit=LONGEST_CELL, lines=True) for cell in self.raw.get(line, ())[:MOST_CELLS]],
                reasons=" ".join(said),
            )
            for line, said in reasons.items()
        )


class TableCheck(TableImport):
    """Looks at all rows of a file as an import would, and takes none."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rehearsal = Rehearsal(self.run, self.source, self.table.kind)

    def _taken_over(self, rows: Sequence[dict[str, Any]]) -> list[RowResult]:
        """Say of each row what would become of it; of those that would be taken alone that they are good."""
        found = self.rehearsal.errors(rows)
        return [
            RowResult(place, row["external_id"], RowOutcome.REJECTED if errors else RowOutcome.CREATED, errors=errors)
            for place, (row, errors) in enumerate(zip(rows, found, strict=True))
        ]

    def _count(self, _result: RowResult) -> None:
        self.report.counts[self.table.file][GOOD] += 1

    def _first_contacts(self, companies: set[str]) -> dict[str, str]:
        """Return a contact of each company that has one, or is given one by this upload, which is not asked for."""
        return dict.fromkeys(self.rehearsal.with_contact(companies), COMING)

    def _keep_refused(self, fresh: Sequence[RowFault]) -> None:
        """Nothing is kept of a file that is still there."""


def _batches(lines: Iterable[SourceLine]) -> Iterator[list[SourceLine]]:
    lines = iter(lines)
    while batch := list(islice(lines, BATCH)):
        yield batch


def _first_contacts(source: str, companies: set[str]) -> dict[str, str]:
    """Return the external ID of each company's first contact, those with an e-mail address before those without."""
    if not companies:
        return {}
    rows = (
        Contact.objects.filter(source=source, company__source=source, company__external_id__in=companies)
        .order_by("pk")
        .values_list("company__external_id", "external_id", "email")
    )
    first: dict[str, str] = {}
    for company, contact, _email in sorted(rows, key=lambda row: not row[2]):
        first.setdefault(str(company), str(contact))
    return first
