from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.media import Medium
from accounts.models import Brand
from accounts.secrets import EncryptedTextField

LONGEST_ERROR = 300


class TelegramBotQuerySet(models.QuerySet["TelegramBot"]):
    def in_use(self) -> "TelegramBotQuerySet":
        """Return the bots that Telegram knows and that nobody switched off."""
        return self.filter(is_active=True, number__isnull=False)

    def numbers(self) -> dict[int, int]:
        """Return Telegram's own numbers of the bots in use, by the key of their brand."""
        return {brand: number for brand, number in self.in_use().values_list("brand", "number") if number is not None}


class TelegramBot(models.Model):
    """The bot of one brand: customers who start it are asked in its chat, and answer there."""

    class Hearing(models.TextChoices):
        WEBHOOK = "webhook", _("Telegram calls us")
        POLLING = "polling", _("we ask Telegram")

    medium = Medium.TELEGRAM

    brand = models.OneToOneField(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    token = EncryptedTextField(_("token"), help_text=_("As @BotFather gave it to you. It is kept encrypted."))
    # As Telegram names it; None until it has answered once.
    number = models.BigIntegerField(_("number"), null=True, unique=True, editable=False)
    username = models.CharField(_("name in Telegram"), max_length=64, blank=True, editable=False)
    hearing = models.CharField(
        _("how answers arrive"), max_length=10, choices=Hearing.choices, default=Hearing.POLLING, editable=False
    )
    is_active = models.BooleanField(_("active"), default=True)
    # Part of what proves that Telegram is calling: another number, and what was told before is worth nothing.
    door = models.PositiveIntegerField(default=1, editable=False)
    # Where the next question for news begins.
    heard_up_to = models.BigIntegerField(default=0, db_default=0, editable=False)
    # Where a stand-in speaks for Telegram while somebody tries things out.
    base = models.CharField(max_length=200, blank=True, db_default="", default="", editable=False)

    heard_at = models.DateTimeField(_("last heard of at"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("last took a message at"), null=True, blank=True, editable=False)
    failed_at = models.DateTimeField(_("last failed at"), null=True, blank=True, editable=False)
    error = models.CharField(_("last error"), max_length=LONGEST_ERROR, blank=True, editable=False)

    objects = TelegramBotQuerySet.as_manager()

    class Meta:
        verbose_name = _("Telegram bot")
        verbose_name_plural = _("Telegram bots")

    def __str__(self) -> str:
        return f"@{self.username}" if self.username else str(self.brand)

    def address_of(self, chat: int) -> str:
        """Return how a chat with this bot is kept as an address: another bot may not write there."""
        return f"{self.number}:{chat}"

    @property
    def webhook_secret(self) -> str:
        """What Telegram says with each call, so that we know who is calling; 192 bits."""
        return tokens.derive(self._purpose, self.pk)

    def is_called_by(self, secret: str) -> bool:
        return tokens.is_derived(secret, self._purpose, self.pk)

    @property
    def _purpose(self) -> str:
        return f"telegram-{self.door}"

    def mark_working(self, *, at: datetime) -> None:
        self.sent_at, self.error, self.failed_at = at, "", None
        self.save(update_fields=["sent_at", "error", "failed_at"])

    def mark_mended(self) -> None:
        self.error, self.failed_at = "", None
        self.save(update_fields=["error", "failed_at"])

    def mark_failed(self, error: str, *, at: datetime) -> None:
        """Note what somebody has to set right before it takes messages again."""
        self.error, self.failed_at = error[:LONGEST_ERROR], at
        self.save(update_fields=["error", "failed_at"])
