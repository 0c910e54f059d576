"""Take over rows of another system: create what is new, change what differs, leave the rest, in a few statements."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from accounts import clock
from crm.models import Deal, Sourced

Row: TypeAlias = Mapping[str, Any]
Values: TypeAlias = dict[str, Any]
# (what the row says, the row as it is kept or None, now) → what is to be written; raises RowRefused.
Settle: TypeAlias = Callable[[Values, Values | None, datetime], Values]

IDENTITY = ("id", "source", "external_id", "created_at", "updated_at")


class RowOutcome(models.TextChoices):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(slots=True)
class RowResult:
    """What became of one row.

    `errors` says by field why it was rejected, or under "row"; `notes` what was left as it is although the row was
    taken; `failure` is what the database or the code had against a row that passed every check.
    """

    index: int
    external_id: str
    outcome: RowOutcome
    id: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    failure: Exception | None = None

    @property
    def is_rejected(self) -> bool:
        return self.outcome == RowOutcome.REJECTED

    @property
    def has_changed(self) -> bool:
        return self.outcome in (RowOutcome.CREATED, RowOutcome.UPDATED)


class RowRefused(Exception):
    """A row contradicts itself or what is kept."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class WriteRule:
    """What a model does beyond taking values over. `reads` names the kept columns that `settle` looks at or adds."""

    reads: tuple[str, ...]
    settle: Settle


@transaction.atomic(savepoint=False)
def upsert(
    model: type[Sourced],
    rows: Sequence[Row],
    *,
    source: str,
    rule: WriteRule | None = None,
    now: datetime | None = None,
) -> list[RowResult]:
    """Write `rows` of one `source` into `model` and return one result per row, in the same order.

    A row maps column names to validated values: `external_id` always, foreign keys as ids (`company_id`), and only the
    fields that the other system spoke of: a field that is left out keeps its value (in a new row: its default).
    A new row without a field that it must have, and a second row with the same `external_id`, is rejected; the
    others are taken. Three statements whatever the number of rows; repeating it changes nothing. `rule` stands in for
    the model's own.
    """
    now = now or clock.now()
    results = [RowResult(index, row["external_id"], RowOutcome.UNCHANGED) for index, row in enumerate(rows)]
    for index in repeated(rows):
        results[index].outcome, results[index].errors = RowOutcome.REJECTED, {"external_id": repetition()}
    taken = [(row, result) for row, result in zip(rows, results, strict=True) if not result.is_rejected]
    if not taken:
        return results
    one_writer_at_a_time(model, source)
    columns = _columns(row for row, _result in taken)
    rule = rule or RULES.get(model)
    kept = _kept(model, source, taken, columns, rule)
    ready: list[tuple[Values, RowResult]] = []
    for row, result in taken:
        known = kept.get(result.external_id)
        result.id = known["id"] if known else None
        try:
            ready.append((settled(model, row, known, now, rule), result))
        except RowRefused as refusal:
            result.outcome, result.errors = RowOutcome.REJECTED, refusal.errors
    _write(model, source, ready, kept, now)
    return results


def repeated(rows: Sequence[Row]) -> set[int]:
    """Return the places of the rows whose external ID an earlier row has."""
    first: dict[str, int] = {}
    return {index for index, row in enumerate(rows) if first.setdefault(row["external_id"], index) != index}


def repetition() -> str:
    return _("An earlier row has the same external ID; send each record once.")


def one_writer_at_a_time(model: type[Sourced], source: str) -> None:
    """Let one transaction at a time write the rows of a source, so that partial rows merge and never deadlock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [model._meta.db_table, f"upsert:{source}"]
        )


def _columns(rows: Iterable[Row]) -> set[str]:
    return {column for row in rows for column in row} - {"external_id"}


def _kept(
    model: type[Sourced], source: str, taken: list[tuple[Row, RowResult]], columns: set[str], rule: WriteRule | None
) -> dict[str, Values]:
    # PostgreSQL refuses a NULL before it sees the conflict, so the columns that must be set are always written.
    read = {*columns, *_required(model), *(rule.reads if rule else ())}
    rows = (
        model._default_manager.filter(source=source, external_id__in=[result.external_id for _row, result in taken])
        .order_by("id")
        .select_for_update(no_key=True)
        .values("id", "external_id", *sorted(read))
    )
    return {row["external_id"]: row for row in rows}


def settled(model: type[Sourced], row: Row, known: Values | None, now: datetime, rule: WriteRule | None) -> Values:
    """Return what a row would write, by `known`, the row that is kept, or None; raises RowRefused."""
    values = {column: value for column, value in row.items() if column != "external_id"}
    if rule:
        values = rule.settle(values, known, now)
    if known is None:
        missing = [column for column in _required(model) if values.get(column) in (None, "")]
        if missing:
            raise RowRefused({column.removesuffix("_id"): _("A new record needs this field.") for column in missing})
    return values


def _required(model: type[Sourced]) -> list[str]:
    return [column.attname for column in _writable(model) if not (column.null or column.blank or column.has_default())]


def _writable(model: type[Sourced]) -> "list[models.Field[Any, Any]]":
    return [column for column in model._meta.concrete_fields if column.attname not in IDENTITY and not column.generated]


def _write(
    model: type[Sourced],
    source: str,
    ready: list[tuple[Values, RowResult]],
    kept: dict[str, Values],
    now: datetime,
) -> None:
    if not ready:
        return
    given = {*_required(model), *(column for values, _result in ready for column in values)}
    fields = _writable(model)
    full = [_full_row(values, kept.get(result.external_id), given, fields) for values, result in ready]
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(model, fields, given),
            {
                "source": source,
                "now": now,
                "external_id": [result.external_id for _values, result in ready],
                **{f.attname: [row[f.attname] for row in full] for f in fields if f.attname in given},
                **{f.attname: f.get_default() for f in fields if f.attname not in given},
            },
        )
        written = dict(cursor.fetchall())
    for _values, result in ready:
        if result.external_id in written:
            result.id = written[result.external_id]
            result.outcome = RowOutcome.UPDATED if result.external_id in kept else RowOutcome.CREATED


def _full_row(values: Values, known: Values | None, given: set[str], fields: "list[models.Field[Any, Any]]") -> Values:
    """Fill in what this row leaves out and other rows do not: from the kept row (locked above), else the default."""
    row: Values = {}
    for column in fields:
        name = column.attname
        if name not in given:
            continue
        if name in values:
            row[name] = values[name]
        else:
            row[name] = column.get_default() if known is None else known[name]
    return row


def _statement(model: type[Sourced], fields: "list[models.Field[Any, Any]]", given: set[str]) -> str:
    def quote(name: str | None) -> str:
        return connection.ops.quote_name(str(name))

    table = quote(model._meta.db_table)
    rows_of = [f for f in fields if f.attname in given]
    unnested = ", ".join(["%(external_id)s::varchar[]", *(f"%({f.attname})s::{_type(f)}[]" for f in rows_of)])
    names = ", ".join(["external_id", *(quote(f.column) for f in rows_of)])
    columns = ", ".join(quote(f.column) for f in fields)
    values = ", ".join(f"r.{quote(f.column)}" if f.attname in given else f"%({f.attname})s::{_type(f)}" for f in fields)
    # Only names of our own columns and their types are put into the text.
    insert = f"""
        INSERT INTO {table} AS t (source, external_id, created_at, updated_at, {columns})
        SELECT %(source)s, r.external_id, %(now)s, %(now)s, {values} FROM unnest({unnested}) AS r ({names})
        ON CONFLICT (source, external_id) DO """  # noqa: S608
    if not rows_of:
        return f"{insert} NOTHING RETURNING external_id, id"
    change = ", ".join(f"{quote(f.column)} = EXCLUDED.{quote(f.column)}" for f in rows_of)
    differs = " OR ".join(f"t.{quote(f.column)} IS DISTINCT FROM EXCLUDED.{quote(f.column)}" for f in rows_of)
    return f"""{insert} UPDATE SET {change}, updated_at = EXCLUDED.updated_at WHERE {differs}
        RETURNING external_id, id"""


def _type(column: "models.Field[Any, Any]") -> str:
    """Return the column's type without its length: a cast to varchar(10) would cut a text silently."""
    return re.sub(r"\(.*?\)", "", column.db_type(connection) or "text")


def _settle_deal(values: Values, known: Values | None, now: datetime) -> Values:
    """Give a closed deal its moment: the one that was sent, else the one that is kept, else now."""
    was, closed_at = (known["status"], known["closed_at"]) if known else (Deal.Status.OPEN, None)
    status = values.get("status", was)
    if status == Deal.Status.OPEN:
        if values.get("closed_at"):
            raise RowRefused(
                {"closed_at": _("Only a deal that is won or lost has a closing time; send the status too.")}
            )
        return values | {"status": status, "closed_at": None}
    return values | {
        "status": status,
        "closed_at": values.get("closed_at") or (closed_at if status == was else None) or now,
    }


RULES: dict[type[Sourced], WriteRule] = {
    Deal: WriteRule(reads=("status", "closed_at"), settle=_settle_deal),
}
