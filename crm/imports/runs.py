"""Run an import: file after file, batch after batch; a bad row stops only itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

import structlog
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import clock, languages
from accounts.actors import acting_as
from accounts.models import User
from accounts.nudges import nudge
from accounts.plaintext import cleaned
from crm.imports import mapping, undo
from crm.imports.files import BadFile, Files, uploads
from crm.imports.mapping import BadMapping
from crm.imports.plans import ImportPlan
from crm.imports.report import ImportReport
from crm.imports.table_import import Progress, TableCheck, TableImport
from crm.imports.tables import layout_of, lines_of
from crm.models import ImportChange, ImportFile, ImportRun, RefusedRow
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


@transaction.atomic
def prepare(run: ImportRun, *, contents: UploadedFiles, plan: ImportPlan, by: User) -> ImportRun:
    """Save a draft with its files; nothing is done with them until a person has matched their columns."""
    run.status, run.source, run.started_by, run.plan = ImportRun.Status.DRAFT, plan.source, by, plan.as_json()
    run.save()
    ImportFile.objects.bulk_create(ImportFile(run=run, name=name, content=data) for name, data in contents.items())
    return run


@transaction.atomic
def hand_over(run: ImportRun, task: str) -> bool:
    """Let a worker look at all rows of a draft, or import it; return False when somebody else was faster."""
    drafts = ImportRun.objects.filter(pk=run.pk, status=ImportRun.Status.DRAFT)
    mapping.read(run.mapping)
    handed = drafts.update(
        mapping=run.mapping,
        source=run.source,
        task=task,
        status=ImportRun.Status.WAITING,
        attempts=0,
        headers={},
        created_at=clock.now(),
    )
    if handed:
        nudge("crm.run_imports")
    return bool(handed)


def forget_old(*, now: datetime | None = None) -> int:
    """Delete drafts that nobody went on with, and after a month what imports changed and refused."""
    now = now or clock.now()
    ended = ImportRun.objects.filter(finished_at__lt=now - ImportRun.UNDONE_WITHIN)
    # What is being undone keeps its journal until it is.
    ended = ended.exclude(status__in=[ImportRun.Status.WAITING, ImportRun.Status.RUNNING])
    RefusedRow.objects.filter(run__in=ended).delete()
    ImportChange.objects.filter(run__in=ended.filter(is_journalled=True).values("pk")).delete()
    ended.filter(is_journalled=True).update(is_journalled=False)
    forgotten, _by_model = ImportRun.objects.forgotten(now).delete()
    return forgotten


def run_due(*, now: datetime | None = None) -> int:
    """Run the imports that wait, and again those whose worker was killed; return how many were run.

    One that was begun as often as may be, or has lost its files, is ended with the reason instead.
    """
    done = 0
    while run := _claim(now or clock.now()):
        if run.status != ImportRun.Status.RUNNING:
            continue
        with translation.override(_readers_language(run)):
            if run.task == ImportRun.Task.UNDO:
                undo.execute(run)
            else:
                contents = {file.name: bytes(file.content) for file in run.files.all()}
                execute(run, uploads(contents))
        done += 1
    return done


def _readers_language(run: ImportRun) -> str:
    """Return the language of who started the run: what is found is written down in it."""
    return languages.supported(run.started_by.language if run.started_by else None)


@transaction.atomic
def _claim(now: datetime) -> ImportRun | None:
    run = ImportRun.objects.due(now).order_by("created_at").select_for_update(skip_locked=True).first()
    if run is None:
        return None
    if run.attempts >= ImportRun.MOST_ATTEMPTS:
        run.finish(at=clock.now(), error=_killed(run))
    elif run.task != ImportRun.Task.UNDO and not run.files.exists():
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
    """Import `files` as the run's mapping says, or only look at them, and record on the run what became of them.

    Nothing is taken when the mapping is wrong or a file or column is missing. Safe to repeat.
    """
    report = ImportReport()
    work = TableCheck if run.task == ImportRun.Task.CHECK else TableImport
    try:
        rules = mapping.read(run.mapping)
        layouts = [layout_of(files, table) for table in rules.tables]
        # A journal that an earlier attempt has closed stays closed: it would hold the rest of the changes alone.
        is_first = not run.headers
        run.headers = {table.file: cleaned(layout.header) for table, layout in zip(rules.tables, layouts, strict=True)}
        run.is_journalled = run.task == ImportRun.Task.TAKE and (is_first or run.is_journalled)
        run.save(update_fields=["headers", "is_journalled"])
        for number, (table, layout) in enumerate(zip(rules.tables, layouts, strict=True)):
            report.read_as[table.file] = layout.as_text
            with acting_as(run.started_by, name=f"import {rules.source}"):
                work(run, rules.source, table, number, report).take(lines_of(files, table, layout), progress)
    except (BadMapping, BadFile) as error:
        run.finish(at=clock.now(), error=str(error))
    except Exception:
        log.exception("import stopped", run=run.pk)
        run.finish(at=clock.now(), error=_("An unexpected error; the log of the server has the details."))
        raise
    else:
        run.finish(at=clock.now())
    return report
