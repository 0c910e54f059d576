from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> "MergeQuerySet":
        return self.filter(undone_at__isnull=True)

    def undoable(self, now: datetime) -> "MergeQuerySet":
        """Keep those of the last day whose survivor absorbed nothing since and was not absorbed itself."""
        later = Merge.objects.standing().filter(survivor=models.OuterRef("survivor"), pk__gt=models.OuterRef("pk"))
        young = self.standing().filter(at__gt=now - Merge.UNDONE_WITHIN, survivor__merged_into__isnull=True)
        return young.exclude(models.Exists(later))


class Merge(models.Model):
    """Two records of one person made one, and what is needed to undo that."""

    UNDONE_WITHIN = timedelta(days=1)

    survivor = models.ForeignKey("crm.Contact", models.CASCADE, related_name="+", verbose_name=_("stays"))
    absorbed = models.ForeignKey("crm.Contact", models.CASCADE, related_name="+", verbose_name=_("is absorbed"))
    at = models.DateTimeField(_("at"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("merged by")
    )
    # {"moved": {"crm.Deal.contact": [1], …}, "addresses": [3, …], "consents": [[4, "given", "", "2026-…", "v2"], …],
    #  "new_consents": [5], "was": {"do_not_contact_at": null, "do_not_contact_reason": ""}}
    kept = models.JSONField(default=dict)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        permissions = [("merge_contacts", _("Can merge records of one customer and undo it"))]
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=models.Q(undone_at__isnull=True), name="crm_merge_absorbed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.survivor_id}"

    @property
    def undone_until(self) -> datetime:
        return self.at + self.UNDONE_WITHIN
