"""Run an import: file after file, batch after batch; a bad row stops only itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.actors import acting_as
from accounts.models import User
from accounts.nudges import nudge
from crm.imports import mapping
from crm.imports.files import BadFile, Files, uploads
from crm.imports.mapping import BadMapping
from crm.imports.report import ImportReport
from crm.imports.table_import import Progress, TableImport
from crm.imports.tables import layout_of, lines_of
from crm.models import ImportFile, ImportRun
from crm.upsert import RowOutcome

log = structlog.get_logger(__name__)

UploadedFiles: TypeAlias = Mapping[str, bytes]


@transaction.atomic
def start(run: ImportRun, *, text: str, contents: UploadedFiles, by: User) -> ImportRun:
    """Save a new run with its files; a worker does it as soon as the transaction is committed."""
    run.mapping, run.source, run.started_by = text, mapping.read(text).source, by
    run.save()
    ImportFile.objects.bulk_create(ImportFile(run=run, name=name, content=data) for name, data in contents.items())
    nudge("crm.run_imports")
    return run


def run_due(*, now: datetime | None = None) -> int:
    """Run the imports that wait, and again those whose worker was killed; return how many were run.

    One that was begun as often as may be, or has lost its files, is ended with the reason instead.
    """
    done = 0
    while run := _claim(now or clock.now()):
        if run.is_over:
            continue
        contents = {file.name: bytes(file.content) for file in run.files.all()}
        execute(run, uploads(contents))
        done += 1
    return done


@transaction.atomic
def _claim(now: datetime) -> ImportRun | None:
    run = ImportRun.objects.due(now).order_by("created_at").select_for_update(skip_locked=True).first()
    if run is None:
        return None
    if run.attempts >= ImportRun.MOST_ATTEMPTS:
        run.finish(at=clock.now(), error=_killed(run))
    elif not run.files.exists():
        run.finish(at=clock.now(), error=_("It ended before it was done, with its files out of reach. Start it again."))
    else:
        run.begin(at=now)
    return run


def _killed(run: ImportRun) -> str:
    return _("Whatever ran this import was killed %(times)d times, the last time after %(rows)d rows.") % {
        "times": run.attempts,
        "rows": sum(run.total(outcome) for outcome in RowOutcome),
    }


def execute(run: ImportRun, files: Files, *, progress: Progress | None = None) -> ImportReport:
    """Import `files` as the run's mapping says and record on the run what became of them.

    Nothing is taken when the mapping is wrong or a file or column is missing. Safe to repeat.
    """
    report = ImportReport()
    try:
        rules = mapping.read(run.mapping)
        layouts = [layout_of(files, table) for table in rules.tables]
        for number, (table, layout) in enumerate(zip(rules.tables, layouts, strict=True)):
            report.read_as[table.file] = layout.as_text
            with acting_as(run.started_by, name=f"import {rules.source}"):
                TableImport(run, rules.source, table, number, report).take(lines_of(files, table, layout), progress)
    except (BadMapping, BadFile) as error:
        run.finish(at=clock.now(), error=str(error))
    except Exception:
        log.exception("import stopped", run=run.pk)
        run.finish(at=clock.now(), error=_("An unexpected error; the log of the server has the details."))
        raise
    else:
        run.finish(at=clock.now())
    return report
