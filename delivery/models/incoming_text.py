from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.media import Medium
from delivery.models.telegram_bot import TelegramBot
from delivery.models.whatsapp_number import WhatsAppNumber

LONGEST_TEXT = 2000


class IncomingTextQuerySet(models.QuerySet["IncomingText"]):
    def untaken(self) -> "IncomingTextQuerySet":
        """Texts of which nothing has come yet."""
        return self.filter(taken_at__isnull=True)


class IncomingText(models.Model):
    """A text message that somebody sent back, or wrote in a chat. The digest makes a second row impossible."""

    class Became(models.TextChoices):
        SCORE = "score", _("an answer")
        COMMENT = "comment", _("a comment")
        FURTHER = "further", _("an answer to a further question")
        STOP = "stop", _("a wish for no more texts")
        LETTER = "letter", _("a letter that a person reads")
        NOTHING = "nothing", _("nothing: it is empty")

    # One of the three: what it arrived through.
    gateway = models.ForeignKey(
        "delivery.TextGateway",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("arrived through"),
    )
    bot = models.ForeignKey(
        "delivery.TelegramBot",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written to the bot"),
    )
    whatsapp = models.ForeignKey(
        "delivery.WhatsAppNumber",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written to the WhatsApp number"),
    )
    digest = models.BinaryField(_("fingerprint"), max_length=32, editable=False)
    provider_id = models.CharField(_("provider's ID"), max_length=200, blank=True)
    # A phone, or a chat as contacts carry it.
    from_number = models.CharField(_("from"), max_length=60)
    to_number = models.CharField(_("to"), max_length=60, blank=True)
    text = models.TextField(_("text"), blank=True)
    # The gateway itself took it for a no and stopped sending there.
    opt_out = models.BooleanField(_("stopped by the provider"), default=False)
    # The writer changed words that were sent before, which have the same ID.
    replaces = models.BooleanField(_("edited"), default=False, db_default=False)
    answers = models.ForeignKey(
        "delivery.Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("in answer to")
    )
    became = models.CharField(_("became"), max_length=10, choices=Became.choices, blank=True, default="")

    at = models.DateTimeField(_("written at"))
    arrived_at = models.DateTimeField(_("arrived at"), default=clock.now)
    taken_at = models.DateTimeField(_("taken up at"), null=True, blank=True, editable=False)

    objects = IncomingTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text from a customer")
        verbose_name_plural = _("texts from customers")
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="delivery_incoming_text_once"),
            models.CheckConstraint(
                condition=models.Q(bot__isnull=True, whatsapp__isnull=True, gateway__isnull=False)
                | models.Q(gateway__isnull=True, whatsapp__isnull=True, bot__isnull=False)
                | models.Q(gateway__isnull=True, bot__isnull=True, whatsapp__isnull=False),
                name="delivery_incoming_text_one_way",
            ),
        ]
        indexes = [
            # responses takes them up
            models.Index(fields=["id"], name="delivery_incoming_text_untaken", condition=models.Q(taken_at=None)),
            # both messengers and responses.texts look for the earlier words of an edited message
            models.Index(
                fields=["provider_id", "id"],
                name="delivery_incoming_text_edited",
                condition=models.Q(gateway__isnull=True),
            ),
            # delivery.media.whatsapp.window looks for the last words of a phone
            models.Index(
                fields=["from_number", "-id"],
                name="delivery_incoming_text_window",
                condition=models.Q(whatsapp__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_number} {self.at}"

    @property
    def account(self) -> TelegramBot | WhatsAppNumber | None:
        """Through whom the brand speaks in the chat it was written in; None of a text message."""
        return self.bot or self.whatsapp

    @property
    def is_of_chat(self) -> bool:
        return self.gateway_id is None

    @property
    def medium(self) -> Medium:
        if self.bot_id is not None:
            return Medium.TELEGRAM
        return Medium.SMS if self.whatsapp_id is None else Medium.WHATSAPP
