from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock, dates


class LinkVisit(models.Model):
    """One request to a customer's link: evidence of who, or what, was there. It never is an answer."""

    class Verdict(models.TextChoices):
        HUMAN = "human", _("a person")
        MACHINE = "machine", _("a machine")
        UNSURE = "unsure", _("unsure")

    # The methods of what was sent back by text, or done in a chat: whoever did it was not at the link.
    BY_TEXT, BY_CHAT = "SMS", "CHAT"
    ELSEWHERE = (BY_TEXT, BY_CHAT)

    invitation = models.ForeignKey(
        "surveys.Invitation",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("invitation"),
        db_index=False,
    )
    # The answer that was given or changed, where nobody was invited.
    response = models.ForeignKey(
        "responses.Response",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("response"),
        db_index=False,
    )
    at = models.DateTimeField(_("at"), default=clock.now)
    method = models.CharField(_("method"), max_length=7)
    score_asked_for = models.PositiveSmallIntegerField(_("score of the button"), null=True, blank=True)
    user_agent = models.CharField(_("browser family"), max_length=60, blank=True, db_default="")
    network = models.CharField(_("network"), max_length=45, blank=True, db_default="")
    verdict = models.CharField(
        _("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.UNSURE, db_default="unsure"
    )
    # What speaks for the verdict: ["head", "gesture", …].
    evidence = models.JSONField(_("evidence"), default=list, db_default=[])
    burst_position = models.PositiveSmallIntegerField(_("position in a burst"), default=1, db_default=1)
    since_sent = models.DurationField(_("time since sending"), null=True, blank=True)
    # The way to a place for a review that was followed. A visit there is no review.
    review_link = models.ForeignKey(
        "surveys.ReviewLink",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("place for a review"),
        db_index=False,
    )
    # Which such places the page showed once this was submitted, by id.
    reviews_shown = ArrayField(models.BigIntegerField(), verbose_name=_("places shown"), default=list, db_default=[])

    class Meta:
        verbose_name = _("visit to a customer's link")
        verbose_name_plural = _("visits to customers' links")
        indexes = [
            models.Index(fields=["invitation", "at"], name="responses_visits_of_invitation"),
            # what was seen of an answer by an open link
            models.Index(
                fields=["response", "at"],
                name="responses_visits_of_response",
                condition=models.Q(response__isnull=False),
            ),
            # responses.page.links looks for a person's sources, and for those that gave themselves away
            models.Index(
                fields=["invitation", "at"],
                name="responses_persons_at_link",
                condition=models.Q(verdict="human", method="POST"),
            ),
            models.Index(
                fields=["invitation", "at"],
                name="responses_machines_at_link",
                condition=models.Q(verdict="machine", evidence__has_any_keys=["decoy", "gateway", "head", "robot"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {dates.exact(self.at)}"
