from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import User
from followups.models.activity import Activity
from followups.models.assignable import Assignable
from followups.models.deed import Deed
from followups.models.root_cause import RootCause
from surveys.metrics import Tier
from surveys.models import Hold


class Closeable(Assignable):
    """How a follow-up ended."""

    class Outcome(models.TextChoices):
        SAVED = "saved", _("customer won back")
        UNCHANGED = "unchanged", _("no change")
        LOST = "lost", _("customer lost")
        REVIEWED = "reviewed", _("wrote a review")
        REFERRED = "referred", _("referred somebody")
        QUOTED = "quoted", _("may be quoted")
        MORE = "more", _("opportunity to sell more")
        THANKED = "thanked", _("thanked, nothing more")

    # What may come of thanking somebody who is content, and of making something good again.
    OF_PROMOTERS = (Outcome.QUOTED, Outcome.REVIEWED, Outcome.REFERRED, Outcome.MORE, Outcome.THANKED)
    OF_OTHERS = (Outcome.SAVED, Outcome.UNCHANGED, Outcome.LOST, Outcome.REVIEWED, Outcome.REFERRED)

    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    # By its slug, so that nobody needs the tree to tell it.
    root_cause = models.ForeignKey(
        RootCause,
        models.PROTECT,
        to_field="slug",
        db_column="root_cause",
        null=True,
        blank=True,
        db_index=False,
        related_name="followups",
        verbose_name=_("root cause"),
    )
    resolution = models.TextField(_("resolution"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        abstract = True

    @property
    def asks_for_a_cause(self) -> bool:
        """Whether something may have gone wrong: who is content has no complaint whose root could be named.

        What is wrong where somebody only wrote nobody knows, and so nobody has to name it.
        """
        return self.response is not None and self.response.tier is not Tier.GOOD

    @property
    def hold_cause(self) -> str:
        """The name under which asking the contact is held back while this is open."""
        return self.hold_cause_of(self.pk)

    @staticmethod
    def hold_cause_of(pk: int | str) -> str:
        return f"followup-{pk}"

    @transaction.atomic
    def resolve(
        self,
        *,
        by: User,
        root_cause: str = "",
        resolution: str = "",
        outcome: str = "",
    ) -> bool:
        """Close the work with why it happened and what was done, a promoter's with what came of it.

        `root_cause` is the slug of one. Return False when it was resolved already.

        Raises FollowupIsClosed for a dismissed one. The contact may be asked again.
        """
        self.lock_row()
        said: dict[str, Any] = {"root_cause_id": root_cause or None, "outcome": outcome}
        return self._close(self.as_resolved(by=by, at=clock.now(), resolution=resolution, **said), by)

    def as_resolved(self, *, by: User, at: datetime, resolution: str = "", **said: Any) -> Deed | None:
        """Return what resolving does; None when it is so already. Raises FollowupIsClosed for a dismissed one."""
        said["resolution"] = resolution
        return None if self.is_resolved else self._as_closed(self.Status.RESOLVED, resolution, by, at, **said)

    @transaction.atomic
    def dismiss(self, *, reason: str, by: User) -> bool:
        """Close without work because none is needed; return False when it was dismissed already."""
        self.lock_row()
        return self._close(self.as_dismissed(by=by, at=clock.now(), reason=reason), by)

    def as_dismissed(self, *, by: User, at: datetime, reason: str) -> Deed | None:
        """Return what dismissing does; None when it is so already. Raises FollowupIsClosed for a resolved one."""
        is_so = self.status == self.Status.DISMISSED
        return None if is_so else self._as_closed(self.Status.DISMISSED, reason, by, at)

    @transaction.atomic
    def reopen(self, *, by: User | None) -> bool:
        """Go on with closed work; return False when it was open. Root cause and resolution stay as a draft.

        Nobody reopens it when the customer wrote (`by` is None): of that people are told, so that they need not be told
        as well that its time, which passed while it was closed, is over.
        """
        self.lock_row()
        if self.is_open:
            return False
        before, now_is = self.status, self.Status.IN_PROGRESS
        told = {} if by else {"late_told_at": clock.now()}
        self.save_state(status=now_is, closed_at=None, closed_by=None, next_due_at=self.due_next(), **told)
        self.record(Activity.Kind.STATUS, by=by, change={"from": before, "to": now_is})
        self.hold_contact()
        return True

    def hold_contact(self) -> None:
        """Keep the contact from being asked while this is open."""
        contact_id = self.about.contact_id
        if contact_id is None:
            return
        Hold.place(contact_id=contact_id, cause=self.hold_cause)
        Hold.renew_all(causes=[self.hold_cause])

    def _as_closed(self, status: str, text: str, by: User, at: datetime, **said: Any) -> Deed:
        self.refuse_when_closed()
        waited = {"look_again_on": None, "until_answer": False, "call_back_at": None}
        ending = {"status": status, "closed_at": at, "closed_by_id": by.pk} | waited
        return Deed(Activity.Kind.STATUS, ending | said, text, {"from": self.status, "to": status})

    def _close(self, deed: Deed | None, by: User) -> bool:
        if deed is None:
            return False
        self.do(deed, by=by)
        Hold.release(cause=self.hold_cause, at=deed.changes["closed_at"])
        return True
