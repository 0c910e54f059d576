from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from followups.models.closeable import Closeable
from followups.models.playbook import Playbook


class FollowupQuerySet(models.QuerySet["Followup"]):
    def visible_to(self, user: User) -> "FollowupQuerySet":
        """Their own and their team's; everything for whoever may see all teams."""
        if user.sees_all_teams:
            return self
        own = models.Q(assignee=user)
        if user.team_id:
            own |= models.Q(team_id=user.team_id)
        return self.filter(own)

    def open(self) -> "FollowupQuerySet":
        return self.filter(status__in=Followup.OPEN)

    def closed(self) -> "FollowupQuerySet":
        return self.exclude(status__in=Followup.OPEN)

    def unassigned(self) -> "FollowupQuerySet":
        return self.filter(assignee__isnull=True)

    def overdue(self, now: datetime) -> "FollowupQuerySet":
        return self.open().filter(next_due_at__lt=now)


class Followup(Closeable):
    """Work for a person that one answer asks for."""

    playbook = models.ForeignKey(Playbook, models.SET_NULL, null=True, related_name="+", verbose_name=_("playbook"))
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Playbook.Priority.choices, default=Playbook.Priority.NORMAL
    )
    instructions = models.JSONField(_("what to do"), default=dict, blank=True)

    objects = FollowupQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["resolved", "dismissed"], closed_at__isnull=False)
                | (~models.Q(status__in=["resolved", "dismissed"]) & models.Q(closed_at__isnull=True)),
                name="followups_closed_has_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="resolved")
                | (~models.Q(root_cause="") & ~models.Q(resolution=""))
                | (models.Q(root_cause="") & ~models.Q(outcome="")),
                name="followups_resolved_says_why_or_what_came",
            ),
        ]
        indexes = [
            # inbox: mine, my team's, unassigned
            models.Index(
                fields=["assignee", "next_due_at"],
                name="followups_open_of_assignee",
                condition=models.Q(status__in=["new", "in_progress", "waiting"]),
            ),
            models.Index(
                fields=["team", "next_due_at"],
                name="followups_open_of_team",
                condition=models.Q(status__in=["new", "in_progress", "waiting"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.response)

    def get_absolute_url(self) -> str:
        return reverse("followup", args=[self.pk])

    @property
    def is_high_priority(self) -> bool:
        return self.priority == Playbook.Priority.HIGH

    def instructions_in(self, language: str) -> str:
        """Return what to do in a staff language, in English where that is missing."""
        return str(self.instructions.get(language) or self.instructions.get("en") or "")
