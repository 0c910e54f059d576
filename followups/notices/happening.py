from dataclasses import dataclass

from accounts.models import User
from followups.models import Activity, Followup


@dataclass(frozen=True, eq=False)
class Happening:
    """Something happened to a follow-up of which people are told.

    `kind`: one of StaffNotice.Kind; `occasion`: what tells it from all else of its kind that ever happens to this
    follow-up, at most 60 characters; `by`: who did it, and is not told; `to`: who is told, everybody whom it concerns
    where it is None; `activity`: the one whose words are quoted.
    """

    kind: str
    followup: Followup
    occasion: str = ""
    by: User | None = None
    to: tuple[User, ...] | None = None
    activity: Activity | None = None
