"""The one verb by which anybody tells staff of what happened to a follow-up."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from accounts import clock
from accounts.models import User
from accounts.nudges import nudge
from accounts.sources import SAMPLE
from delivery import services as delivery
from followups.models import Activity, CodePool, CustomerLetter, Followup, NoticeWishes, StaffNotice
from followups.notices import letter_readers, posts
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
    themselves (`by`) or may not see. `activity`: what the notice speaks of, or a colleague's words that it quotes.
    """
    tell_all([Happening(kind, followup, occasion, by, tuple(to) if to is not None else None, activity)])


@transaction.atomic
def tell_all(happenings: Sequence[Happening]) -> None:
    """Tell of many happenings as `tell` does of one, in as many queries.

    Each person's notice and each team's post is a row before it is an act: a worker killed later loses and doubles
    nothing. Of work on sample data nobody is told.
    """
    happenings = _of_real_customers(happenings)
    if not happenings:
        return
    StaffNotice.objects.bulk_create(_drafts(happenings), ignore_conflicts=True)
    if messages := posts.messages_for(happenings):
        delivery.queue(messages)
    nudge(SEND)


@transaction.atomic
def tell_of_letters(letters: Sequence[CustomerLetter]) -> None:
    """Tell of letters that belong to no follow-up and wait for a person; told again, it is told nobody twice."""
    readers = letter_readers.of(letters) if letters else {}
    drafts = [
        StaffNotice(person=person, letter=letter, kind=StaffNotice.Kind.LETTER)
        for letter in letters
        for person in readers[letter.pk]
    ]
    if drafts:
        StaffNotice.objects.bulk_create(_as_wanted(drafts), ignore_conflicts=True)
        nudge(SEND)


@transaction.atomic
def tell_of_pools(pools: Sequence[CodePool], people: Iterable[User], *, occasion: str) -> None:
    """Tell people that few codes are left in each of some pools; the same `occasion` again is told nobody twice."""
    drafts = [
        StaffNotice(person=person, pool=pool, kind=StaffNotice.Kind.CODES, occasion=occasion)
        for person in people
        for pool in pools
    ]
    if drafts:
        StaffNotice.objects.bulk_create(_as_wanted(drafts), ignore_conflicts=True)
        nudge(SEND)


def take_back(kind: str, occasions: Mapping[int, str]) -> int:
    """Forget notices of what is undone, by follow-up and occasion, that nobody has read or been written to about."""
    told = StaffNotice.objects.filter(kind=kind, followup__in=occasions, occasion__in=set(occasions.values()))
    return told.filter(read_at=None, mailed_at=None).delete()[0]


def _of_real_customers(happenings: Sequence[Happening]) -> Sequence[Happening]:
    """Leave out what happened to follow-ups of invented customers."""
    if not happenings:
        return ()
    told = Followup.objects.filter(pk__in=[happening.followup.pk for happening in happenings])
    invented = Q(response__contact__source=SAMPLE) | Q(invitation__contact__source=SAMPLE)
    left_out = set(told.filter(invented).values_list("pk", flat=True))
    return [happening for happening in happenings if happening.followup.pk not in left_out]


def _drafts(happenings: Sequence[Happening]) -> list[StaffNotice]:
    audience = Audience.around(happenings)
    return _as_wanted(
        [
            StaffNotice(
                person=person,
                followup=happening.followup,
                kind=happening.kind,
                occasion=happening.occasion,
                by=happening.by,
                activity=happening.activity,
            )
            for happening in happenings
            for person in audience.of(happening)
        ]
    )


def _as_wanted(drafts: Sequence[StaffNotice]) -> list[StaffNotice]:
    """Return unsaved notices as each person wants them: in the browser, by e-mail or both; without those of neither."""
    people, now = {draft.person.pk: draft.person for draft in drafts}, clock.now()
    chosen = {wishes.person_id: wishes for wishes in NoticeWishes.objects.filter(person__in=people)}
    for draft in drafts:
        wishes = chosen.get(draft.person.pk) or NoticeWishes()
        wishes.person = people[draft.person.pk]
        is_grave = draft.followup is not None and draft.followup.is_high_priority
        is_urgent = NoticeWishes.is_urgent(draft.kind, is_high_priority=is_grave)
        draft.at, draft.in_browser = now, wishes.wants_in_browser(draft.kind)
        draft.mail_due_at = wishes.mail_due(draft.kind, is_urgent=is_urgent, now=now)
    return [draft for draft in drafts if draft.in_browser or draft.mail_due_at]
