"""The one verb by which anybody tells staff of what happened to a follow-up."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.nudges import nudge
from delivery import services as delivery
from followups.models import Activity, Followup, NoticeWishes, StaffNotice
from followups.notices import posts
from followups.notices.audience import Audience
from followups.notices.happening import Happening

SEND = "followups.send_notices"


def tell(
    kind: str,
    followup: Followup,
    *,
    occasion: str = "",
    by: User | None = None,
    to: Iterable[User] | None = None,
    activity: Activity | None = None,
) -> None:
    """Tell everybody whom it concerns that something of `kind` (StaffNotice.Kind) happened to a follow-up.

    `occasion` names what happened, in at most 60 characters: told again, it is told nobody twice. `to`: who is told
    instead of the assignee, else the team whose queue it is in, and of who watches it. Nobody is told of what they did
    themselves (`by`) or may not see. `activity`: a colleague's words that the notice quotes.
    """
    tell_all([Happening(kind, followup, occasion, by, tuple(to) if to is not None else None, activity)])


@transaction.atomic
def tell_all(happenings: Sequence[Happening]) -> None:
    """Tell of many happenings as `tell` does of one, in as many queries.

    Each person's notice and each team's post is a row before it is an act: a worker killed later loses and doubles
    nothing.
    """
    if not happenings:
        return
    StaffNotice.objects.bulk_create(_drafts(happenings), ignore_conflicts=True)
    if messages := posts.messages_for(happenings):
        delivery.queue(messages)
    nudge(SEND)


def _drafts(happenings: Sequence[Happening]) -> list[StaffNotice]:
    audience = Audience.around(happenings)
    told = [(happening, audience.of(happening)) for happening in happenings]
    people = {person.pk: person for _happening, persons in told for person in persons}
    chosen = {wishes.person_id: wishes for wishes in NoticeWishes.objects.filter(person__in=people)}
    wishes = {pk: chosen.get(pk) or NoticeWishes(person=person) for pk, person in people.items()}
    for pk, person in people.items():
        wishes[pk].person = person
    drafts = (_draft(happening, wishes[person.pk]) for happening, persons in told for person in persons)
    return [draft for draft in drafts if draft.in_browser or draft.mail_due_at]


def _draft(happening: Happening, wishes: NoticeWishes) -> StaffNotice:
    now, followup = clock.now(), happening.followup
    is_urgent = NoticeWishes.is_urgent(happening.kind, is_high_priority=followup.is_high_priority)
    return StaffNotice(
        person=wishes.person,
        followup=followup,
        kind=happening.kind,
        occasion=happening.occasion,
        by=happening.by,
        activity=happening.activity,
        at=now,
        in_browser=wishes.wants_in_browser(happening.kind),
        mail_due_at=wishes.mail_due(happening.kind, is_urgent=is_urgent, now=now),
    )
