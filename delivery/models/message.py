from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.customerlanguages.field import LanguageField
from accounts.media import Medium


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now: datetime) -> "MessageQuerySet":
        return self.filter(status=Message.Status.QUEUED, send_after__lte=now)

    def with_news(self) -> "MessageQuerySet":
        """Messages whose fate changed and whose makers have not taken that up yet."""
        return self.filter(has_news=True)

    def newest_read(self, by: datetime | None = None) -> "MessageQuerySet":
        """Return those that their recipients may have read, by a moment if one is given; what went last comes first."""
        arrived = self.exclude(status__in=[Message.Status.QUEUED, *Message.NOT_ARRIVED])
        gone = arrived.alias(went_at=Coalesce("sent_at", "offered_at", "created_at"))
        return (gone.filter(went_at__lte=by) if by else gone).order_by("-went_at", "-pk")

    def about(self, provider_id: str, key: str) -> "MessageQuerySet":
        """The message that a provider speaks of, by its own ID or by our idempotency key."""
        ours = models.Q(idempotency_key=key) if key else models.Q()
        theirs = models.Q(provider_id=provider_id) if provider_id else models.Q()
        return self.filter(ours | theirs) if ours or theirs else self.none()


class Message(models.Model):
    """One outgoing thing. It is a row before it is an act; the idempotency key makes a second row impossible."""

    class Purpose(models.TextChoices):
        INVITE = "invite", _("invitation")
        REMINDER = "reminder", _("reminder")
        THANKS = "thanks", _("thank-you")
        REPLY = "reply", _("reply to a customer")
        CLOSING = "closing", _("what became of a complaint")
        STAFF = "staff", _("note to staff")
        MARKETING = "marketing", _("news or offer")
        # What a chat says at once to whoever just did something there.
        ECHO = "echo", _("word in a chat")

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("handed over")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        BOUNCED = "bounced", _("bounced")
        UNKNOWN = "unknown", _("unknown")
        CANCELLED = "cancelled", _("cancelled")

    class Objection(models.TextChoices):
        COMPLAINED = "complained", _("reported as spam")
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed at the mail provider")

    class Bounce(models.TextChoices):
        HARD = "hard", _("the address does not exist")
        SOFT = "soft", _("the address did not take it for now")

    # What asks something of people who asked for nothing; it rests while its sending domain is paused.
    ASKING = (Purpose.INVITE, Purpose.REMINDER, Purpose.MARKETING)
    # States that a provider's news may still change: the act is under way or done.
    UNDER_WAY = (Status.QUEUED, Status.SENDING, Status.SENT, Status.UNKNOWN)
    # States in which it is known that nobody got it.
    NOT_ARRIVED = (Status.FAILED, Status.BOUNCED, Status.CANCELLED)

    medium = models.CharField(_("medium"), max_length=20, choices=Medium.choices)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    to_address = models.CharField(_("to"), max_length=254)
    to_name = models.CharField(_("name of the recipient"), max_length=200, blank=True)
    language = LanguageField(_("language"))
    template = models.CharField(_("template"), max_length=100)
    context = models.JSONField(_("context"), default=dict)
    idempotency_key = models.CharField(_("idempotency key"), max_length=120)

    send_after = models.DateTimeField(_("send after"), default=clock.now)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    # Each claim has the next number: what is recorded under an earlier one comes from a worker whose time is over.
    claim = models.PositiveIntegerField(_("claim"), default=0, db_default=0, editable=False)
    # Written before a hand-over that must not be repeated, so that a crash in the middle of it is seen.
    offered_at = models.DateTimeField(_("offered at"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    provider_id = models.CharField(_("provider's ID"), max_length=200, blank=True)
    # What its hand-overs cost, those included of which nobody knows whether they happened.
    cost = models.DecimalField(_("cost"), max_digits=10, decimal_places=4, default=0, db_default=0, editable=False)
    # By what it arrived, where a gateway had the choice.
    arrived_by = models.CharField(_("arrived by"), max_length=10, blank=True, db_default="", default="", editable=False)
    error = models.TextField(_("error"), blank=True)
    objection = models.CharField(_("objection"), max_length=12, choices=Objection.choices, blank=True, db_default="")
    objected_at = models.DateTimeField(_("objected at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    # What this message says against its address; emptied once the address has been charged with it.
    bounce = models.CharField(
        _("bounce"), max_length=4, choices=Bounce.choices, blank=True, db_default="", default="", editable=False
    )
    # Where a letter to a customer came from, as it goes on the wire; known once it was to be handed over.
    sender_domain = models.CharField(
        _("sending domain"), max_length=253, blank=True, db_default="", default="", editable=False
    )
    has_news = models.BooleanField(_("has news"), default=False, db_default=False, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            # Not unique=True: that would bring a second index, for searches by prefix, which sending pays for.
            models.UniqueConstraint(fields=["idempotency_key"], name="delivery_message_once"),
            models.CheckConstraint(
                condition=~models.Q(status="sending") | models.Q(claimed_at__isnull=False),
                name="delivery_message_sending_is_claimed",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["sent", "delivered"]) | models.Q(sent_at__isnull=False),
                name="delivery_message_sent_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(objection="", objected_at__isnull=True)
                | (~models.Q(objection="") & models.Q(objected_at__isnull=False)),
                name="delivery_message_objection_has_moment",
            ),
        ]
        indexes = [
            # delivery.outbox claims the due messages of a medium in due order
            models.Index(
                fields=["medium", "send_after", "id"], name="delivery_message_due", condition=models.Q(status="queued")
            ),
            # the recovery sweep finds what a killed worker left
            models.Index(fields=["claimed_at"], name="delivery_message_stuck", condition=models.Q(status="sending")),
            # provider callbacks look a message up
            models.Index(fields=["provider_id"], name="delivery_message_provider", condition=~models.Q(provider_id="")),
            # admin lists what failed
            models.Index(
                fields=["-failed_at"],
                name="delivery_message_failed",
                condition=models.Q(status__in=["failed", "bounced"]),
            ),
            # delivery.media.sms.replies, …telegram.arrivals and …whatsapp.arrivals look for what a text answers
            models.Index(
                fields=["to_address", "-id"],
                name="delivery_message_texts",
                condition=models.Q(medium__in=["sms", "telegram", "whatsapp"]),
            ),
            # delivery.media.sms.receipts asks what became of texts
            models.Index(
                fields=["sent_at"],
                name="delivery_message_texts_sent",
                condition=models.Q(medium="sms", status="sent"),
            ),
            # delivery.media.whatsapp.silence counts what never arrived
            models.Index(
                fields=["sent_at"],
                name="delivery_message_silent",
                condition=models.Q(medium="whatsapp", status="sent"),
            ),
            # surveys.fates.delivery_news takes the news up
            models.Index(fields=["id"], name="delivery_message_news", condition=models.Q(has_news=True)),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} → {self.to_address}"

    @property
    def left_at(self) -> datetime:
        """When it left, as far as that is known; as `newest_read` orders them."""
        return self.sent_at or self.offered_at or self.created_at

    @property
    def may_be_retried(self) -> bool:
        return self.status in (self.Status.FAILED, self.Status.BOUNCED, self.Status.UNKNOWN)

    def mark_sent(self, *, at: datetime, provider_id: str = "") -> bool:
        """Note that it was handed over, as a person or the provider found out; return False when that was no open
        question."""
        if self.status != self.Status.UNKNOWN:
            return False
        self.status, self.sent_at, self.error = self.Status.SENT, at, ""
        self.provider_id = provider_id or self.provider_id
        return self._keep("status", "sent_at", "error", "provider_id")

    def put_off(self, *, error: str, until: datetime) -> bool:
        """Let it be sent anew later: the provider took it and says that it did not go, for a reason that will pass.

        Returns False when it waits already or is settled. What did not go cost nothing.
        """
        if self.status not in (self.Status.SENDING, self.Status.SENT, self.Status.UNKNOWN):
            return False
        # A worker that records later has not counted its attempt yet, and finds another claim.
        self.attempts += self.status == self.Status.SENDING
        self.claim += 1
        self.status, self.send_after, self.error = self.Status.QUEUED, until, error
        self.sent_at, self.provider_id, self.cost = None, "", Decimal(0)
        return self._keep("status", "send_after", "attempts", "claim", "error", "sent_at", "provider_id", "cost")

    def mark_delivered(self, *, at: datetime) -> bool:
        """Note that the recipient's side took it; return False when nothing changes by that."""
        if self.status not in self.UNDER_WAY:
            return False
        self.status, self.delivered_at, self.sent_at = self.Status.DELIVERED, at, self.sent_at or at
        return self._keep("status", "delivered_at", "sent_at")

    def settle_cost(self, cost: Decimal, *, arrived_by: str) -> bool:
        """Note by what it arrived, and what that cost in place of what its hand-over might have."""
        if (self.cost, self.arrived_by) == (cost, arrived_by):
            return False
        self.cost, self.arrived_by = cost, arrived_by
        return self._keep("cost", "arrived_by")

    def mark_undeliverable(self, *, error: str, at: datetime, bounce: str) -> bool:
        """Note that it will not arrive, and what `bounce` says of the address; False when nothing changes by that."""
        if self.status not in (*self.UNDER_WAY, self.Status.DELIVERED):
            return False
        self.status = self.Status.BOUNCED if bounce == self.Bounce.HARD else self.Status.FAILED
        self.error, self.failed_at, self.bounce = error, at, bounce
        return self._keep("status", "error", "failed_at", "bounce")

    def mark_objected(self, *, objection: str, at: datetime) -> bool:
        """Note that the recipient wants no more; return False when that was known. The first objection is kept, but a
        complaint says more than one that ended letters quietly."""
        if self.objection in (objection, self.Objection.COMPLAINED):
            return False
        self.objection, self.objected_at = objection, at
        return self._keep("objection", "objected_at")

    def retry(self, *, at: datetime) -> bool:
        """Put a message that failed back into the queue, with all its attempts; return False when it has not failed."""
        if not self.may_be_retried:
            return False
        self.status, self.send_after, self.attempts = self.Status.QUEUED, at, 0
        self.sent_at, self.failed_at, self.provider_id, self.bounce = None, None, "", ""
        # A worker that has not recorded yet must not find its claim standing.
        self.claim += 1
        return self._keep("status", "send_after", "attempts", "sent_at", "failed_at", "provider_id", "bounce", "claim")

    def _keep(self, *fields: str) -> bool:
        self.changed_at, self.has_news = clock.now(), True
        self.save(update_fields=[*fields, "changed_at", "has_news"])
        return True
