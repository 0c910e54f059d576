from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> "MergeQuerySet":
        return self.filter(undone_at__isnull=True)


class Merge(models.Model):
    """Two records of one person made one, and what is needed to undo that."""

    UNDONE_WITHIN = timedelta(days=1)

    survivor = models.ForeignKey("crm.Contact", models.CASCADE, related_name="+", verbose_name=_("stays"))
    absorbed = models.ForeignKey("crm.Contact", models.CASCADE, related_name="+", verbose_name=_("is absorbed"))
    at = models.DateTimeField(_("at"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("merged by")
    )
    # {"moved": {"crm.Deal.contact": [1, 2], …}, "addresses": [3, …], "consents": [[4, "objected", "", "2026-…"], …],
    #  "new_consents": [5], "was": {"do_not_contact_at": null, "do_not_contact_reason": ""}}
    kept = models.JSONField(default=dict)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=models.Q(undone_at__isnull=True), name="crm_merge_absorbed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.survivor_id}"

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now < self.at + self.UNDONE_WITHIN
