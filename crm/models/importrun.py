from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock, dates
from accounts.plaintext import clean

LONGEST_ERROR = 2_000


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def due(self, now: datetime) -> "ImportRunQuerySet":
        """Runs that wait, and those whose worker has been silent for so long that it must be gone."""
        lost = models.Q(status=ImportRun.Status.RUNNING, heard_at__lt=now - ImportRun.SILENCE)
        return self.filter(models.Q(status=ImportRun.Status.WAITING) | lost)


class ImportRun(models.Model):
    """One import of files: who, when, what became of the rows. Running it again changes nothing."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("stopped")

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
        return self.status in (self.Status.DONE, self.Status.FAILED)

    def total(self, outcome: str) -> int:
        """Return the number of rows of all files with that outcome."""
        return sum(int(counts.get(outcome, 0)) for counts in self.counts.values())

    def begin(self, *, at: datetime) -> None:
        """Begin an attempt, from the first row on: whatever an earlier one left is forgotten."""
        self.attempts += 1
        self.status, self.heard_at, self.counts, self.repairs, self.read_as = self.Status.RUNNING, at, {}, [], {}
        self.save(update_fields=["attempts", "status", "heard_at", "counts", "repairs", "read_as"])
        self.findings.all().delete()
        ImportKey.objects.filter(run=self.pk).delete()

    def heard(self, *, at: datetime, read_as: dict[str, str], counts: dict[str, Any], repairs: Sequence[Any]) -> None:
        """Record the progress so far."""
        self.heard_at, self.read_as, self.counts, self.repairs = at, read_as, counts, list(repairs)
        self.save(update_fields=["heard_at", "read_as", "counts", "repairs"])

    def finish(self, *, at: datetime, error: str = "") -> None:
        """End the run and forget the uploaded files; cannot fail for what the `error` says."""
        self.status = self.Status.FAILED if error else self.Status.DONE
        self.finished_at, self.error = at, clean(error, limit=LONGEST_ERROR)
        self.save(update_fields=["status", "finished_at", "error"])
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
