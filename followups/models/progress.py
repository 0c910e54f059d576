from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import User
from followups.models.activity import Activity
from followups.models.deed import Change, Deed
from followups.models.recorded import Recorded
from responses.models import Response
from surveys.models import Invitation

if TYPE_CHECKING:
    from crm.models import Contact
    from followups.models.work_state import WorkState

# What work is about: an answer, or an ask to which the customer wrote a letter and gave no answer.
WorkSubject: TypeAlias = Response | Invitation

# The same note of the same person within this time is a form sent twice.
SENT_TWICE_WITHIN = timedelta(minutes=1)


class FollowupIsClosed(Exception):
    """The follow-up was resolved or dismissed; reopen it first."""


class Progressing(Recorded):
    """How far the work on a follow-up has come, and when its next step is due."""

    class Status(models.TextChoices):
        NEW = "new", _("new")
        IN_PROGRESS = "in_progress", _("in progress")
        WAITING = "waiting", _("waiting for the customer")
        RESOLVED = "resolved", _("resolved")
        DISMISSED = "dismissed", _("dismissed")

    OPEN = (Status.NEW, Status.IN_PROGRESS, Status.WAITING)
    CONTACTS = (Activity.Kind.CALL, Activity.Kind.EMAIL, Activity.Kind.MESSAGE)

    # One of the two: the answer, or the ask that the customer wrote back to without answering it.
    response = models.OneToOneField(
        "responses.Response",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followup",
        verbose_name=_("response"),
    )
    invitation = models.OneToOneField(
        "surveys.Invitation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followup",
        verbose_name=_("invitation"),
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.NEW)
    # The finer word for it. The database fills it in, and holds the two together: work_states.sql.
    state = models.ForeignKey(
        "followups.WorkState",
        models.PROTECT,
        editable=False,
        db_index=False,
        db_constraint=False,
        related_name="followups",
        verbose_name=_("state"),
    )
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    first_contact_due_at = models.DateTimeField(_("first contact due at"))
    resolve_due_at = models.DateTimeField(_("resolution due at"))
    # The next of the two above; the inbox sorts by it.
    next_due_at = models.DateTimeField(_("due at"))
    # While the customer's answer is waited for: the day on which to look again.
    look_again_on = models.DateField(_("look again on"), null=True, blank=True)
    # Whether the customer's answer ends the waiting before that day.
    until_answer = models.BooleanField(_("until the customer answers"), default=False, db_default=False)
    first_contact_at = models.DateTimeField(_("first contact at"), null=True, blank=True)
    # When the customer wants to be called; the next step is due then, until somebody has spoken or written to them.
    call_back_at = models.DateTimeField(_("call back at"), null=True, blank=True)
    late_told_at = models.DateTimeField(_("last told as overdue at"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def about(self) -> WorkSubject:
        """The answer; of work that a letter alone asks for, the ask. Both carry the same facts."""
        subject = self.response or self.invitation
        assert subject is not None  # noqa: S101 a constraint of the table says so
        return subject

    @property
    def contact(self) -> "Contact | None":
        return self.about.contact

    @property
    def is_of_letter(self) -> bool:
        """Whether a letter alone asks for it: nobody has given a score."""
        return self.response_id is None

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_resolved(self) -> bool:
        return self.status == self.Status.RESOLVED

    @property
    def is_in_progress(self) -> bool:
        return self.status == self.Status.IN_PROGRESS

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING

    @property
    def awaits_first_contact(self) -> bool:
        return self.is_open and self.first_contact_at is None

    def waits(self, now: datetime) -> bool:
        """Whether it is the customer's turn: until the day on which to look again comes, where the reader is."""
        return self.look_again_on is not None and self.look_again_on > timezone.localdate(now)

    def is_overdue(self, now: datetime) -> bool:
        """Whether our next step is late: it is due, or the day on which to look again has passed."""
        if not self.is_open or self.waits(now):
            return False
        is_forgotten = self.look_again_on is not None and self.look_again_on < timezone.localdate(now)
        return is_forgotten or self.next_due_at < now

    def due_next(self) -> datetime:
        """Return the moment of the next step: the call that the customer waits for, else the first contact until there
        was one, then the resolution."""
        if self.call_back_at is not None:
            return self.call_back_at
        if self.first_contact_at is None:
            return min(self.first_contact_due_at, self.resolve_due_at)
        return self.resolve_due_at

    @staticmethod
    def as_noted(text: str) -> Deed:
        return Deed(Activity.Kind.NOTE, text=text)

    @transaction.atomic
    def note(self, text: str, *, by: User) -> Activity:
        """Keep a remark; it may be added to a closed follow-up too. The same one sent twice is kept once."""
        self.lock_row()
        return self._said(Activity.Kind.NOTE, text, by)

    @transaction.atomic
    def log_contact(self, kind: str, text: str, *, by: User, change: Change | None = None) -> Activity:
        """Keep that the customer was called or written to (`kind` is one of CONTACTS; `change` names the message).

        The first contact stops its clock, starts the work and freezes the counted score; sent twice it is kept once.
        A call that the customer waited for was made.
        """
        self.lock_row()
        self.refuse_when_closed()
        activity = self._said(kind, text, by, change)
        if self.first_contact_at is None:
            # Frozen first: its order goes by the score that is frozen.
            if self.response_id:
                Response.objects.filter(pk=self.response_id).freeze(at=activity.at)
            self.first_contact_at, self.call_back_at = activity.at, None
            self.save_state(first_contact_at=activity.at, call_back_at=None, next_due_at=self.due_next())
        elif self.call_back_at is not None:
            self._call_back(None)
        if self.status == self.Status.NEW:
            self.move_to(self.Status.IN_PROGRESS, by=by)
        return activity

    @transaction.atomic
    def log_call(self, went: str, text: str, *, by: User, again_at: datetime | None = None) -> Activity:
        """Keep how a call went (an Activity.Call); only one that reached the customer is a contact.

        Who wants to be called back is due at that moment (`again_at`). Sent twice it is kept once.
        """
        if went == Activity.Call.REACHED:
            return self.log_contact(Activity.Kind.CALL, text, by=by, change={"call": went})
        self.lock_row()
        self.refuse_when_closed()
        change: Change = {"call": went}
        if again_at:
            change["again_at"] = again_at.isoformat()
        activity = self._said(Activity.Kind.CALL, text, by, change)
        if again_at:
            self._call_back(again_at)
        if not self.is_in_progress:
            self.move_to(self.Status.IN_PROGRESS, by=by)
        return activity

    @transaction.atomic
    def start(self, *, by: User | None) -> bool:
        """Begin or go on with the work; return False when it was in progress already."""
        self.lock_row()
        self.refuse_when_closed()
        if self.is_in_progress:
            return False
        self.move_to(self.Status.IN_PROGRESS, by=by)
        return True

    @transaction.atomic
    def take_answer(self, answer: Response) -> bool:
        """Go on as the work of the answer that the customer gave to its ask after all; False where it has one.

        After the first contact its score stands from now on.
        """
        self.lock_row()
        if not self.is_of_letter:
            return False
        self.refuse_when_closed()
        self.save_state(response=answer, invitation=None)
        if self.first_contact_at is not None:
            Response.objects.filter(pk=answer.pk).freeze(at=clock.now())
        return True

    def refuse_when_closed(self) -> None:
        if not self.is_open:
            raise FollowupIsClosed(self.pk)

    @transaction.atomic
    def hear_customer(self) -> bool:
        """Go on with work that waits until the customer answers, for they did; return False when it does not."""
        self.lock_row()
        if not self.until_answer:
            return False
        self.move_to(self.Status.IN_PROGRESS, by=None)
        return True

    def move_to(self, status: str, *, by: User | None, **how: Any) -> None:
        """Change the status, as `as_moved` says. Without `by` it is the customer who answered."""
        deed = self.as_moved(status, **how)
        self.save_state(**deed.changes)
        self.record(deed.kind, by=by, change=deed.change)

    def as_moved(
        self, status: str, *, until: date | None = None, or_answer: bool = False, state: "WorkState | None" = None
    ) -> Deed:
        """Return what changing the status does: into a `state` of it, else into the usual one.

        One that waits has a day on which to look again, or an answer of the customer before it. The activity keeps
        the names of the state, so that the history tells what it was called then.
        """
        changes: dict[str, Any] = {"status": status, "look_again_on": until, "until_answer": or_answer}
        change: Change = {"from": self.status, "to": status}
        if until:
            change["until"] = until.isoformat()
        if or_answer:
            change["or_answer"] = True
        if state:
            changes["state_id"], change["state"] = state.pk, state.names
        return Deed(Activity.Kind.STATUS, changes, change=change)

    def _call_back(self, at: datetime | None) -> None:
        self.call_back_at = at
        self.save_state(call_back_at=at, next_due_at=self.due_next())

    def _said(self, kind: str, text: str, by: User, change: Change | None = None) -> Activity:
        since = clock.now() - SENT_TWICE_WITHIN
        same = Activity.objects.filter(followup_id=self.pk, kind=kind, by=by, text=text, change=change or {})
        return same.filter(at__gte=since).first() or self.record(kind, by=by, text=text, change=change)
