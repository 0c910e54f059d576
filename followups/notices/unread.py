"""What is unread of a person's notices: asked for by every page, and every half minute by every open one."""

from typing import NamedTuple

from django.db.models import Count, Max, Q

from accounts.models import User
from followups.models import StaffNotice
from followups.models.staff_notice import StaffNoticeQuerySet
from followups.notices import shown


class Unread(NamedTuple):
    """How many `notices` are, the key of the `latest` (0: none), `fresh`: new follow-ups told of since another."""

    notices: int
    latest: int
    fresh: int


def of(person: User, *, since: int = 0) -> Unread:
    """Return what is unread in a person's browser, `fresh` since the notice of key `since`.

    One query by an index of unread notices; some more only where some are of other teams' follow-ups, of
    letters or of code pools.
    """
    near = Q(followup__assignee=person)
    if person.team_id:
        near |= Q(followup__team=person.team_id)
    unread = StaffNotice.objects.filter(person=person, in_browser=True).unread()
    everything, found = _counted(unread, near, since)
    if everything > found.notices:
        pools = shown.of_pools(person)
        which = pools | Q(pool=None) if person.sees_all_teams else near | pools | Q(shown.of_their_letters(person))
        found = _counted(unread, which, since)[1]
    return found


def _counted(unread: StaffNoticeQuerySet, which: Q, since: int) -> tuple[int, Unread]:
    is_fresh = which & Q(kind=StaffNotice.Kind.NEW, pk__gt=since)
    found = unread.aggregate(
        everything=Count("pk"),
        count=Count("pk", filter=which or None),
        latest=Max("pk", filter=which or None),
        fresh=Count("pk", filter=is_fresh),
    )
    return found["everything"], Unread(found["count"], found["latest"] or 0, found["fresh"])
