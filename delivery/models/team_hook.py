from datetime import datetime
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.secrets import EncryptedTextField, SecretUnreadable

LONGEST_ERROR = 300


class TeamHook(models.Model):
    """Where notices for a team are posted in its chat. Whoever knows the address can post there: it is a secret."""

    team = models.OneToOneField("accounts.Team", models.CASCADE, related_name="+", verbose_name=_("team"))
    url = EncryptedTextField(_("address of the incoming webhook"))
    is_active = models.BooleanField(_("active"), default=True)

    posted_at = models.DateTimeField(_("last posted at"), null=True, blank=True, editable=False)
    failed_at = models.DateTimeField(_("last failed at"), null=True, blank=True, editable=False)
    error = models.CharField(_("last error"), max_length=LONGEST_ERROR, blank=True, editable=False)

    class Meta:
        verbose_name = _("chat hook")
        verbose_name_plural = _("chat hooks")

    def __str__(self) -> str:
        return str(self.team)

    @property
    def host(self) -> str:
        """The part of the address that is no secret; "" when none of our keys opens it."""
        try:
            return urlsplit(self.url).hostname or ""
        except SecretUnreadable:
            return ""

    def mark_posted(self, *, at: datetime) -> None:
        self.posted_at, self.error, self.failed_at = at, "", None
        self.save(update_fields=["posted_at", "error", "failed_at"])

    def mark_failed(self, error: str, *, at: datetime, for_good: bool) -> None:
        """Note what went wrong; `for_good` switches the hook off until somebody sets it right."""
        self.error, self.failed_at = error[:LONGEST_ERROR], at
        self.is_active = self.is_active and not for_good
        self.save(update_fields=["error", "failed_at", "is_active"])
