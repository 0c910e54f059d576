"""Take records over from another system: by the API, a file, or a connector."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any, TypeAlias

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.batches import SetAside, each_alone
from accounts.news import announce
from crm import deal_outcomes, frozen_facts, merges, money, profiles, references
from crm.contact_records import ContactRecords
from crm.models import Company, Contact, Deal, Facts, Sourced, Touchpoint
from crm.signals import touchpoints_recorded
from crm.upsert import RowOutcome, RowRefused, RowResult, Values, WriteRule, repeated, repetition, upsert

# While rows of these are taken over, no two records of a contact become one. A contact's own row is locked anyway.
NAMING_CONTACTS = (Deal, Touchpoint)
Row: TypeAlias = Mapping[str, Any]
# A row and its place among those that came together.
Numbered: TypeAlias = tuple[int, Row]


@transaction.atomic(savepoint=False)
def take_over(
    model: type[Sourced], rows: Sequence[Row], *, source: str, origin: str = "", now: datetime | None = None
) -> list[RowResult]:
    """Take over validated `rows` of one `source`, with all that follows from them, and return one result per row.

    A row holds column names and parsed values, its `external_id`, and references as external IDs (`company`,
    `contact`, `manager`…). What more a row about a contact may hold says crm.contact_records; `origin` says where we
    have it from. A deal that is won gets its touchpoint; one that is not won any more loses it. A row that cannot be
    taken, or that the database refuses, is rejected with its errors; the others are taken. The number of statements
    does not grow with the rows; repeating it changes nothing.
    """
    now = now or clock.now()
    if model in NAMING_CONTACTS:
        merges.hold_still()
    return each_row_alone(rows, partial(_take_over, model, source=source, origin=origin, now=now))


def each_row_alone(rows: Sequence[Row], work: Callable[[Sequence[Numbered]], list[RowResult]]) -> list[RowResult]:
    """Return one result per row of what `work` makes of those rows, each with its place, that repeat no earlier one.

    Rows that `work` fails with stand alone in the end and are rejected, with the failure and a sentence.
    """
    results = [RowResult(index, row["external_id"], RowOutcome.REJECTED) for index, row in enumerate(rows)]
    again = repeated(rows)
    for index in again:
        results[index].errors = {"external_id": repetition()}
    worked = each_alone([(index, row) for index, row in enumerate(rows) if index not in again], work)
    for result in chain.from_iterable(worked.results):
        results[result.index] = result
    for aside in worked.set_aside:
        index, _row = aside.row
        results[index].failure, results[index].errors = aside.error, {"row": _refusal(aside)}
    return results


def _take_over(
    model: type[Sourced], numbered: Sequence[Numbered], *, source: str, origin: str, now: datetime
) -> list[RowResult]:
    rows = [row for _index, row in numbered]
    results = [RowResult(index, row["external_id"], RowOutcome.REJECTED) for index, row in numbered]
    contacts = ContactRecords(now) if model is Contact else None
    ready: list[tuple[Values, RowResult, Row]] = []
    resolved = references.resolve(model, rows, source=source)
    for row, result, (values, errors) in zip(rows, results, resolved, strict=True):
        result.errors = errors
        if not errors:
            ready.append((contacts.columns_of(values) if contacts else values, result, row))
    rule = contacts.rule if contacts else None
    if model is Touchpoint:
        rule = touchpoint_rule([values for values, _result, _row in ready])
    written = upsert(model, [values for values, _result, _row in ready], source=source, rule=rule, now=now)
    for (_values, result, _row), outcome in zip(ready, written, strict=True):
        result.outcome, result.id, result.errors = outcome.outcome, outcome.id, outcome.errors
    taken = [(row, result) for _values, result, row in ready if not result.is_rejected]
    if contacts:
        contacts.follow(taken, origin=origin or source)
    elif model in AFTERWARDS:
        AFTERWARDS[model](taken, now)
    return results


def complete_facts(*, now: datetime | None = None) -> int:
    """Keep what grows old by itself: profiles, whose bands move with time, and amounts whose rate came later.

    Returns how many rows changed; a repeat changes nothing.
    """
    return profiles.refresh(now=now or clock.now()) + money.price()


def _refusal(aside: SetAside[Any]) -> str:
    """Return what to tell the sender of a row that passed every check and was refused all the same."""
    match aside.error:
        case DataError():
            return _("The database cannot hold this row: %(reason)s") % {"reason": aside.reason}
        case IntegrityError():
            return _("Another change got in the way of this row. Send it again.")
    return _("This row met with an error here; the log of the server has the details.")


def touchpoint_rule(
    rows: Sequence[Values],
    *,
    facts: Mapping[int, Values] | None = None,
    owners: Collection[tuple[Any, Any]] = (),
) -> WriteRule:
    """Fill the frozen facts of a new touchpoint from its deal, and keep it the one of its kind for that deal.

    `facts` and `owners` (deal, kind) say more of deals than is kept: of those that are still to come.
    """
    deals = {row["deal_id"] for row in rows if row.get("deal_id")}
    kept = Deal.objects.filter(id__in=deals).values("id", "contact_id", *Facts.COLUMNS)
    of_deal: dict[int, Values] = {**(facts or {}), **{deal.pop("id"): deal for deal in kept}}
    taken: set[tuple[Any, Any]] = {*owners, *Touchpoint.objects.filter(deal__in=deals).values_list("deal_id", "kind")}

    def settle(values: Values, known: Values | None, _now: datetime) -> Values:
        for field in ("kind", "deal_id"):
            if known and known[field] and values.get(field, known[field]) != known[field]:
                raise RowRefused({field.removesuffix("_id"): _("This is fixed once the touchpoint is recorded.")})
        deal, kind = values.get("deal_id"), values.get("kind", known["kind"] if known else None)
        if known is None and kind in deal_outcomes.OUTCOMES.values():
            raise RowRefused({"kind": _("Send the deal with its status; that records this touchpoint.")})
        if deal and (known is None or known["deal_id"] is None):
            if (deal, kind) in taken:
                raise RowRefused({"deal": _("This deal already has a touchpoint of this kind.")})
            taken.add((deal, kind))
        return of_deal[deal] | values if deal and known is None else values

    return WriteRule(reads=("kind", "deal_id", "contact_id", *Facts.COLUMNS), settle=settle)


def _after_deals(taken: list[tuple[Row, RowResult]], now: datetime) -> None:
    deal_outcomes.settle(_changed(taken), now=now)


def _after_touchpoints(taken: list[tuple[Row, RowResult]], _now: datetime) -> None:
    frozen_facts.complete(Touchpoint, _changed(taken))
    if any(result.outcome == RowOutcome.CREATED for _row, result in taken):
        announce(touchpoints_recorded)


def _after_companies(taken: list[tuple[Row, RowResult]], now: datetime) -> None:
    profiles.refresh(companies=_changed(taken), now=now)


def _changed(taken: list[tuple[Row, RowResult]]) -> list[int]:
    return [result.id for _row, result in taken if result.has_changed and result.id]


AFTERWARDS: dict[type[Sourced], Callable[[list[tuple[Row, RowResult]], datetime], None]] = {
    Company: _after_companies,
    Deal: _after_deals,
    Touchpoint: _after_touchpoints,
}
