from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import clock, company_clock
from accounts.models import User
from followups.models.root_cause import RootCause


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def visible_to(self, user: User) -> "ImprovementQuerySet":
        """Those that concern everybody or the person's team, and their own ones; all for whoever may see all teams."""
        if user.sees_all_teams:
            return self
        reach = models.Q(team=None) | models.Q(owner=user) | models.Q(proposed_by=user)
        return self.filter(reach | models.Q(team=user.team_id) if user.team_id else reach)

    def open(self) -> "ImprovementQuerySet":
        return self.filter(state__in=Improvement.OPEN)

    def done(self) -> "ImprovementQuerySet":
        return self.filter(state=Improvement.State.DONE)


class Improvement(models.Model):
    """What the company does about something that customers complain of, from a proposal to what came of it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        PLANNED = "planned", _("planned")
        IN_PROGRESS = "in_progress", _("in progress")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    OPEN = (State.PROPOSED, State.PLANNED, State.IN_PROGRESS)

    title = models.CharField(_("title"), max_length=120)
    why = models.TextField(_("what and why"), max_length=4000)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    expected = models.CharField(_("expected effect"), max_length=300, blank=True)
    # Of the number of the metric: an NPS in points, a CSAT or CES in per cent.
    expected_points = models.DecimalField(_("expected points"), max_digits=4, decimal_places=1, null=True, blank=True)
    brand = models.ForeignKey(
        "accounts.Brand", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("brand")
    )
    # Whose customers it is about; empty: everybody's.
    team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    topics = models.ManyToManyField("responses.Topic", blank=True, related_name="+", verbose_name=_("topics"))
    root_causes = models.ManyToManyField(
        RootCause, blank=True, related_name="improvements", verbose_name=_("root causes")
    )
    # What customers are told was done, by language: {"uk": "…"}.
    told = models.JSONField(_("what customers are told"), default=dict, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), default=clock.now)

    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PROPOSED)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="done", done_on__isnull=False)
                | (~models.Q(state="done") & models.Q(done_on__isnull=True)),
                name="followups_done_improvement_has_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("improvement", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today

    def may_be_led_by(self, user: User) -> bool:
        """Say whether a person who sees it may move it, change it and write to customers of it."""
        return user.is_manager or self.owner_id == user.pk

    def may_be_worded_by(self, user: User) -> bool:
        """Say whether a person who sees it may change what it says: while it is proposed, also who proposed it."""
        own = self.state == self.State.PROPOSED and self.proposed_by_id == user.pk
        return own or self.may_be_led_by(user)

    def lock_row(self) -> None:
        """Read the row again and keep others from changing it until the transaction ends."""
        self.refresh_from_db(from_queryset=Improvement.objects.select_for_update())

    @transaction.atomic
    def move(self, state: str, *, by: User, on: date | None = None) -> bool:
        """Take it to a state; `on`: the day on which it was done, today unless named. Return False when it is there."""
        self.lock_row()
        if state == self.state and on in (None, self.done_on):
            return False
        day = (on or company_clock.today(clock.now())) if state == self.State.DONE else None
        change = {"state": [self.state, state]} | ({"done_on": [_said(self.done_on), _said(day)]} if day else {})
        self.state, self.done_on = state, day
        self.save(update_fields=["state", "done_on"])
        self.record(ImprovementActivity.Kind.STATE, by=by, change=change)
        return True

    def record(
        self, kind: str, *, by: User | None, text: str = "", change: Mapping[str, Any] | None = None
    ) -> "ImprovementActivity":
        return ImprovementActivity.objects.create(
            improvement=self, kind=kind, by=by, text=text, change=dict(change or {})
        )


class ImprovementActivity(models.Model):
    """What was done about an improvement, or said of it: who, when."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CHANGED = "changed", _("changed")
        STATE = "state", _("state")
        COMMENT = "comment", _("comment")
        LINKED = "linked", _("answers linked")
        UNLINKED = "unlinked", _("answers taken away")
        LETTERS = "letters", _("letters to customers")

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="activities", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=clock.now)
    text = models.TextField(_("text"), blank=True)
    # By field what it was and what it became, as words or codes: {"state": ["planned", "done"]}; of answers and letters
    # how many: {"number": 3}.
    change = models.JSONField(_("change"), default=dict, blank=True)

    class Meta:
        verbose_name = _("activity of an improvement")
        verbose_name_plural = _("activities of improvements")
        indexes = [models.Index(fields=["improvement", "at"], name="followups_improvement_history")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.improvement}"


class ImprovementVote(models.Model):
    """That a person wants an improvement."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="votes", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["improvement", "person"], name="followups_one_vote_a_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.improvement}"


def _said(day: date | None) -> str:
    return day.isoformat() if day else ""
