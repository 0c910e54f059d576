from datetime import datetime, timedelta

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock

# So long what was done to many rows can be undone in one go.
UNDONE_WITHIN = timedelta(minutes=15)


class BulkDeed(models.Model):
    """One thing done to many follow-ups at once: to which it was done, and to which it could not be, and why."""

    class Kind(models.TextChoices):
        ASSIGN = "assign", _("assigned")
        NOTE = "note", _("noted")
        RESOLVE = "resolve", _("resolved")
        DISMISS = "dismiss", _("dismissed")
        STATE = "state", _("put into a state")

    class Refusal(models.TextChoices):
        CLOSED = "closed", _("It is closed.")
        SO_ALREADY = "so_already", _("It was so already.")
        NEEDS_CAUSE = "needs_cause", _("Something went wrong there: it is resolved by itself, with its root cause.")
        NEEDS_WORDS = "needs_words", _("A letter is resolved by itself, with what was done about it.")
        DOES_NOT_FIT = "does_not_fit", _("It is not new any more.")
        NOT_IN_TEAM = "not_in_team", _("That person is of another team.")
        FAILED = "failed", _("It failed. Try it by itself.")
        TOUCHED = "touched", _("Somebody has worked on it since.")

    # Names this one sending, so that a form sent twice is one deed.
    key = models.UUIDField(unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("at"), default=clock.now)
    # [{"rows": {follow-up: activity, …}, "before": {column: value, …}}, …]: what to go back to, by rows alike.
    done = models.JSONField(_("done"), default=list, encoder=DjangoJSONEncoder)
    # {follow-up: Refusal, …}; after undoing, those that could not be undone.
    refused = models.JSONField(_("refused"), default=dict)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("deed on many follow-ups")
        verbose_name_plural = _("deeds on many follow-ups")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.size}"

    @property
    def size(self) -> int:
        """The number of follow-ups to which it was done."""
        return sum(len(part["rows"]) for part in self.done)

    def can_be_undone(self, now: datetime) -> bool:
        return bool(self.done) and self.undone_at is None and now < self.at + UNDONE_WITHIN
