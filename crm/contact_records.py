"""What a row about a contact says beyond its columns: addresses, an opt-out, consents."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from accounts.media import Medium
from crm import address_book, consents, merges, profiles, suppressions
from crm.address_book import AddressEntry
from crm.consents import Word
from crm.models import Contact
from crm.reachability import Said
from crm.records.consents import NAMES, Told, told
from crm.suppressions import No
from crm.upsert import RowOutcome, RowResult, Values, WriteRule

Row: TypeAlias = Mapping[str, Any]
Taken: TypeAlias = tuple[Row, RowResult, int]

# Medium, the field for the preferred address, the field for all of them.
ADDRESSES = ((Medium.EMAIL.value, "email", "emails"), (Medium.SMS.value, "phone", "phones"))
BESIDES = {"emails", "phones", "do_not_contact", "do_not_contact_at", "do_not_contact_reason", *NAMES}


class ContactRecords:
    """Incoming rows about contacts, all of one call.

    Beside columns a row may have `emails` and `phones` (lists of all addresses, the preferred one first; `email` and
    `phone` alone correct the preferred one and leave the others), `do_not_contact` (bool) with `…_at` and `…_reason`,
    and what crm.records.consents reads. Addresses are normalised already.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.before: dict[str, Values] = {}

    @property
    def rule(self) -> WriteRule:
        return WriteRule(reads=("email", "phone"), settle=self._settle)

    def columns_of(self, row: Row) -> Values:
        """Return what of a row goes into the contact's own columns."""
        values = {name: value for name, value in row.items() if name not in BESIDES}
        for _medium, one, many in ADDRESSES:
            if many in row:
                values[one] = next(iter(all_of(row, one, many)), "")
        return values

    def _settle(self, values: Values, known: Values | None, _now: datetime) -> Values:
        """Remember which addresses are being corrected."""
        if known is not None:
            self.before[known["external_id"]] = known
        return values

    def follow(self, taken: Sequence[tuple[Row, RowResult]], *, origin: str) -> None:
        """Do what follows from the rows that were taken, and say in their results what was changed or left alone."""
        known = [(row, result, result.id) for row, result in taken if result.id]
        profiles.refresh(contacts=[pk for _row, result, pk in known if result.has_changed], now=self.now)
        moved = address_book.write([entry for one in known for entry in self._entries(*one)], now=self.now)
        # What is said of a record that was absorbed is said of the survivor too.
        survivors = merges.survivors_of([pk for _row, _result, pk in known])
        known += [(row, result, survivors[pk]) for row, result, pk in known if pk in survivors]
        spoken = self._take_consents(known, origin)
        noes = self._noes(known, origin)
        stopped = suppressions.stop(noes, now=self.now) if noes else set()
        if moved:
            suppressions.meet(moved, now=self.now)
        if survivors:
            merges.share(survivors, now=self.now)
        unchanged = [(result, pk) for _row, result, pk in known if result.outcome == RowOutcome.UNCHANGED]
        told = moved | spoken | stopped
        Contact.objects.touch({pk for _result, pk in unchanged if pk in moved | spoken}, at=self.now)
        for result, pk in unchanged:
            if pk in told:
                result.outcome = RowOutcome.UPDATED
        self._note_opt_outs(known)

    def _noes(self, known: Sequence[Taken], origin: str) -> dict[int, No]:
        return {
            pk: No(
                reason=row.get("do_not_contact_reason") or Contact.OptOut.IMPORTED,
                at=row.get("do_not_contact_at") or self.now,
                evidence=origin,
            )
            for row, _result, pk in known
            if row.get("do_not_contact")
        }

    def _entries(self, row: Row, result: RowResult, pk: int) -> Iterable[AddressEntry]:
        before = self.before.get(result.external_id, {})
        for medium, one, many in ADDRESSES:
            was = before.get(one, "")
            if many in row:
                values = tuple(all_of(row, one, many))
                yield AddressEntry(pk, medium, values, None, copy=next(iter(values), ""))
            elif row.get(one, was) != was:
                yield AddressEntry(pk, medium, (row[one],) if row[one] else (), was, copy=row[one])

    def _take_consents(self, known: Sequence[Taken], origin: str) -> set[int]:
        said = [(result, one, self._word(pk, one)) for row, result, pk in known for one in told(row)]
        words = [word for _result, _one, word in said]
        if not words:
            return set()
        changed = consents.take_over(words, origin=origin)
        _note_objections(said, consents.kept_objections(words))
        return changed

    def _word(self, pk: int, one: Told) -> Word:
        """Return what a row says of a contact; nothing was said later than now."""
        return Word(pk, one.medium, one.use, one.status, min(one.at or self.now, self.now), one.evidence)

    def _note_opt_outs(self, known: Sequence[Taken]) -> None:
        back = {pk for row, _result, pk in known if row.get("do_not_contact") is False}
        if not back:
            return
        gone = set(Contact.objects.filter(pk__in=back, do_not_contact_at__isnull=False).values_list("pk", flat=True))
        for _row, result, pk in known:
            if pk in gone:
                result.notes["do_not_contact"] = _("This contact opted out; only a member of staff can take that back.")


def _note_objections(said: Iterable[tuple[RowResult, Told, Word]], standing: Collection[tuple[int, str, str]]) -> None:
    """Say by field about which media (contact, medium, use) an objection stands although the row says otherwise."""
    kept: dict[tuple[int, str], tuple[RowResult, set[str]]] = {}
    for result, one, word in said:
        if word.status != Said.OBJECTED and (word.contact, word.medium, word.use) in standing:
            kept.setdefault((result.index, one.field), (result, set()))[1].add(word.medium)
    for (_index, name), (result, media) in kept.items():
        result.notes[name] = _("An objection stays (%(media)s); only a member of staff can take it back.") % {
            "media": ", ".join(sorted(media))
        }


def all_of(row: Row, one: str, many: str) -> list[str]:
    """Return all addresses that a row has of one kind, each once, the preferred one first."""
    listed = row.get(many) or []
    return list(dict.fromkeys([address for address in (row.get(one, ""), *listed) if address]))
