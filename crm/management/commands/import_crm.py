from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from crm.imports import mapping, runs
from crm.imports.files import BadFile, Files, directory
from crm.imports.preview import preview
from crm.imports.report import ImportReport
from crm.imports.workbooks import with_sheets
from crm.models import ImportRun


class Command(BaseCommand):
    help = "Import companies, contacts, products, people, deals from CSV and XLSX files of a folder. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = ", ".join(mapping.shipped())
        parser.add_argument("directory", type=Path, help="The folder with the CSV files.")
        parser.add_argument("--mapping", required=True, help=f"A mapping file (docs/import.md), or one of: {known}.")
        parser.add_argument("--preview", type=int, metavar="ROWS", help="Show the first rows as they would be taken.")
        parser.add_argument("--quiet-findings", action="store_true", help="Count the findings, do not list them.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["directory"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        text = text_of(options["mapping"])
        files = with_sheets(directory(folder))
        if options["preview"]:
            self.show_preview(text, files, options["preview"])
            return
        run = start(text)
        try:
            report = runs.execute(run, files, progress=self.show_progress)
        except KeyboardInterrupt:
            run.finish(at=clock.now(), error="Interrupted.")
            raise CommandError("Interrupted. Run it again to go on: what is here already stays as it is.") from None
        if run.error:
            raise CommandError(run.error)
        self.show(run, report, findings=not options["quiet_findings"])

    def show_progress(self, file: str, rows: int, report: ImportReport) -> None:
        self.stderr.write(f"{file}: {rows:,} rows read, {report.counts[file]['rejected']:,} refused")

    def show_preview(self, text: str, files: Files, rows: int) -> None:
        try:
            tables = preview(text, files, rows=rows)
        except (mapping.BadMapping, BadFile) as error:
            raise CommandError(str(error)) from None
        for table in tables:
            self.stdout.write(f"{table.file} → {table.kind} ({table.read_as})")
            for row in table.rows:
                values = ", ".join(f"{name}={value}" for name, value in (row.values or {}).items())
                self.stdout.write(f"  {row.line}: {values or '–'}")
            for finding in table.findings:
                self.stdout.write(f"  {finding.line} [{finding.column}] {finding.severity}: {finding.reason}")

    def show(self, run: ImportRun, report: ImportReport, *, findings: bool) -> None:
        for finding in run.findings.order_by("pk").iterator() if findings else ():
            column = f" [{finding.column}]" if finding.column else ""
            self.stdout.write(
                f"{finding.file}:{finding.line}{column} {finding.get_severity_display()}: {finding.reason}"
            )
        for file, read_as in report.read_as.items():
            self.stdout.write(f"{file} read as {read_as}")
        for (file, column, how), rows in report.repairs.items():
            self.stdout.write(f"{file} [{column}] repaired in {rows:,} rows: {how}")
        self.stdout.write(f"{'':22}{'created':>10}{'updated':>10}{'unchanged':>10}{'rejected':>10}")
        for file, counts in report.counts.items():
            cells = "".join(f"{counts[outcome]:>10,}" for outcome in ("created", "updated", "unchanged", "rejected"))
            self.stdout.write(f"{file:22}{cells}")


def text_of(name: str) -> str:
    path = mapping.shipped().get(name, Path(name))
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The mapping {path} cannot be read: {error}") from None


def start(text: str) -> ImportRun:
    """Note down the run; it is running from the start, so that no worker takes it up."""
    try:
        source = mapping.read(text).source
    except mapping.BadMapping as error:
        raise CommandError(str(error)) from None
    now = clock.now()
    return ImportRun.objects.create(
        mapping=text, source=source, status=ImportRun.Status.RUNNING, heard_at=now, attempts=1
    )
