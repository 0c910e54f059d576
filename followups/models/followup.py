from collections.abc import Collection
from datetime import date, datetime

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.company_clock import business_calendars
from accounts.models import User
from crm.models import Contact
from followups.models.activity import Activity
from followups.models.closeable import Closeable
from followups.models.deed import Change, Deed
from followups.models.playbook import Playbook
from followups.models.urgent import Urgent
from followups.models.work_state import WorkState


class FollowupQuerySet(models.QuerySet["Followup"]):
    def visible_to(self, user: User) -> "FollowupQuerySet":
        """Their own and their team's; everything for whoever may see all teams."""
        return self if user.sees_all_teams else self.within_reach_of(user)

    def within_reach_of(self, user: User) -> "FollowupQuerySet":
        """Their own and their team's, whatever else they may see."""
        own = models.Q(assignee=user)
        if user.team_id:
            own |= models.Q(team_id=user.team_id)
        return self.filter(own)

    def of_contacts(self, contacts: Collection[int] | models.QuerySet[Contact]) -> "FollowupQuerySet":
        """Those about answers of these contacts, and about asks that they wrote back to; each is found by an index."""
        answers = Followup.objects.filter(response__contact__in=contacts).values("pk")
        asks = Followup.objects.filter(invitation__contact__in=contacts).values("pk")
        return self.filter(pk__in=answers.union(asks, all=True))

    def open(self) -> "FollowupQuerySet":
        return self.filter(status__in=Followup.OPEN)

    def closed(self) -> "FollowupQuerySet":
        return self.exclude(status__in=Followup.OPEN)

    def unassigned(self) -> "FollowupQuerySet":
        return self.filter(assignee__isnull=True)

    def overdue(self, now: datetime) -> "FollowupQuerySet":
        return self.open().filter(Followup.is_late(now) & ~Followup.is_the_customers_turn(now))

    def late_untold(self, now: datetime) -> "FollowupQuerySet":
        """Of those overdue: whose last moment that passed, or day to look again that came, nobody has been told of."""
        moment_passed = models.Q(next_due_at__lt=now, late_told_at__lt=models.F("next_due_at"))
        today = timezone.localdate(now)
        day_came = models.Q(look_again_on__lte=today, late_told_at__date__lt=models.F("look_again_on"))
        return self.filter(models.Q(late_told_at__isnull=True) | moment_passed | day_came)

    def late_since(self, moment: datetime) -> "FollowupQuerySet":
        """Of those overdue: which became so after a moment."""
        day_came = models.Q(look_again_on__gte=timezone.localdate(moment))
        return self.filter(models.Q(next_due_at__gte=moment) | day_came)


class StateDoesNotFit(Exception):
    """The follow-up cannot be put into this state: it is not new any more, or closing it takes more than a word."""


class Followup(Closeable, Urgent):
    """Work for a person that one answer asks for, or a letter of somebody who was asked and did not answer."""

    playbook = models.ForeignKey(Playbook, models.SET_NULL, null=True, related_name="+", verbose_name=_("playbook"))
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Playbook.Priority.choices, default=Playbook.Priority.NORMAL
    )
    instructions = models.JSONField(_("what to do"), default=dict, blank=True)

    # What open work may become by a word alone; closing it needs more of them.
    NEXT = (Closeable.Status.IN_PROGRESS, Closeable.Status.WAITING)

    objects = FollowupQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(response__isnull=False, invitation__isnull=True)
                | models.Q(response__isnull=True, invitation__isnull=False),
                name="followups_about_an_answer_or_an_ask",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["resolved", "dismissed"], closed_at__isnull=False)
                | (~models.Q(status__in=["resolved", "dismissed"]) & models.Q(closed_at__isnull=True)),
                name="followups_closed_has_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="resolved")
                | (models.Q(root_cause__isnull=False) & ~models.Q(resolution=""))
                | (models.Q(root_cause__isnull=True) & ~models.Q(outcome=""))
                | (models.Q(response__isnull=True) & ~models.Q(resolution="")),
                name="followups_resolved_says_why_or_what_came",
            ),
            models.CheckConstraint(
                condition=models.Q(status="waiting", look_again_on__isnull=False)
                | (~models.Q(status="waiting") & models.Q(look_again_on__isnull=True)),
                name="followups_waiting_names_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(until_answer=False) | models.Q(status="waiting"),
                name="followups_only_who_waits_waits_for_answer",
            ),
        ]
        indexes = [
            # inbox: lists of everybody, and the counts of all lists
            models.Index(
                fields=["urgent_at", "id"],
                include=list(Urgent.RANKED),
                name="followups_open_by_urgency",
                condition=models.Q(status__in=["new", "in_progress", "waiting"]),
            ),
            # inbox: mine, unassigned
            models.Index(
                fields=["assignee", "urgent_at", "id"],
                name="followups_open_of_assignee",
                condition=models.Q(status__in=["new", "in_progress", "waiting"]),
            ),
            # inbox: my team's
            models.Index(
                fields=["team", "urgent_at", "id"],
                name="followups_open_of_team",
                condition=models.Q(status__in=["new", "in_progress", "waiting"]),
            ),
            # inbox: closed ones
            models.Index(
                fields=["-closed_at", "-id"],
                name="followups_closed_by_moment",
                condition=models.Q(status__in=["resolved", "dismissed"]),
            ),
            # the sweep that tells of what is overdue
            models.Index(
                fields=["next_due_at"],
                name="followups_open_by_due",
                condition=models.Q(status__in=["new", "in_progress", "waiting"]),
            ),
            # the answers of a root cause, and how many follow-ups name it
            models.Index(
                fields=["root_cause"],
                name="followups_by_root_cause",
                condition=models.Q(root_cause__isnull=False),
            ),
            models.Index(fields=["look_again_on"], name="followups_waiting", condition=models.Q(status="waiting")),
        ]

    def __str__(self) -> str:
        return str(self.about)

    def get_absolute_url(self) -> str:
        return reverse("followup", args=[self.pk])

    @staticmethod
    def is_the_customers_turn(now: datetime) -> models.Q:
        """Say of many rows what `waits` says of one."""
        return models.Q(status=Followup.Status.WAITING, look_again_on__gt=timezone.localdate(now))

    @staticmethod
    def is_late(now: datetime) -> models.Q:
        """Say of many rows whose turn is ours what `is_overdue` says of one."""
        forgotten = models.Q(status=Followup.Status.WAITING, look_again_on__lt=timezone.localdate(now))
        return models.Q(next_due_at__lt=now) | forgotten

    @transaction.atomic
    def wait(self, *, by: User, until: date | None = None, or_answer: bool = False) -> bool:
        """Wait until the start of a day, `next_look` unless named, or with `or_answer` until the customer answers.

        Until then nothing is late; then the work comes back by itself. Return False if it waited so already.
        """
        self.lock_row()
        self.refuse_when_closed()
        if self.is_waiting and until in (None, self.look_again_on) and or_answer == self.until_answer:
            return False
        day = until or self.look_again_on or self.next_look(clock.now())
        self.move_to(self.Status.WAITING, by=by, until=day, or_answer=or_answer)
        return True

    @transaction.atomic
    def put(self, state: WorkState, *, by: User) -> bool:
        """Go on with it in a state, and so with what that means; return False when it was in it already.

        Raises FollowupIsClosed where the state does not mean how it was closed, and StateDoesNotFit where it means
        new or closed work and the follow-up is neither.
        """
        self.lock_row()
        deed = self.as_put(state, now=clock.now())
        if deed:
            self.do(deed, by=by)
        return deed is not None

    def as_put(self, state: WorkState, *, now: datetime) -> Deed | None:
        """Return what putting it into a state does; None when it is in it. Raises as `put` does."""
        if self.state_id == state.pk:
            return None
        if state.meaning == self.status:
            # Only the word for it changes: it was neither moved nor reopened.
            change: Change = {"to": self.status, "state": state.names}
            return Deed(Activity.Kind.STATUS, {"state_id": state.pk}, change=change)
        self.refuse_when_closed()
        if state.meaning not in self.NEXT:
            raise StateDoesNotFit(self.pk)
        day = self.next_look(now) if state.meaning == self.Status.WAITING else None
        return self.as_moved(state.meaning, until=day, state=state)

    def next_look(self, now: datetime) -> date:
        """Return the day on which to look again unless somebody names one: by the playbook, in working days."""
        days = self.playbook.wait_days if self.playbook else Playbook.WAIT_DAYS
        calendar = business_calendars().of(self.team.region if self.team else "")
        return calendar.working_day_after(timezone.localdate(now, calendar.zone), days)

    @property
    def is_high_priority(self) -> bool:
        return self.priority == Playbook.Priority.HIGH

    def instructions_in(self, language: str) -> str:
        """Return what to do in a staff language, in English where that is missing."""
        return str(self.instructions.get(language) or self.instructions.get("en") or "")
