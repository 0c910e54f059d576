"""Run an import: file after file, batch after batch, each batch whole or not at all."""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.models import User
from accounts.nudges import nudge
from crm.imports import csv_files, people
from crm.imports import mapping as mappings
from crm.imports.converter import Converter, FirstContactOf
from crm.imports.csv_files import BadFile, Files
from crm.imports.mapping import BadMapping, Mapping, TableRule
from crm.imports.report import Report, Severity
from crm.models import Contact, ImportFile, ImportFinding, ImportRun
from crm.records.kinds import RECORDS
from crm.services import take_over
from crm.upsert import RowResult

log = structlog.get_logger(__name__)

BATCH = 1_000
Numbered: TypeAlias = tuple[int, dict[str, Any]]
UploadedFiles: TypeAlias = AnyMapping[str, bytes]
Progress: TypeAlias = Callable[[str, int, Report], None]


@transaction.atomic
def start(run: ImportRun, *, text: str, contents: UploadedFiles, by: User) -> ImportRun:
    """Save a new run with its files; a worker does it as soon as the transaction is committed."""
    run.mapping, run.source, run.started_by = text, mappings.read(text).source, by
    run.save()
    ImportFile.objects.bulk_create(ImportFile(run=run, name=name, content=data) for name, data in contents.items())
    nudge("crm.run_imports")
    return run


def run_due(*, now: datetime | None = None) -> int:
    """Run the imports that wait, and again those whose worker was killed; return how many were run."""
    done = 0
    while run := _claim(now or clock.now()):
        contents = {file.name: bytes(file.content) for file in run.files.all()}
        execute(run, csv_files.uploads(contents))
        done += 1
    return done


@transaction.atomic
def _claim(now: datetime) -> ImportRun | None:
    run = ImportRun.objects.due(now).order_by("created_at").select_for_update(skip_locked=True).first()
    if run:
        run.heard(counts={}, repairs=[], at=now)
    return run


def execute(run: ImportRun, files: Files, *, progress: Progress | None = None) -> Report:
    """Import `files` as the run's mapping says and record on the run what became of them.

    Nothing is taken when the mapping is wrong or a file or column is missing. Safe to repeat.
    """
    report = Report()
    run.findings.all().delete()
    try:
        rules = mappings.read(run.mapping)
        for table in rules.tables:
            csv_files.check(files, table)
        for table in rules.tables:
            _import_table(run, rules, table, files, report, progress)
    except (BadMapping, BadFile) as error:
        run.finish(at=clock.now(), error=str(error))
    except Exception:
        log.exception("import stopped", run=run.pk)
        run.finish(at=clock.now(), error=_("An unexpected error; the log of the server has the details."))
        raise
    else:
        run.finish(at=clock.now())
    return report


def _import_table(
    run: ImportRun, rules: Mapping, table: TableRule, files: Files, report: Report, progress: Progress | None
) -> None:
    converter = Converter(rules, table, report)
    read = 0
    for batch in _batches(csv_files.lines(files, table)):
        read += len(batch)
        numbered = [(line.number, row) for line in batch if (row := converter.convert(line)) is not None]
        _take(rules, table, numbered, report)
        _record(run, report)
        if progress:
            progress(table.file, read, report)


def _batches(lines: Iterable[csv_files.Line]) -> Iterator[list[csv_files.Line]]:
    lines = iter(lines)
    while batch := list(islice(lines, BATCH)):
        yield batch


def _take(rules: Mapping, table: TableRule, numbered: list[Numbered], report: Report) -> None:
    numbered = _with_contacts(rules, table, numbered, report)
    rows = [row for _number, row in numbered]
    results = _taken_over(rules, table, rows)
    for (number, _row), result in zip(numbered, results, strict=True):
        if result.is_rejected:
            column, reason = next(iter(result.errors.items()))
            report.reject(table.file, number, table.column_of(column) or column, reason)
            continue
        report.count(table.file, result.outcome)
        for name, note in result.notes.items():
            report.find(table.file, number, table.column_of(name) or name, Severity.NOTE, note)


def _taken_over(rules: Mapping, table: TableRule, rows: list[dict[str, Any]]) -> list[RowResult]:
    now = clock.now()
    model = RECORDS[table.kind].model
    if model is None:
        return people.take_over(rows, source=rules.source, now=now)
    return take_over(model, rows, source=rules.source, origin=table.file, now=now)


def _with_contacts(rules: Mapping, table: TableRule, numbered: list[Numbered], report: Report) -> list[Numbered]:
    """Put the first good contact of its company into each row that asks for it; reject the row when there is none."""
    companies = {row["contact"].company for _number, row in numbered if isinstance(row.get("contact"), FirstContactOf)}
    if not companies:
        return numbered
    contact_of = _first_contacts(rules.source, companies)
    found = []
    for number, row in numbered:
        wanted = row["contact"]
        if wanted.company in contact_of:
            found.append((number, row | {"contact": contact_of[wanted.company]}))
            continue
        reason = _("No contact of “%(company)s” is known.") % {"company": wanted.company}
        report.reject(table.file, number, table.column_of("contact"), reason)
    return found


def _first_contacts(source: str, companies: set[str]) -> dict[str, str]:
    """Return the external ID of each company's first contact, those with an e-mail address before those without."""
    rows = (
        Contact.objects.filter(source=source, company__source=source, company__external_id__in=companies)
        .order_by("pk")
        .values_list("company__external_id", "external_id", "email")
    )
    first: dict[str, str] = {}
    for company, contact, _email in sorted(rows, key=lambda row: not row[2]):
        first.setdefault(str(company), str(contact))
    return first


def _record(run: ImportRun, report: Report) -> None:
    """Save the progress, and the new findings as far as they are kept."""
    fresh, report.findings = sorted(report.findings, key=lambda finding: finding.line), []
    if fresh:
        room = max(ImportRun.MOST_FINDINGS - run.findings.count(), 0)
        ImportFinding.objects.bulk_create(ImportFinding(run=run, **asdict(finding)) for finding in fresh[:room])
    run.heard(counts=report.counts_as_json(), repairs=report.repairs_as_json(), at=clock.now())
