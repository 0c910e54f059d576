"""What an import would refuse although each row by itself is good: looked up for a batch at once, nothing is written.

Rows of the same upload that come earlier count as if they were there: of each that would be taken, eight bytes and a
number stay in the table of the run.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from accounts import clock
from crm import references
from crm.imports import people
from crm.imports.uniqueness import digest, find_kept, keep
from crm.models import Company, Contact, Deal, Facts, ImportRun, Sourced, Touchpoint
from crm.records.kinds import RECORDS
from crm.services import touchpoint_rule
from crm.upsert import RULES, RowRefused, Values, WriteRule, settled

Row: TypeAlias = Mapping[str, Any]
Errors: TypeAlias = dict[str, str]

# What is remembered of the upload, each under a number that no rule of a mapping has.
RECORD = {kind: -1 - place for place, kind in enumerate(RECORDS)}
PERSON_BY_EMAIL, TOUCHPOINT_OF_DEAL, FIRST_CONTACT, COMPANY_OF_CONTACT = -101, -102, -103, -104
FREED_EMAIL = -105
# Stands for a contact that the upload brings and that is first of its company; nobody types this letter.
COMING = "\ue000"
STATES = [str(status) for status in Deal.Status]


class Rehearsal:
    def __init__(self, run: ImportRun, source: str, kind: str) -> None:
        self.run, self.source, self.kind = run, source, kind
        self.model = RECORDS[kind].model

    def errors(self, rows: Sequence[Row]) -> list[Errors]:
        """Return for each row by field why an import would refuse it, {} for those that it would take."""
        if not rows:
            return []
        return self._of_records(self.model, rows) if self.model else self._of_people(rows)

    def with_contact(self, companies: set[str]) -> set[str]:
        """Return those companies that would have a contact: kept and not moved by the upload, or brought by it."""
        kept = Contact.objects.filter(source=self.source, company__source=self.source)
        pairs = list(kept.filter(company__external_id__in=companies).values_list("company__external_id", "external_id"))
        moved = self._promised(COMPANY_OF_CONTACT, {str(contact) for _company, contact in pairs})
        stay = {
            str(company) for company, one in pairs if moved.get(str(one), _mark(str(company))) == _mark(str(company))
        }
        brought = set(self._promised(FIRST_CONTACT, companies - stay))
        own = Company.objects.filter(source=self.source, external_id__in=brought).values_list("external_id", flat=True)
        return stay | {str(name) for name in own} | set(self._promised(RECORD["company"], brought))

    def _of_people(self, rows: Sequence[Row]) -> list[Errors]:
        emails = {row["email"] for row in rows if row.get("email")}
        owners, freed = self._promised(PERSON_BY_EMAIL, emails), set(self._promised(FREED_EMAIL, emails))
        found = people.refusals(rows, source=self.source, owners=owners, mark=_mark, freed=freed)
        self._promise(FREED_EMAIL, dict.fromkeys(freed, 0))
        taken = [row for row, errors in zip(rows, found, strict=True) if not errors]
        leads = [row["team_lead"] for row in taken if row.get("team_lead")]
        self._promise(RECORD["person"], dict.fromkeys([*(row["external_id"] for row in taken), *leads], 0))
        given = {row["email"]: _mark(row["external_id"]) for row in taken if row.get("email")}
        self._promise(PERSON_BY_EMAIL, given)
        return found

    def _of_records(self, model: type[Sourced], rows: Sequence[Row]) -> list[Errors]:
        resolved = self._resolved(model, rows)
        known = self._known(model, rows)
        rule = self._rule(model, [values for values, _errors in resolved])
        found: list[Errors] = []
        taken: list[tuple[Row, Values]] = []
        for row, (values, errors) in zip(rows, resolved, strict=True):
            try:
                written = {} if errors else settled(model, values, known.get(row["external_id"]), clock.now(), rule)
            except RowRefused as refusal:
                errors = refusal.errors
            if not errors:
                taken.append((row, written))
            found.append(errors)
        self._remember(model, taken)
        return found

    def _resolved(self, model: type[Sourced], rows: Sequence[Row]) -> list[references.Resolved]:
        """Resolve references; what an earlier row of the upload brings gets a number below nought."""
        resolved = references.resolve(model, rows, source=self.source)
        lacking: dict[str, set[str]] = {}
        for row, (_values, errors) in zip(rows, resolved, strict=True):
            for field in errors:
                lacking.setdefault(field, set()).add(row[field])
        brought = {field: self._brought(field, names) for field, names in lacking.items()}
        for row, (values, errors) in zip(rows, resolved, strict=True):
            for field in list(errors):
                if row[field] == COMING or row[field] in brought[field]:
                    values[f"{field}_id"] = _number(row[field])
                    del errors[field]
        return resolved

    def _brought(self, field: str, names: set[str]) -> set[str]:
        if field != "manager":
            return set(self._promised(RECORD[field], names)) if field in RECORD else set()
        lower = {name: name.lower() for name in names if "@" in name}
        by_email = self._promised(PERSON_BY_EMAIL, lower.values())
        return {*self._promised(RECORD["person"], names), *(name for name in lower if lower[name] in by_email)}

    def _known(self, model: type[Sourced], rows: Sequence[Row]) -> dict[str, Values]:
        """Return what is kept, or brought by an earlier table of the upload, of the records of `rows`."""
        names = [row["external_id"] for row in rows]
        states = self._promised(RECORD[self.kind], names)
        known: dict[str, Values] = {name: {"status": STATES[state], "closed_at": None, "kind": "", "deal_id": None}
                                    for name, state in states.items()}  # fmt: skip
        reads = {Deal: ("status", "closed_at"), Touchpoint: ("kind", "deal_id")}.get(model, ())
        kept = model._default_manager.filter(source=self.source, external_id__in=names)
        for values in kept.values("external_id", *reads):
            name = values.pop("external_id")
            known[name] = values | ({"status": STATES[states[name]]} if model is Deal and name in states else {})
        return known

    def _rule(self, model: type[Sourced], rows: Sequence[Values]) -> WriteRule | None:
        if model is not Touchpoint:
            return RULES.get(model)
        brought = {values["deal_id"] for values in rows if (values.get("deal_id") or 0) < 0}
        facts = {deal: dict.fromkeys(Facts.COLUMNS) | {"contact_id": deal} for deal in brought}
        pairs = {_pair(values): values for values in rows if values.get("deal_id") and values.get("kind")}
        owners = {
            (pairs[pair]["deal_id"], pairs[pair]["kind"]) for pair in self._promised(TOUCHPOINT_OF_DEAL, pairs.keys())
        }
        return touchpoint_rule(rows, facts=facts, owners=owners)

    def _remember(self, model: type[Sourced], taken: Sequence[tuple[Row, Values]]) -> None:
        self._promise(
            RECORD[self.kind],
            {row["external_id"]: STATES.index(str(values.get("status", STATES[0]))) for row, values in taken},
        )
        if self.kind == "contact":
            moved = {row["external_id"]: _mark(row["company"]) for row, _values in taken if row.get("company")}
            self._promise(COMPANY_OF_CONTACT, moved)
            self._promise(FIRST_CONTACT, {row["company"]: 0 for row, _values in taken if row.get("company")})
        if model is Touchpoint:
            self._promise(TOUCHPOINT_OF_DEAL, {_pair(values): 0 for _row, values in taken if values.get("deal_id")})

    def _promise(self, place: int, states: Mapping[str, int]) -> None:
        keep(self.run, {(place, digest(name)): state for name, state in states.items()})

    def _promised(self, place: int, names: Iterable[str]) -> dict[str, int]:
        keys = {(place, digest(name)): name for name in names if name != COMING}
        return {keys[key]: state for key, state in find_kept(self.run, keys).items()}


def _number(name: str) -> int:
    """Return what stands for the ID of a record that is not there yet."""
    return -1 - abs(digest(name))


def _mark(name: str) -> int:
    return abs(digest(name)) % 2**31


def _pair(values: Values) -> str:
    return f"{values.get('deal_id')} {values.get('kind')}"
