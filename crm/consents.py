"""What contacts said about each use of each medium, kept with what proves it.

A no is the person's own: no system takes it back. Only a member of staff does whom the person told so, and who may let
addresses be written to again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.media import OF_CUSTOMERS
from accounts.models import User
from crm import ended_offers
from crm.models import Consent, Contact
from crm.reachability import Said, Use

MAY_RECORD = "crm.record_consent"
MAY_TAKE_BACK = "crm.lift_suppression"


@dataclass(frozen=True, slots=True)
class Word:
    """What one contact (by id) said at one moment about one use of one medium. `evidence`: its wording or version."""

    contact: int
    medium: str
    use: str
    status: str
    at: datetime
    evidence: str = ""


class ObjectionStands(Exception):
    """The person objected, and this member of staff may not take that back."""


class NewerWordStands(Exception):
    """The person said something else later than this."""


def word_of(consent: Consent) -> Word:
    """Return what a consent says, as a word."""
    said = (consent.medium, consent.use, consent.status)
    return Word(consent.contact_id, *said, consent.changed_at, consent.evidence)


def rank(word: Word | Consent) -> tuple[bool, datetime]:
    """Of two words about one thing the one of the higher rank counts: an objection, else what was said later."""
    return word.status == Said.OBJECTED, word.at if isinstance(word, Word) else word.changed_at


@transaction.atomic
def take_over(words: Iterable[Word], *, origin: str) -> set[int]:
    """Keep what another system says that contacts said, and return the ids of those for whom something changed.

    An objection stays, and so does what was said later. The same word is news only with another evidence. One
    statement, three more where somebody wants no offers any more; repeating it changes nothing.
    """
    strongest = {(word.contact, word.medium, word.use): word for word in sorted(words, key=rank)}
    if not strongest:
        return set()
    # In one order for everybody who writes here, so that nobody waits for each other.
    rows = [
        (*about, strongest[about].status, strongest[about].evidence[:300], strongest[about].at)
        for about in sorted(strongest)
    ]
    columns = ("contacts", "media", "uses", "statuses", "evidences", "ats")
    values = dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(TAKE_OVER, {**values, "origin": origin[:200], "objected": Said.OBJECTED})
        changed = {contact for (contact,) in cursor.fetchall()}
    noes = [word for word in strongest.values() if word.contact in changed and _ends_offers(word)]
    ended_offers.end_of({(word.contact, word.medium): word.at for word in noes}, evidence=origin)
    return changed


TAKE_OVER = """
    INSERT INTO crm_consent AS c (contact_id, medium, use, status, origin, evidence, changed_at)
    SELECT r.contact_id, r.medium, r.use, r.status, %(origin)s, r.evidence, r.at
    FROM unnest(
        %(contacts)s::bigint[], %(media)s::varchar[], %(uses)s::varchar[], %(statuses)s::varchar[],
        %(evidences)s::varchar[], %(ats)s::timestamptz[]
    ) AS r (contact_id, medium, use, status, evidence, at)
    ON CONFLICT (contact_id, medium, use) DO UPDATE
    SET status = EXCLUDED.status, origin = EXCLUDED.origin, evidence = EXCLUDED.evidence,
        changed_at = EXCLUDED.changed_at
    WHERE c.status <> %(objected)s
        AND (c.status <> EXCLUDED.status OR EXCLUDED.evidence NOT IN ('', c.evidence))
        AND (EXCLUDED.status = %(objected)s OR EXCLUDED.changed_at >= c.changed_at)
    RETURNING contact_id
"""


def kept_objections(words: Collection[Word]) -> set[tuple[int, str, str]]:
    """Return about what (contact, medium, use) an objection stands although another word was to be taken over."""
    wished = {(word.contact, word.medium, word.use) for word in words if word.status != Said.OBJECTED}
    objections = Consent.objects.filter(contact__in={word.contact for word in words}, status=Said.OBJECTED)
    return wished & set(objections.values_list("contact", "medium", "use"))


@transaction.atomic
def record(word: Word, *, by: User, now: datetime | None = None) -> bool:
    """Write down what a contact told a member of staff; return False when that was known with the same evidence.

    Raises ValueError without evidence, ObjectionStands, NewerWordStands.
    """
    evidence = word.evidence.strip()[:300]
    if not evidence:
        raise ValueError("A word is written down with how it was said.")
    contact = Contact.objects.select_for_update(no_key=True).get(pk=word.contact)
    if contact.merged_into_id:
        return record(replace(word, contact=contact.merged_into_id), by=by, now=now)
    known = contact.consents.filter(medium=word.medium, use=word.use).first()
    if known and (known.status, known.evidence) == (word.status, evidence):
        return False
    if word.status != Said.OBJECTED:
        _check(known, word, by)
    said = {"status": word.status, "evidence": evidence, "origin": entered_by(by), "changed_at": word.at}
    contact.consents.update_or_create(medium=word.medium, use=word.use, defaults=said)
    keep_at_addresses(word, by=by, now=now or clock.now())
    Contact.objects.touch([contact.pk], at=now or clock.now())
    return True


def entered_by(user: User) -> str:
    """Return the origin of what a member of staff wrote down."""
    return _("Entered by %(name)s.") % {"name": user}


def keep_at_addresses(word: Word, *, by: User, now: datetime) -> None:
    """Let the addresses at which somebody has their say about offers follow what a member of staff wrote down.

    A no belongs to the address, whoever carries it next; a yes lets offers go there again.
    """
    if word.use != Use.MARKETING:
        return
    if _ends_offers(word):
        ended_offers.end_of({(word.contact, word.medium): word.at}, evidence=word.evidence)
    else:
        ended_offers.begin_again(word.contact, word.medium, at=now, reason=word.evidence or entered_by(by), by=by)


def _ends_offers(word: Word) -> bool:
    return word.use == Use.MARKETING and word.status == Said.OBJECTED


def _check(known: Consent | None, word: Word, by: User) -> None:
    """Refuse a yes after a no of the person, or at an address, unless `by` may take that back; and one that is old."""
    objected = known is not None and known.status == Said.OBJECTED
    if word.use == Use.MARKETING:
        objected = objected or ended_offers.of_contact(word.contact, word.medium).exists()
    if objected and not by.has_perm(MAY_TAKE_BACK):
        raise ObjectionStands
    if known is not None and known.changed_at > word.at:
        raise NewerWordStands


def end_marketing(noes: Mapping[int, datetime]) -> set[int]:
    """Let who said no to every letter, at these moments by contact id, have said no to offers by every medium.

    That no may be taken back for surveys; offers then need a new yes of the person.
    """
    words = [
        Word(contact, medium, Use.MARKETING, Said.OBJECTED, at)
        for contact, at in noes.items()
        for medium in OF_CUSTOMERS
    ]
    return take_over(words, origin=_("Said no to all letters."))
