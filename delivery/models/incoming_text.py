from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.media import Medium

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
        STOP = "stop", _("a wish for no more texts")
        LETTER = "letter", _("a letter that a person reads")
        NOTHING = "nothing", _("nothing: it is empty")

    # One of the two: what it arrived through.
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
                condition=models.Q(gateway__isnull=True) ^ models.Q(bot__isnull=True),
                name="delivery_incoming_text_one_way",
            ),
        ]
        indexes = [
            # responses takes them up
            models.Index(fields=["id"], name="delivery_incoming_text_untaken", condition=models.Q(taken_at=None)),
            # delivery.media.telegram.incoming and responses.texts look for the earlier words of an edited message
            models.Index(
                fields=["provider_id", "id"],
                name="delivery_incoming_text_edited",
                condition=models.Q(bot__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_number} {self.at}"

    @property
    def medium(self) -> Medium:
        return Medium.SMS if self.bot_id is None else Medium.TELEGRAM
