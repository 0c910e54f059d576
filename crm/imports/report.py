"""What an import found and did, counted while it runs."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from crm.models import ImportFinding
from crm.upsert import Outcome

Severity = ImportFinding.Severity


@dataclass(frozen=True)
class Finding:
    file: str
    line: int
    column: str
    severity: str
    reason: str


@dataclass
class Report:
    """Outcomes by file, repairs by what was repaired, and the findings that are not saved yet."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    repairs: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def count(self, file: str, outcome: Outcome) -> None:
        self.counts[file][outcome.value] += 1

    def repaired(self, file: str, column: str, how: str) -> None:
        self.repairs[file, column, how] += 1

    def reject(self, file: str, line: int, column: str, reason: str) -> None:
        self.count(file, Outcome.REJECTED)
        self.find(file, line, column, Severity.REJECTED, reason)

    def find(self, file: str, line: int, column: str, severity: str, reason: str) -> None:
        self.findings.append(Finding(file, line, column, severity, reason[:500]))

    def counts_as_json(self) -> dict[str, dict[str, int]]:
        return {file: dict(counts) for file, counts in self.counts.items()}

    def repairs_as_json(self) -> list[dict[str, Any]]:
        return [
            {"file": file, "column": column, "repair": how, "rows": rows}
            for (file, column, how), rows in self.repairs.items()
        ]
