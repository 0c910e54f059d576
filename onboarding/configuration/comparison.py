"""What a file would change here: row by row and value by value."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from accounts.plaintext import quoted
from onboarding.configuration.columns import FileColumn
from onboarding.configuration.document import MARK, Document
from onboarding.configuration.kinds import KINDS, ConfigurationKind
from onboarding.configuration.particular_columns import WordingColumn
from onboarding.configuration.readable import ReadableLine, lines, title
from surveys.metrics import Metric


class ValueDifference(NamedTuple):
    """One property that a file says otherwise than it is here; of a new row `here` is None."""

    mark: str
    column: FileColumn
    here: Any
    there: Any
    # Of the survey whose wording it is: its texts are named by scores.
    metric: str = Metric.NPS

    @property
    def lines(self) -> list[ReadableLine]:
        return lines(self.column, self.here, self.there, self.metric)


@dataclass
class RowChange:
    """A row that a file would make or change here. `values`: of the file, as `told` writes them."""

    mark: str
    kind: ConfigurationKind
    title: str
    row: Any
    values: Mapping[str, Any]
    differences: list[ValueDifference]
    # Why it cannot be, in words, and the row that was made or changed: set by whoever tries.
    trouble: list[str] = field(default_factory=list)
    made: Any = None

    @property
    def is_new(self) -> bool:
        return self.row is None

    @property
    def marks(self) -> list[str]:
        """What is chosen to have all of it."""
        return [self.mark] if self.is_new else [difference.mark for difference in self.differences]


@dataclass
class FileComparison:
    """All that differs. `same`: how many rows do not; `only_here`: (kind, titles) that a file does not speak of."""

    changes: list[RowChange] = field(default_factory=list)
    same: int = 0
    only_here: list[tuple[ConfigurationKind, list[str]]] = field(default_factory=list)
    # Names in the file that this version does not know.
    unknown: list[str] = field(default_factory=list)

    @property
    def sign(self) -> str:
        """Return a text that is another one as soon as anything here or there is another."""
        said = [
            [change.mark, [(one.mark, one.here, one.there) for one in change.differences]] for change in self.changes
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]

    @property
    def groups(self) -> list[tuple[ConfigurationKind, list[RowChange]]]:
        """Return the changes by kind."""
        return [(kind, found) for kind in KINDS if (found := [one for one in self.changes if one.kind is kind])]


def compare(document: Document) -> FileComparison:
    """Say what differs between a file and what is here."""
    comparison = FileComparison()
    kinds = {kind.name: kind for kind in KINDS}
    comparison.unknown = [quoted(name) for name in document if name not in kinds and name != MARK]
    for kind in KINDS:
        if kind.name in document:
            _compare(kind, document[kind.name], comparison)
    return comparison


def _compare(kind: ConfigurationKind, rows: list[dict[str, Any]], comparison: FileComparison) -> None:
    brought = [_normal(kind, row) for row in rows]
    here = {key: (row, told) for key, row, told in _here(kind, brought)}
    known = {column.name for column in kind.columns}
    comparison.unknown += sorted({f"{kind.name}.{quoted(name)}" for row in rows for name in row if name not in known})
    for key, values in _numbered(kind, brought):
        row, told = here.pop(key, (None, {}))
        mark = _mark(kind.name, key)
        metric = told.get("metric") or values.get("metric") or Metric.NPS
        skipped = set() if row is None else kind.new_only
        differences = [
            ValueDifference(_mark(mark, column.name), column, told.get(column.name), values[column.name], metric)
            for column in kind.columns
            if column.name in values and column.name not in skipped and not _is_same(row, told, column, values)
        ]
        if row is not None and not differences:
            comparison.same += 1
        else:
            comparison.changes.append(RowChange(mark, kind, title(kind, row, values), row, values, differences))
    if here and not kind.is_single and kind.named is None:
        titles = [title(kind, row, told) for row, told in here.values()]
        comparison.only_here.append((kind, titles))


def _is_same(row: Any, told: Mapping[str, Any], column: FileColumn, values: Mapping[str, Any]) -> bool:
    """Whether a value needs no word: the one that is here, an empty one of a new row, or no wording at all."""
    if row is None or (values[column.name] is None and isinstance(column, WordingColumn)):
        return values[column.name] in (None, "", [], {})
    return bool(told[column.name] == values[column.name])


def _here(kind: ConfigurationKind, brought: list[dict[str, Any]]) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    rows = kind.rows_like(brought)
    told = [kind.told(row) for row in rows]
    for row, (key, values) in zip(rows, _numbered(kind, told), strict=True):
        yield key, row, values


def _numbered(kind: ConfigurationKind, rows: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each row with its key; of several with one key the second of a file is the second here."""
    seen: Counter[str] = Counter()
    # What a row does not speak of is as in a new one.
    blank = kind.told(kind.model())
    for values in rows:
        key = json.dumps(kind.key_of({**blank, **values}), sort_keys=True, default=str)
        seen[key] += 1
        yield f"{key} {seen[key]}", values


def _normal(kind: ConfigurationKind, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: column.normal(row[column.name]) for column in kind.columns if column.name in row}


def _mark(*names: str) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
