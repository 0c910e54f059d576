from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock


class ManualAsk(models.Model):
    """Who had an invitation sent although the rules said not yet, and why."""

    invitation = models.OneToOneField(
        "surveys.Invitation", models.CASCADE, related_name="manual_ask", verbose_name=_("invitation")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("ask by hand")
        verbose_name_plural = _("asks by hand")
        permissions = [("ask_anyway", _("Can ask a customer now against the rules"))]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="surveys_manual_ask_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.reason}"
