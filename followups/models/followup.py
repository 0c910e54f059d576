from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import User
from followups.models.playbook import Playbook


class RootCause(models.TextChoices):
    PRODUCT = "product", _("product or quality")
    PRICE = "price", _("price or value")
    DELIVERY = "delivery", _("delivery or timing")
    SUPPORT = "support", _("support or communication")
    BILLING = "billing", _("billing or paperwork")
    EXPECTATION = "expectation", _("wrong expectation")
    OTHER = "other", _("something else")


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

    def unassigned(self) -> "FollowupQuerySet":
        return self.filter(assignee__isnull=True)

    def overdue(self, now: datetime) -> "FollowupQuerySet":
        return self.open().filter(next_due_at__lt=now)


class Followup(models.Model):
    """Work for a person that one answer asks for."""

    class Status(models.TextChoices):
        NEW = "new", _("new")
        IN_PROGRESS = "in_progress", _("in progress")
        WAITING = "waiting", _("waiting for the customer")
        RESOLVED = "resolved", _("resolved")
        DISMISSED = "dismissed", _("dismissed")

    class Outcome(models.TextChoices):
        SAVED = "saved", _("customer won back")
        UNCHANGED = "unchanged", _("no change")
        LOST = "lost", _("customer lost")
        REVIEWED = "reviewed", _("wrote a review")
        REFERRED = "referred", _("referred somebody")

    OPEN = (Status.NEW, Status.IN_PROGRESS, Status.WAITING)

    response = models.OneToOneField(
        "responses.Response", models.PROTECT, related_name="followup", verbose_name=_("response")
    )
    playbook = models.ForeignKey(Playbook, models.SET_NULL, null=True, related_name="+", verbose_name=_("playbook"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followups",
        verbose_name=_("assignee"),
    )
    team = models.ForeignKey(
        "accounts.Team",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followups",
        verbose_name=_("team"),
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Playbook.Priority.choices, default=Playbook.Priority.NORMAL
    )
    instructions = models.JSONField(_("what to do"), default=dict, blank=True)

    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.NEW)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    first_contact_due_at = models.DateTimeField(_("first contact due at"))
    resolve_due_at = models.DateTimeField(_("resolution due at"))
    # The next of the two above; the inbox sorts by it.
    next_due_at = models.DateTimeField(_("due at"))
    first_contact_at = models.DateTimeField(_("first contact at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    root_cause = models.CharField(_("root cause"), max_length=20, choices=RootCause.choices, blank=True)
    resolution = models.TextField(_("resolution"), blank=True)
    compensation = models.DecimalField(_("compensation"), max_digits=12, decimal_places=2, null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)

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
                condition=~models.Q(status="resolved") | (~models.Q(root_cause="") & ~models.Q(resolution="")),
                name="followups_resolved_says_why_and_how",
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
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def is_overdue(self, now: datetime) -> bool:
        return self.is_open and self.next_due_at < now

    def save_state(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))
