from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock, languages
from accounts.models import User


class WordProposalQuerySet(models.QuerySet["WordProposal"]):
    def open(self) -> "WordProposalQuerySet":
        """Those on which nobody has decided yet, the surest first."""
        return self.filter(decided_at__isnull=True).order_by("-z", "pk")


class WordProposal(models.Model):
    """A word that comments with a topic hold, and others hardly do; an administrator takes it up or dismisses it."""

    topic = models.ForeignKey("responses.Topic", models.CASCADE, related_name="+", verbose_name=_("topic"))
    language = models.CharField(_("language"), max_length=languages.LONGEST)
    pattern = models.CharField(_("pattern"), max_length=80)
    # How many labelled comments hold it, and how many of them are about the topic.
    comments = models.PositiveIntegerField(_("comments"))
    of_topic = models.PositiveIntegerField(_("of the topic"))
    # How many standard errors the log-odds lie from 0.
    z = models.FloatField()
    proposed_at = models.DateTimeField(_("proposed at"), default=clock.now)

    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    is_accepted = models.BooleanField(_("taken up"), default=False)

    objects = WordProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed word")
        verbose_name_plural = _("proposed words")
        constraints = [models.UniqueConstraint(fields=["topic", "pattern"], name="analytics_word_proposed_once")]

    def __str__(self) -> str:
        return self.pattern

    def decide(self, *, is_accepted: bool, by: User, at: datetime) -> None:
        self.is_accepted, self.decided_by, self.decided_at = is_accepted, by, at
        self.save(update_fields=["is_accepted", "decided_by", "decided_at"])
