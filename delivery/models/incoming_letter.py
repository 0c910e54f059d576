from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.media import Medium


class IncomingLetterQuerySet(models.QuerySet["IncomingLetter"]):
    def untaken(self) -> "IncomingLetterQuerySet":
        """Letters that whoever wrote to the customer has not taken up yet."""
        return self.filter(taken_at__isnull=True)


class IncomingLetter(models.Model):
    """What somebody wrote back to a message of ours, as plain text. The digest makes a second row impossible."""

    # The sources of what came as a text message or in a chat; mailboxes have longer names.
    BY_TEXT, BY_CHAT = Medium.SMS.value, (Medium.TELEGRAM.value, Medium.WHATSAPP.value)

    digest = models.BinaryField(_("fingerprint"), max_length=32, editable=False)
    # Empty for a letter that came without a mailbox in which it could stay, in answer to nothing we know.
    answers = models.ForeignKey(
        "delivery.Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("in answer to")
    )
    # Its address proves it; else the letter only refers to our message, which others may guess.
    is_proven = models.BooleanField(_("came to the address of the message"), default=False)
    is_from_elsewhere = models.BooleanField(_("from another address than we wrote to"), default=False)
    source = models.CharField(_("arrived in"), max_length=300, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=300, blank=True)
    from_address = models.CharField(_("from"), max_length=254, blank=True)
    from_name = models.CharField(_("name"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    # What it quotes, and the signature.
    folded = models.TextField(_("quoted"), blank=True)
    # [{"name": …, "type": …, "size": bytes, "looks_like": …}, …]; the files themselves stay in the mailbox.
    attachments = models.JSONField(_("attachments"), default=list, blank=True)
    is_automatic = models.BooleanField(_("written by a machine"), default=False)
    is_cut = models.BooleanField(_("only its beginning was read"), default=False)

    at = models.DateTimeField(_("written at"))
    arrived_at = models.DateTimeField(_("arrived at"), default=clock.now)
    taken_at = models.DateTimeField(_("taken up at"), null=True, blank=True, editable=False)

    objects = IncomingLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter from a customer")
        verbose_name_plural = _("letters from customers")
        constraints = [models.UniqueConstraint(fields=["digest"], name="delivery_incoming_letter_once")]
        indexes = [
            # followups takes them up
            models.Index(fields=["id"], name="delivery_incoming_untaken", condition=models.Q(taken_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.subject or self.from_address

    @property
    def medium(self) -> Medium:
        """How it came."""
        return Medium(self.source) if self.source in (self.BY_TEXT, *self.BY_CHAT) else Medium.EMAIL
