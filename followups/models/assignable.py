from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from followups.models.activity import Activity
from followups.models.deed import Deed
from followups.models.progress import Progressing


class Assignable(Progressing):
    """Whose work a follow-up is: a person's, or its team's queue."""

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

    class Meta:
        abstract = True

    def is_visible_to(self, user: User) -> bool:
        """Say for one row what `visible_to` says for many."""
        return self.is_near(user) or user.sees_all_teams

    def is_near(self, user: User) -> bool:
        """Say for one row what `within_reach_of` says for many: it is theirs or their team's."""
        in_team = self.team_id is not None and self.team_id == user.team_id
        return self.assignee_id == user.pk or in_team

    @transaction.atomic
    def assign(self, to: User | None, *, by: User, text: str = "") -> bool:
        """Give the work to a person, or to the team's queue when `to` is None; return False when it was there.

        `text`: words for whoever gets it.
        """
        self.lock_row()
        deed = self.as_assigned(to, text)
        if deed:
            self.do(deed, by=by)
        return deed is not None

    def as_assigned(self, to: User | None, text: str = "") -> Deed | None:
        """Return what assigning does; None when it is there already. Raises FollowupIsClosed."""
        self.refuse_when_closed()
        key, team = (to.pk, to.team_id) if to else (None, None)
        if self.assignee_id == key:
            return None
        changes = {"assignee_id": key, "team_id": self.team_id or team}
        return Deed(Activity.Kind.ASSIGNED, changes, text, change={"from": _named(self.assignee), "to": _named(to)})

    def take(self, *, by: User) -> bool:
        """Make it one's own work."""
        return self.assign(by, by=by)

    def unassign(self, *, by: User) -> bool:
        """Put it back into the team's queue."""
        return self.assign(None, by=by)


def _named(person: User | None) -> str:
    return str(person) if person else ""
