from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.secrets import EncryptedTextField, SecretUnreadable

LONGEST_ERROR = 300


class TeamHook(models.Model):
    """Where notices for a team are posted in its chat. Whoever knows the address can post there: it is a secret."""

    class Chat(models.TextChoices):
        SLACK = "slack", _("Slack, or a chat that speaks like it")
        TEAMS = "teams", _("Microsoft Teams, by a workflow")
        GOOGLE = "google", _("Google Chat")

    # Where each of them receives, as the end of the host; all others speak as Slack does.
    HOSTS: ClassVar = {
        "chat.googleapis.com": Chat.GOOGLE,
        "logic.azure.com": Chat.TEAMS,
        "api.powerplatform.com": Chat.TEAMS,
        "webhook.office.com": Chat.TEAMS,
    }

    team = models.OneToOneField("accounts.Team", models.CASCADE, related_name="+", verbose_name=_("team"))
    url = EncryptedTextField(_("address of the incoming webhook"))
    chat = models.CharField(
        _("chat"),
        max_length=10,
        choices=Chat.choices,
        blank=True,
        db_default="",
        default="",
        help_text=_("Leave it empty: the address shows which chat it is."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    # The kinds of notices that the team does not want, so that a kind to come is posted until somebody says no.
    unwanted = ArrayField(models.CharField(max_length=20), default=list, blank=True)

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

    @property
    def speaks(self) -> str:
        """Which chat it is: as chosen, else as its host says."""
        host = f".{self.host}"
        known = (chat for end, chat in self.HOSTS.items() if host.endswith(f".{end}"))
        return self.chat or next(known, self.Chat.SLACK)

    def mark_posted(self, *, at: datetime) -> None:
        self.posted_at, self.error, self.failed_at = at, "", None
        self.save(update_fields=["posted_at", "error", "failed_at"])

    def mark_failed(self, error: str, *, at: datetime, for_good: bool) -> None:
        """Note what went wrong; `for_good` switches the hook off until somebody sets it right."""
        self.error, self.failed_at = error[:LONGEST_ERROR], at
        self.is_active = self.is_active and not for_good
        self.save(update_fields=["error", "failed_at", "is_active"])
