import hashlib
import json
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.customerlanguages import spoken
from accounts.models import User


class MailingQuerySet(models.QuerySet["Mailing"]):
    def shown_to(self, user: User) -> "MailingQuerySet":
        """Their own ones; everything for whoever may see all teams."""
        return self if user.sees_all_teams else self.filter(by=user)

    def under_way(self) -> "MailingQuerySet":
        return self.filter(started_at__isnull=False, finished_at__isnull=True)


class Mailing(models.Model):
    """One letter to everybody in a segment: news, early access, a personal offer. A draft until it is sent.

    From then on neither its words nor whom it goes to change: who was in the segment at that moment.
    """

    # What a text may hold; always known is only the brand.
    FIELDS: ClassVar = frozenset({"first_name", "name", "company", "brand"})

    name = models.CharField(_("name"), max_length=100, help_text=_("Only staff see it."))
    brand = models.ForeignKey("accounts.Brand", models.PROTECT, related_name="+", verbose_name=_("brand"))
    segment = models.ForeignKey(
        "surveys.CustomerSegment", models.SET_NULL, null=True, related_name="mailings", verbose_name=_("segment")
    )
    # What the segment was called and whom it chose when the letter was sent.
    segment_name = models.CharField(_("segment"), max_length=60, blank=True)
    conditions = models.JSONField(_("conditions"), default=dict)
    # By language: {"lt": {"subject": "…", "text": "…"}, …}; only languages with both are here.
    texts = models.JSONField(_("texts"), default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    started_at = models.DateTimeField(_("sent since"), null=True, blank=True)
    finished_at = models.DateTimeField(_("sent until"), null=True, blank=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        default_permissions = ()
        permissions = [("send_mailings", _("Can write to many customers at once"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(started_at__isnull=False),
                name="followups_mailing_finished_was_started",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.started_at is None

    @property
    def languages(self) -> list[str]:
        """The languages in which it is written, the brand's own order."""
        return [language for language in self.brand.languages if language in self.texts]

    @property
    def content_hash(self) -> str:
        """Changes whenever its words or the conditions of whom it goes to change."""
        whom = self.segment.conditions if self.segment else None
        content = [self.texts, self.brand_id, self.segment_id, whom]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def language_for(self, language: str) -> str:
        """Return the language in which somebody who speaks `language` gets it."""
        return spoken.matched(language, self.languages) or self.languages[0]

    @transaction.atomic
    def start(self, *, segment_name: str, conditions: dict[str, str], at: datetime) -> bool:
        """Send it from now on; return False when it was sent before."""
        started = type(self).objects.filter(pk=self.pk, started_at__isnull=True)
        if not started.update(started_at=at, segment_name=segment_name, conditions=conditions):
            return False
        self.refresh_from_db()
        return True


class MailingRecipientQuerySet(models.QuerySet["MailingRecipient"]):
    def waiting(self) -> "MailingRecipientQuerySet":
        return self.filter(status=MailingRecipient.Status.WAITING)


class MailingRecipient(models.Model):
    """Whom a mailing was for, and what became of it: written to, or not and why."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waits")
        WRITTEN = "written", _("written to")
        REFUSED = "refused", _("not written to")

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="recipients", verbose_name=_("mailing"))
    contact = models.ForeignKey(
        "crm.Contact", models.CASCADE, related_name="mailings", verbose_name=_("contact"), db_index=False
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    # Why not: as surveys.judging.reasons calls it.
    reason = models.CharField(_("reason"), max_length=30, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    message = models.OneToOneField(
        "delivery.Message", models.SET_NULL, null=True, related_name="mailing_recipient", verbose_name=_("message")
    )
    # Of the link by which this person ends all offers.
    token_hash = models.BinaryField(max_length=32, null=True, editable=False)

    objects = MailingRecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient of a mailing")
        verbose_name_plural = _("recipients of mailings")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["mailing", "contact"], name="followups_mailing_once_per_contact"),
            models.CheckConstraint(
                condition=(Q(status="refused") & ~Q(reason="")) | (~Q(status="refused") & Q(reason="")),
                name="followups_mailing_refused_says_why",
            ),
        ]
        indexes = [
            # followups.send_mailings
            models.Index(fields=["mailing", "id"], name="followups_mailing_waiting", condition=Q(status="waiting")),
            # how lately somebody was written to
            models.Index(
                fields=["contact", "decided_at"], name="followups_mailing_of_contact", condition=Q(status="written")
            ),
            # the link that ends all offers
            models.Index(fields=["token_hash"], name="followups_mailing_token", condition=Q(token_hash__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.mailing_id} → {self.contact_id}"
