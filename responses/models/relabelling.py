from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from responses.models.visit import LinkVisit


class Relabelling(models.Model):
    """A member of staff said whose answer it is: who, when, why, and what the label was before."""

    response = models.ForeignKey(
        "responses.Response", models.CASCADE, related_name="relabellings", verbose_name=_("response")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False
    )
    at = models.DateTimeField(_("at"), default=clock.now)
    reason = models.CharField(_("reason"), max_length=300)
    before = models.CharField(_("before"), max_length=10, choices=LinkVisit.Verdict.choices)
    after = models.CharField(_("after"), max_length=10, choices=LinkVisit.Verdict.choices)
    # What had spoken against the answer.
    suspicion = models.JSONField(_("suspicion"), default=list, db_default=[])

    class Meta:
        verbose_name = _("decision whose answer it is")
        verbose_name_plural = _("decisions whose answer it is")
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="responses_relabelling_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
