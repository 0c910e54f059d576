from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from delivery.models import Message
from followups.models.improvement import Improvement


class ImprovementAnswer(models.Model):
    """That an answer asked for an improvement; a person said so."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="answers", db_index=False)
    response = models.ForeignKey(
        "responses.Response", models.CASCADE, related_name="improvements", verbose_name=_("response")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("answer that asked for an improvement")
        verbose_name_plural = _("answers that asked for improvements")
        constraints = [models.UniqueConstraint(fields=["improvement", "response"], name="followups_asked_for_once")]

    def __str__(self) -> str:
        return f"{self.improvement_id} {self.response_id}"


class ImprovementLetterQuerySet(models.QuerySet["ImprovementLetter"]):
    def waiting(self) -> "ImprovementLetterQuerySet":
        return self.filter(state=ImprovementLetter.State.WAITING)

    def written(self) -> "ImprovementLetterQuerySet":
        return self.filter(state=ImprovementLetter.State.WRITTEN)

    def told(self) -> "ImprovementLetterQuerySet":
        """Those that were written and, as far as we know, arrived."""
        return self.written().exclude(message__status__in=Message.NOT_ARRIVED)

    def not_arrived(self) -> "ImprovementLetterQuerySet":
        """Those that were written and came back, or were not sent after all."""
        return self.written().filter(message__status__in=Message.NOT_ARRIVED)

    def to_try_again(self) -> "ImprovementLetterQuerySet":
        """Those that were left, or did not arrive."""
        return self.filter(state=ImprovementLetter.State.LEFT) | self.not_arrived()


class ImprovementLetter(models.Model):
    """One letter to one customer about one improvement: wanted by a person, then written or left, with the reason."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WRITTEN = "written", _("written")
        LEFT = "left", _("not written")

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="letters", db_index=False)
    contact = models.ForeignKey("crm.Contact", models.CASCADE, related_name="+", verbose_name=_("contact"))
    # The answer that it speaks of: its language and its brand are those of the letter.
    response = models.ForeignKey("responses.Response", models.CASCADE, related_name="+", verbose_name=_("response"))
    wanted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    wanted_at = models.DateTimeField(_("at"), default=clock.now)

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    # Why it was left: a code of followups.improvements.audience.
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    written_at = models.DateTimeField(_("written at"), null=True, blank=True)
    message = models.ForeignKey(
        "delivery.Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )

    objects = ImprovementLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter about an improvement")
        verbose_name_plural = _("letters about improvements")
        constraints = [
            models.UniqueConstraint(fields=["improvement", "contact"], name="followups_told_of_improvement_once"),
            models.CheckConstraint(
                condition=models.Q(state="written", written_at__isnull=False)
                | (~models.Q(state="written") & models.Q(written_at__isnull=True)),
                name="followups_improvement_letter_written_at",
            ),
        ]
        indexes = [
            # the task that writes them
            models.Index(fields=["id"], name="followups_letters_to_write", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.improvement_id} → {self.contact_id}"
