"""Which notices a person is shown: of what they may not see any more nothing is."""

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from followups.customers import visibility
from followups.models import Followup, StaffNotice
from followups.models.staff_notice import StaffNoticeQuerySet

ADMINISTERS_POOLS = "followups.change_codepool"
KNOWN = (
    "by",
    "activity",
    "followup__assignee",
    "followup__response__contact__company",
    "followup__response__company",
    "followup__invitation__contact__company",
    "followup__invitation__company",
    "letter__contact__company",
    "pool",
)


def of(person: User) -> StaffNoticeQuerySet:
    """Return the notices in a person's browser."""
    mine: StaffNoticeQuerySet = StaffNotice.objects.filter(person=person, in_browser=True)
    if person.sees_all_teams:
        return mine.filter(of_pools(person) | Q(pool=None))
    near = Q(followup__in=Followup.objects.within_reach_of(person))
    return mine.filter(near | of_their_letters(person) | of_pools(person))


def of_their_letters(person: User) -> Exists:
    """Say of notices whether they are about a letter of a customer whom the person may look at."""
    return Exists(visibility.contacts_of(person).filter(pk=OuterRef("letter__contact")))


def of_pools(person: User) -> Q:
    """Say of notices whether they are about a code pool, which those see who administer them."""
    return Q(pool__isnull=False) if person.has_perm(ADMINISTERS_POOLS) else Q(pk__in=[])


def is_shown(notice: StaffNotice, person: User) -> bool:
    """Say of one notice what `of` says of many."""
    if notice.followup:
        return notice.followup.is_visible_to(person)
    if notice.pool:
        return person.has_perm(ADMINISTERS_POOLS)
    contact = notice.letter.contact_id if notice.letter else None
    return contact is not None and visibility.contacts_of(person).filter(pk=contact).exists()
