from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from delivery.models.telegram_bot import TelegramBot
from delivery.models.whatsapp_number import WhatsAppNumber


class ChatEventQuerySet(models.QuerySet["ChatEvent"]):
    def untaken(self) -> "ChatEventQuerySet":
        """Events of which nothing has come yet."""
        return self.filter(taken_at__isnull=True)

    def presses_in(self, chat: str, *, until: datetime) -> "ChatEventQuerySet":
        """Presses in one chat up to a moment, the last one first."""
        return self.filter(kind=ChatEvent.Kind.PRESS, chat=chat, arrived_at__lte=until).order_by("-pk")

    def untold(self) -> "ChatEventQuerySet":
        """Presses on messages of a bot that were taken up, and whose chat does not show that yet."""
        return self.filter(kind=ChatEvent.Kind.PRESS, taken_at__isnull=False, told_at__isnull=True, bot__isnull=False)


class ChatEvent(models.Model):
    """What somebody did in a chat with us, other than writing. Its number makes a second row impossible."""

    class Kind(models.TextChoices):
        PRESS = "press", _("pressed a button")
        START = "start", _("started the bot")
        BLOCKED = "blocked", _("blocked the bot")
        UNBLOCKED = "unblocked", _("let the bot write again")

    # What a press became after which no question stands in the chat.
    DONE = "done"

    # One of the two: whom it was done to.
    bot = models.ForeignKey(
        "delivery.TelegramBot", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bot")
    )
    whatsapp = models.ForeignKey(
        "delivery.WhatsAppNumber",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("WhatsApp number"),
    )
    # Telegram's own number of the event, or one made of WhatsApp's ID, by which a second telling is known.
    update = models.BigIntegerField(_("number"), editable=False)
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind.choices)
    # The address of the chat, as contacts carry it; in WhatsApp a phone.
    chat = models.CharField(_("chat"), max_length=60)
    # Telegram's ID of a press, which wants an answer, and of the message that holds the button.
    query = models.CharField(max_length=64, blank=True, editable=False)
    message_id = models.BigIntegerField(null=True, blank=True, editable=False)
    # What the button says: an action and its value, about the ask whose link has this digest.
    action = models.CharField(_("button"), max_length=10, blank=True)
    value = models.BigIntegerField(_("value"), null=True, blank=True)
    link = models.BinaryField(max_length=32, null=True, editable=False)
    # The contact whose link of joining the bot was started by.
    subject = models.BigIntegerField(null=True, blank=True, editable=False)
    # In which language the app of whoever did it speaks, as far as we do.
    language = models.CharField(_("language"), max_length=10, blank=True)
    became = models.CharField(_("became"), max_length=20, blank=True, default="")

    at = models.DateTimeField(_("happened at"))
    arrived_at = models.DateTimeField(_("arrived at"), default=clock.now)
    taken_at = models.DateTimeField(_("taken up at"), null=True, blank=True, editable=False)
    told_at = models.DateTimeField(_("shown in the chat at"), null=True, blank=True, editable=False)

    objects = ChatEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event in a chat")
        verbose_name_plural = _("events in chats")
        constraints = [
            models.UniqueConstraint(fields=["bot", "update"], name="delivery_chat_event_once"),
            models.UniqueConstraint(fields=["whatsapp", "update"], name="delivery_chat_event_once_by_phone"),
            models.CheckConstraint(
                condition=models.Q(bot__isnull=True) ^ models.Q(whatsapp__isnull=True),
                name="delivery_chat_event_one_way",
            ),
        ]
        indexes = [
            # delivery.media.telegram.arrivals, delivery.media.whatsapp.window and responses.texts look for the last
            # press in a chat
            models.Index(fields=["chat", "-id"], name="delivery_chat_event_presses", condition=models.Q(kind="press")),
            # responses takes them up
            models.Index(fields=["id"], name="delivery_chat_event_untaken", condition=models.Q(taken_at=None)),
            # responses shows what came of them
            models.Index(
                fields=["id"],
                name="delivery_chat_event_untold",
                condition=models.Q(kind="press", taken_at__isnull=False, told_at=None, bot__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chat} {self.get_kind_display()}"

    @property
    def account(self) -> TelegramBot | WhatsAppNumber:
        """Through whom the brand speaks in this chat."""
        account = self.bot or self.whatsapp
        assert account is not None  # noqa: S101 delivery_chat_event_one_way
        return account

    @property
    def address(self) -> tuple[str, str]:
        """The medium, and the address of the chat in it."""
        return self.account.medium.value, self.chat
