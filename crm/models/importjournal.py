"""What an import leaves behind for a month: rows to be corrected, and what it changed; and mappings with a name."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock


class RefusedRow(models.Model):
    """A row of a file that was not taken, or not wholly, as it stood there, to be corrected and sent again."""

    run = models.ForeignKey("crm.ImportRun", models.CASCADE, related_name="refused_rows")
    file = models.CharField(_("file"), max_length=200)
    line = models.PositiveIntegerField(_("line"))
    cells = models.JSONField(default=list)
    reasons = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class ImportChange(models.Model):
    """One row that an import created or changed, and what it was before; the database lets it go with a contact."""

    pk = models.CompositePrimaryKey("run", "kind", "row")
    # The number of the run, without the foreign key that would be checked for each of many rows.
    run = models.BigIntegerField()
    # Of crm.records.kinds, or "team".
    kind = models.CharField(max_length=20)
    row = models.BigIntegerField()
    # The columns as they were; None: the import created it. Of people and teams crm.imports.people_undo.
    before = models.JSONField(null=True)
    # The row was as the import left it so long as it says that it was changed at this moment.
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "row"], name="crm_import_changes_of_row")]  # erasure of a contact

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"


class SavedMapping(models.Model):
    """A mapping with a name, for the next files of the same kind."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    text = models.TextField(_("mapping"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("saved by")
    )
    saved_at = models.DateTimeField(_("saved at"), default=clock.now)

    class Meta:
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")

    def __str__(self) -> str:
        return self.name
