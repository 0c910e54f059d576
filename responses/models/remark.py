from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.folded import Folded
from accounts.models import User


class RemarkQuerySet(models.QuerySet["Remark"]):
    def visible_to(self, user: User) -> "RemarkQuerySet":
        """Those that a person wrote down, and those of their team; all of them where they see all teams."""
        if user.sees_all_teams:
            return self
        of_team = models.Q(team=user.team_id) if user.team_id else models.Q()
        return self.filter(models.Q(by=user) | of_team)

    def between(self, start: datetime, end: datetime) -> "RemarkQuerySet":
        return self.filter(said_at__gte=start, said_at__lt=end)


class Remark(models.Model):
    """What somebody said about us without a score: it counts in topics, and in no number about answers."""

    class Source(models.TextChoices):
        FOCUS_GROUP = "focus_group", _("focus group")
        SOCIAL = "social", _("social network")
        VISIT = "visit", _("visit")
        CALL = "call", _("telephone call")
        LETTER = "letter", _("letter")
        OTHER = "other", _("something else")

    source = models.CharField(_("where it was said"), max_length=15, choices=Source.choices)
    text = models.TextField(_("words"))
    folded_text = models.GeneratedField(expression=Folded("text"), output_field=models.TextField(), db_persist=True)
    said_at = models.DateTimeField(_("said at"), default=clock.now)
    contact = models.ForeignKey(
        "crm.Contact", models.SET_NULL, null=True, blank=True, related_name="remarks", verbose_name=_("contact")
    )
    product = models.ForeignKey(
        "crm.Product", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    channel = models.ForeignKey(
        "crm.Channel", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("channel")
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("manager")
    )
    # That of the manager whom it is about, else of whoever wrote it down, at that time.
    team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    # Drawn with its form, so that it is taken once.
    key = models.UUIDField(_("key"), unique=True, editable=False)
    # The number of the dictionary by which topics were looked for; None once staff said what it is about.
    tagged_by = models.PositiveIntegerField(_("version of the dictionary"), null=True, editable=False)
    topics = models.ManyToManyField("responses.Topic", related_name="remarks", blank=True, verbose_name=_("topics"))

    objects = RemarkQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("feedback without a score")
        verbose_name_plural = _("feedback without a score")
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="responses_remark_has_words")]
        # the list, and the topics of a period
        indexes = [models.Index(fields=["-said_at"], name="responses_remarks_by_moment")]

    def __str__(self) -> str:
        return self.text[:80]
