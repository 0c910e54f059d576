from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext_lazy as _


class LatestScore(models.Model):
    """What a contact said last by one metric, and what stands open of the work that came of it. One row for each.

    Copies of what the apps above know, so that whoever chooses customers need not look through every answer:
    `responses.latest_scores` keeps the score, `followups.latest_scores` the work. Only answers that count and have
    settled are here, and no tests.
    """

    class Trend(models.TextChoices):
        ROSE = "rose", _("rose")
        SAME = "same", _("stayed the same")
        FELL = "fell", _("fell")

    class Work(models.TextChoices):
        NONE = "none", _("no follow-up")
        NOT_REACHED = "not_reached", _("open, not reached yet")
        REACHED = "reached", _("open, reached")
        CLOSED = "closed", _("closed")

    OPEN = (Work.NOT_REACHED, Work.REACHED)

    contact = models.ForeignKey(
        "crm.Contact", models.CASCADE, related_name="latest_scores", verbose_name=_("contact"), db_index=False
    )
    metric = models.CharField(_("metric"), max_length=10)
    # The number of the answer, and when it was given.
    answer = models.BigIntegerField(_("answer"))
    answered_at = models.DateTimeField(_("answered at"))
    score = models.PositiveSmallIntegerField(_("score"))
    category = models.CharField(_("category"), max_length=12)
    # What was said the time before.
    previous_score = models.PositiveSmallIntegerField(_("score before"), null=True, blank=True)
    previous_category = models.CharField(_("category before"), max_length=12, blank=True, db_default="", default="")
    trend = models.GeneratedField(
        expression=Case(
            When(previous_score__isnull=True, then=Value("")),
            When(score__gt=F("previous_score"), then=Value(Trend.ROSE.value)),
            When(score__lt=F("previous_score"), then=Value(Trend.FELL.value)),
            default=Value(Trend.SAME.value),
        ),
        output_field=models.CharField(_("trend"), max_length=4),
        db_persist=True,
    )
    # What the answer was about, as far as customers are chosen by it; the topics by their slugs, in order.
    product = models.ForeignKey(
        "crm.Product", models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    channel = models.ForeignKey(
        "crm.Channel", models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    brand = models.ForeignKey(
        "accounts.Brand", models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    topics = ArrayField(models.CharField(max_length=40), verbose_name=_("topics"), default=list, db_default=[])

    work = models.CharField(
        _("follow-up"), max_length=12, choices=Work.choices, default=Work.NONE, db_default=Work.NONE.value
    )
    # When staff first reached the customer about it.
    reached_at = models.DateTimeField(_("reached at"), null=True, blank=True)

    class Meta:
        verbose_name = _("latest score")
        verbose_name_plural = _("latest scores")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["contact", "metric"], name="crm_latest_score_once_per_metric"),
            models.CheckConstraint(
                condition=models.Q(work__in=["none", "not_reached", "reached", "closed"]),
                name="crm_latest_score_work_known",
            ),
        ]
        indexes = [
            # Segments: by what was said, and by what is to be done, each without looking at the rows.
            models.Index(
                fields=["metric", "category", "contact"], include=["score", "work"], name="crm_latest_by_category"
            ),
            models.Index(
                fields=["metric", "work", "contact"],
                include=["category"],
                name="crm_latest_open",
                condition=models.Q(work__in=["not_reached", "reached"]),
            ),
            models.Index(fields=["product", "metric", "category"], name="crm_latest_of_product"),
            GinIndex(fields=["topics"], name="crm_latest_topics"),
        ]

    def __str__(self) -> str:
        return f"{self.metric}: {self.score}"

    @property
    def rose(self) -> bool:
        return bool(self.trend == self.Trend.ROSE)

    @property
    def fell(self) -> bool:
        return bool(self.trend == self.Trend.FELL)

    @property
    def has_open_work(self) -> bool:
        return self.work in self.OPEN


class ScoreChange(models.Model):
    """Something changed from which the latest scores of a contact come.

    Triggers write it in the transaction of the change, whoever makes it; rows are only appended, so writers share no
    lock. `followups.latest_scores` works out the contact anew and takes the row away.
    """

    contact_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.contact_id}"
