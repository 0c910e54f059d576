from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock, tokens
from accounts.customerlanguages.field import LanguageField
from followups.models.followup import Followup
from responses.models import LinkVisit


class ClosingLetterQuerySet(models.QuerySet["ClosingLetter"]):
    def of_link(self, token: str) -> "ClosingLetterQuerySet":
        """Return the letter whose link carries `token`, or none."""
        return self.filter(token_hash=tokens.digest(token))

    def said(self) -> "ClosingLetterQuerySet":
        """Those that a person answered; what looked like a machine's waits for one."""
        return self.exclude(answer="").filter(is_held=False)

    def unsettled(self) -> "ClosingLetterQuerySet":
        """Those whose answer has had no consequences yet."""
        return self.said().filter(settled_at__isnull=True)


class ClosingLetter(models.Model):
    """We told a customer what we did, and asked whether it is solved. Their last word holds; the first stays noted."""

    class Answer(models.TextChoices):
        YES = "yes", _("solved")
        NO = "no", _("not solved")

    # So long the question may be answered.
    OPEN_FOR = timedelta(days=60)

    # Names this one sending, so that a form sent twice is one letter.
    key = models.UUIDField(unique=True, editable=False)
    followup = models.ForeignKey(Followup, models.CASCADE, related_name="closing_letters", verbose_name=_("follow-up"))
    subject = models.CharField(_("subject"), max_length=200)
    words = models.TextField(_("what we did"))
    language = LanguageField(_("language"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"), default=clock.now)
    # The secret of the link is derived and never kept; empty for the moment before the row has its key.
    token_hash = models.BinaryField(max_length=32, unique=True, null=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"))

    answer = models.CharField(_("answer"), max_length=3, choices=Answer.choices, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    # Whose answer it is taken for, and why; a held one does nothing until a person answers.
    verdict = models.CharField(_("verdict"), max_length=10, choices=LinkVisit.Verdict.choices, blank=True)
    evidence = models.JSONField(_("evidence"), default=list, blank=True)
    source = models.CharField(_("network and browser family"), max_length=110, blank=True)
    is_held = models.BooleanField(_("waits to be confirmed"), default=False)
    # Since when it has the consequences that it asks for; another answer settles anew.
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    reopened_at = models.DateTimeField(_("reopened the follow-up at"), null=True, blank=True)

    objects = ClosingLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing letter")
        verbose_name_plural = _("closing letters")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True)
                | ~models.Q(answer="") & models.Q(answered_at__isnull=False),
                name="followups_closing_answer_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True) | ~models.Q(answer=""),
                name="followups_closing_settles_answers",
            ),
            # A customer's no opens a follow-up again once and no more.
            models.UniqueConstraint(
                fields=["followup"],
                name="followups_reopened_by_a_no_once",
                condition=models.Q(reopened_at__isnull=False),
            ),
        ]
        indexes = [
            # Read by the settling of answers.
            models.Index(
                fields=["answered_at"],
                name="followups_closing_unsettled",
                condition=models.Q(settled_at__isnull=True, is_held=False) & ~models.Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def token(self) -> str:
        """The secret of the customer's link: derived, never stored; the one given out before stays."""
        if self.token_hash is None:
            return tokens.derive("closing", self.pk)
        return tokens.derive_again("closing", self.pk, bytes(self.token_hash))

    @property
    def is_answered(self) -> bool:
        """Whether a person answered it."""
        return bool(self.answer) and not self.is_held

    @property
    def is_of_a_person(self) -> bool:
        """Whether a person was seen to answer it."""
        return self.is_answered and self.verdict == LinkVisit.Verdict.HUMAN

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at <= now

    def seal(self) -> None:
        """Keep the hash of the link that this letter carries."""
        self.token_hash = tokens.digest(self.token)
        self.save(update_fields=["token_hash"])
