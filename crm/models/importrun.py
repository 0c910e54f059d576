from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock, dates
from accounts.plaintext import clean

LONGEST_ERROR = 2_000
NOTHING = models.Value({}, models.JSONField())


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def forgotten(self, now: datetime) -> "ImportRunQuerySet":
        """Drafts that nobody went on with for a day."""
        return self.filter(status=ImportRun.Status.DRAFT, created_at__lt=now - ImportRun.DRAFT_KEPT)

    def due(self, now: datetime) -> "ImportRunQuerySet":
        """Runs that wait, and those whose worker has been silent for so long that it must be gone."""
        lost = models.Q(status=ImportRun.Status.RUNNING, heard_at__lt=now - ImportRun.SILENCE)
        return self.filter(models.Q(status=ImportRun.Status.WAITING) | lost)


class ImportRun(models.Model):
    """One import of files: who, when, what became of the rows. Running it again changes nothing."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("stopped")
        UNDONE = "undone", _("undone")

    class Task(models.TextChoices):
        """What a worker is to do with it."""

        CHECK = "check", _("look at all rows")
        TAKE = "take", _("import")
        UNDO = "undo", _("undo")

    # What nobody started is forgotten after a day, with its files.
    DRAFT_KEPT: ClassVar = timedelta(days=1)
    # So long a run can be undone, and its refused rows can be taken along; then both are forgotten.
    UNDONE_WITHIN: ClassVar = timedelta(days=30)
    SILENCE: ClassVar = timedelta(minutes=5)
    # A run whose workers are killed each time is at fault itself.
    MOST_ATTEMPTS: ClassVar = 3
    # More findings than this are counted, not kept.
    MOST_FINDINGS: ClassVar = 10_000

    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    source = models.CharField(_("source"), max_length=50, blank=True)
    mapping = models.TextField(_("mapping"))

    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    task = models.CharField(
        max_length=10, choices=Task.choices, default=Task.TAKE, db_default=Task.TAKE, editable=False
    )
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    heard_at = models.DateTimeField(_("last progress at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    # How the files are written, as far as it is known: {"accounts.csv": "UTF-8, ;"}.
    read_as = models.JSONField(_("read as"), default=dict, blank=True)
    # What became of the rows: {"accounts.csv": {"created": 85, …}, …}, and what was repaired.
    counts = models.JSONField(_("rows"), default=dict, blank=True)
    repairs = models.JSONField(_("repairs"), default=list, blank=True)
    error = models.TextField(_("why it stopped"), blank=True)
    # What was chosen in the browser (crm.imports.plans), {} where a mapping was sent.
    plan = models.JSONField(default=dict, blank=True, db_default=NOTHING, editable=False)
    # The names of the columns by file, for the rows that were refused; {} before the first row is read.
    headers = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField()), editable=False
    )
    # Whether crm.imports.journal holds all that it changed.
    is_journalled = models.BooleanField(default=False, db_default=False, editable=False)
    # What undoing it did: {"removed": 3, "restored": 1, "left": 2}.
    undone = models.JSONField(default=dict, blank=True, db_default=NOTHING, editable=False)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="running") | models.Q(heard_at__isnull=False),
                name="crm_import_running_is_heard_of",
            )
        ]
        indexes = [
            # the worker looks for runs to do
            models.Index(
                fields=["created_at"], name="crm_import_to_run", condition=models.Q(status__in=["waiting", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {dates.moment(self.created_at)}"

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.DONE, self.Status.FAILED, self.Status.UNDONE)

    @property
    def undone_until(self) -> datetime | None:
        """Until when it can be undone; None when it cannot."""
        ended = self.status in (self.Status.DONE, self.Status.FAILED)
        return self.finished_at + self.UNDONE_WITHIN if ended and self.is_journalled and self.finished_at else None

    def total(self, outcome: str) -> int:
        """Return the number of rows of all files with that outcome."""
        return sum(int(counts.get(outcome, 0)) for counts in self.counts.values())

    def begin(self, *, at: datetime) -> None:
        """Begin an attempt, from the first row on: whatever an earlier one left is forgotten."""
        self.attempts += 1
        if self.task == self.Task.UNDO:
            self.status, self.heard_at = self.Status.RUNNING, at
            self.save(update_fields=["attempts", "status", "heard_at"])
            return
        self.status, self.heard_at, self.counts, self.repairs, self.read_as = self.Status.RUNNING, at, {}, [], {}
        self.save(update_fields=["attempts", "status", "heard_at", "counts", "repairs", "read_as"])
        self.findings.all().delete()
        self.refused_rows.all().delete()
        ImportKey.objects.filter(run=self.pk).delete()

    def heard(self, *, at: datetime, read_as: dict[str, str], counts: dict[str, Any], repairs: Sequence[Any]) -> None:
        """Record the progress so far."""
        self.heard_at, self.read_as, self.counts, self.repairs = at, read_as, counts, list(repairs)
        self.save(update_fields=["heard_at", "read_as", "counts", "repairs"])

    @transaction.atomic
    def finish(self, *, at: datetime, error: str = "") -> None:
        """End what the worker did; an import forgets its files, and one that was only looked at is a draft again.

        Cannot fail for what the `error` says.
        """
        self.error, ended = clean(error, limit=LONGEST_ERROR), ["status", "error"]
        match self.task:
            case self.Task.CHECK:
                self.status = self.Status.DRAFT
            case self.Task.UNDO:
                self.status = self.Status.DONE if error else self.Status.UNDONE
            case _:
                self.status, self.finished_at = self.Status.FAILED if error else self.Status.DONE, at
                ended.append("finished_at")
        self.save(update_fields=ended)
        if self.task != self.Task.CHECK:
            self.files.all().delete()
        ImportKey.objects.filter(run=self.pk).delete()


class ImportFile(models.Model):
    """An uploaded file, kept in the database until its run is over: web and worker need not share a disk."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="crm_import_file_once_per_run")]

    def __str__(self) -> str:
        return self.name


class ImportKey(models.Model):
    """What must be unique in a file, kept while its run lasts: eight bytes of its hash, and the line that has it."""

    pk = models.CompositePrimaryKey("run", "place", "digest")
    # The number of the run, without the foreign key that would be checked for each of millions of rows.
    run = models.BigIntegerField()
    # Of the rule in its mapping.
    place = models.IntegerField()
    digest = models.BigIntegerField()
    line = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.place}: {self.line}"


class ImportFinding(models.Model):
    """A row that was refused, or a value that was left out, and why."""

    class Severity(models.TextChoices):
        REJECTED = "rejected", _("row refused")
        LEFT_OUT = "left_out", _("value left out")
        KEPT = "kept", _("left as it is when undone")
        NOTE = "note", _("note")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="findings")
    file = models.CharField(_("file"), max_length=200)
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=100, blank=True)
    severity = models.CharField(_("what"), max_length=10, choices=Severity.choices)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [models.Index(fields=["run", "id"], name="crm_import_findings_of_run")]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.reason}"
