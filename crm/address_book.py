"""The addresses of contacts: the one place that writes them, and the copies of the preferred ones on the contact."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from accounts import clock
from accounts.addresses import normalised
from accounts.media import Medium
from crm import suppressions
from crm.models import Contact, ContactAddress

# The column of Contact that repeats the preferred address of a medium.
COPIES = {Medium.EMAIL.value: "email", Medium.SMS.value: "phone"}

INSERT = """
    INSERT INTO crm_contactaddress (contact_id, medium, value, is_preferred, created_at)
    SELECT contact_id, medium, value, is_preferred, %s
    FROM unnest(%s::bigint[], %s::varchar[], %s::varchar[], %s::boolean[])
        AS r (contact_id, medium, value, is_preferred)
"""


@dataclass(frozen=True, slots=True)
class AddressEntry:
    """What is said of the addresses of one contact by one medium: normalised, each once, the preferred one first.

    They take the place of `replaced` alone (an address that was corrected, or "" for none) and the others stay; where
    it is None they are all there are. `copy` is what the contact's own column says now.
    """

    contact_id: int
    medium: str
    values: tuple[str, ...]
    replaced: str | None
    copy: str


@dataclass(slots=True)
class Changes:
    """What there is to write: primary keys of rows, new rows (contact, medium, value, preferred), copies by column."""

    gone: list[int] = field(default_factory=list)
    demoted: list[int] = field(default_factory=list)
    promoted: list[int] = field(default_factory=list)
    new: list[tuple[int, str, str, bool]] = field(default_factory=list)
    copies: defaultdict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    contacts: set[int] = field(default_factory=set)


@transaction.atomic(savepoint=False)
def write(entries: Sequence[AddressEntry], *, now: datetime) -> set[int]:
    """Write down what is said of many contacts' addresses; return the contacts (their ids) for whom it was news.

    The caller holds the rows of the contacts. At most seven statements whatever the number of entries, and one where
    nothing changes.
    """
    if not entries:
        return set()
    changes = _compared(entries, _kept(entries))
    if changes.gone:
        ContactAddress.objects.filter(pk__in=changes.gone).delete()
    # The index that allows one preferred address looks at row after row: one steps down before another rises.
    for rows, is_preferred in ((changes.demoted, False), (changes.promoted, True)):
        if rows:
            ContactAddress.objects.filter(pk__in=rows).update(is_preferred=is_preferred)
    if changes.new:
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [now, *(list(column) for column in zip(*changes.new, strict=True))])
    for column, copies in changes.copies.items():
        Contact.objects.bulk_update([Contact(pk=pk, **{column: value}) for pk, value in copies.items()], [column])
    return changes.contacts


@transaction.atomic
def set_addresses(
    contact: Contact,
    *,
    emails: Iterable[str] | None = None,
    phones: Iterable[str] | None = None,
    now: datetime | None = None,
) -> bool:
    """Make these all the mailboxes, or all the phones, of a contact, the preferred one first; None leaves them alone.

    Returns whether anything changed; `updated_at` moves then. Raises ValueError for what is no address.
    """
    now = now or clock.now()
    kept = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    entries = [
        AddressEntry(
            contact.pk, medium, spelled(medium, said, region=contact.region), None, getattr(kept, COPIES[medium])
        )
        for medium, said in ((Medium.EMAIL, emails), (Medium.SMS, phones))
        if said is not None
    ]
    changed = bool(write(entries, now=now))
    if changed:
        suppressions.meet([contact.pk], now=now)
        Contact.objects.touch({contact.pk}, at=now)
    contact.refresh_from_db(fields=["email", "phone", "do_not_contact_at", "do_not_contact_reason", "updated_at"])
    return changed


def spelled(medium: str, values: Iterable[str], *, region: str = "") -> tuple[str, ...]:
    """Return addresses in the spelling in which they are kept, without repeats or empty ones."""
    found = (normalised(medium, value, region=region) for value in values)
    return tuple(dict.fromkeys(value for value in found if value))


Known = tuple[int, str, bool]  # primary key, value, is preferred


def _kept(entries: Sequence[AddressEntry]) -> dict[tuple[int, str], list[Known]]:
    rows = ContactAddress.objects.filter(contact__in={entry.contact_id for entry in entries}).order_by("pk")
    kept: defaultdict[tuple[int, str], list[Known]] = defaultdict(list)
    for pk, contact, medium, value, is_preferred in rows.values_list(
        "pk", "contact", "medium", "value", "is_preferred"
    ):
        kept[contact, medium].append((pk, value, is_preferred))
    return kept


def _compared(entries: Sequence[AddressEntry], kept: dict[tuple[int, str], list[Known]]) -> Changes:
    changes = Changes()
    for entry in entries:
        known = kept.get((entry.contact_id, entry.medium), [])
        _compare(entry, known, changes)
    return changes


def _compare(entry: AddressEntry, known: Sequence[Known], changes: Changes) -> None:
    staying = [value for _pk, value, _is_preferred in known if entry.replaced not in (None, value)]
    wanted = list(dict.fromkeys([*entry.values, *staying]))
    preferred = wanted[0] if wanted else ""
    there = {value for _pk, value, _is_preferred in known}
    gone = [pk for pk, value, _is_preferred in known if value not in wanted]
    demoted = [pk for pk, value, is_preferred in known if is_preferred and value in wanted and value != preferred]
    promoted = [pk for pk, value, is_preferred in known if not is_preferred and value == preferred]
    new = [(entry.contact_id, entry.medium, value, value == preferred) for value in wanted if value not in there]
    changes.gone += gone
    changes.demoted += demoted
    changes.promoted += promoted
    changes.new += new
    if gone or demoted or promoted or new:
        changes.contacts.add(entry.contact_id)
    if entry.copy != preferred and entry.medium in COPIES:
        changes.copies[COPIES[entry.medium]][entry.contact_id] = preferred
