"""What an import found and did, counted while it runs."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from accounts.plaintext import clean
from crm.models import ImportFinding
from crm.upsert import RowOutcome

Severity = ImportFinding.Severity

LONGEST_COLUMN, LONGEST_REASON = 100, 500


@dataclass(frozen=True)
class RowFault:
    file: str
    line: int
    column: str
    severity: str
    reason: str


@dataclass
class ImportReport:
    """How each file was read, outcomes by file, repairs by what was repaired, and the findings not saved yet."""

    read_as: dict[str, str] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    repairs: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    findings: list[RowFault] = field(default_factory=list)

    def count(self, file: str, outcome: RowOutcome) -> None:
        self.counts[file][outcome.value] += 1

    def repaired(self, file: str, column: str, how: str) -> None:
        self.repairs[file, column, how] += 1

    def reject(self, file: str, line: int, column: str, reason: str) -> None:
        self.count(file, RowOutcome.REJECTED)
        self.find(file, line, column, Severity.REJECTED, reason)

    def find(self, file: str, line: int, column: str, severity: str, reason: str) -> None:
        """Keep a finding, in words that can be stored and shown whatever the file holds."""
        column, reason = clean(column, limit=LONGEST_COLUMN), clean(reason, limit=LONGEST_REASON)
        self.findings.append(RowFault(file, line, column, severity, reason))

    def counts_as_json(self) -> dict[str, dict[str, int]]:
        return {file: dict(counts) for file, counts in self.counts.items()}

    def repairs_as_json(self) -> list[dict[str, Any]]:
        return [
            {"file": file, "column": clean(column), "repair": clean(how), "rows": rows}
            for (file, column, how), rows in self.repairs.items()
        ]
