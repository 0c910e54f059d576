"""What was found in the rows of an import, counted by reason, each with what to do about it in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from crm.imports.rules import TableRule
from crm.models import ImportFinding, ImportRun
from crm.records.fields import Shape
from crm.records.kinds import RECORDS

SHOWN, NAMED = 5, 20
_VALUE = re.compile("[“«„][^”»“]*[”»“]")
_NUMBER = re.compile(r"\d+")


@dataclass
class ReasonGroup:
    """Findings that say the same; `examples`: the first of them."""

    file: str
    column: str
    severity: str
    said: str
    remedy: str
    count: int = 0
    examples: list[ImportFinding] = field(default_factory=list)


def grouped(findings: Iterable[ImportFinding], tables: Iterable[TableRule]) -> list[ReasonGroup]:
    """Return the findings by what they say, those that refuse rows and are most first."""
    by_file = {table.file: table for table in tables}
    groups: dict[tuple[str, str, str, str], ReasonGroup] = {}
    for finding in findings:
        kind = _NUMBER.sub("0", _VALUE.sub("“…”", finding.reason))
        key = (finding.file, finding.column, finding.severity, kind)
        if key not in groups:
            remedy = _remedy(by_file.get(finding.file), finding.column)
            groups[key] = ReasonGroup(
                finding.file, finding.column, str(finding.get_severity_display()), finding.reason, remedy
            )
        group = groups[key]
        group.count += 1
        if len(group.examples) < SHOWN:
            group.examples.append(finding)
    order = [str(severity.label) for severity in ImportFinding.Severity]
    return sorted(groups.values(), key=lambda one: (order.index(one.severity), -one.count))


@dataclass
class StayedGroup:
    """Records of one kind that an undo left for the same reason; `names`: the first of them."""

    kind: str
    reason: str
    names: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.names)


def stayed(run: ImportRun) -> list[StayedGroup]:
    """Return what the undo of a run left, by kind and reason, the largest groups first."""
    kept = run.findings.filter(severity=ImportFinding.Severity.KEPT).order_by("pk")
    groups: dict[tuple[str, str], StayedGroup] = {}
    for kind, reason, name in kept.values_list("file", "reason", "column").iterator():
        group = groups.setdefault((kind, reason), StayedGroup(kind, reason))
        group.count += 1
        if len(group.names) < NAMED:
            group.names.append(name)
    return sorted(groups.values(), key=lambda one: -one.count)


def _remedy(table: TableRule | None, column: str) -> str:
    rule = next((one for one in table.rules if column and column in (*one.columns, one.name)), None) if table else None
    if table is None or rule is None:
        return _("Correct the row in the file and send the file again.")
    if rule.name == "external_id":
        return _("Give every row an ID of its own in the file, or choose another column for it.")
    shape = RECORDS[table.kind].fields_of_files[rule.name].shape
    remedies = {
        Shape.EMAIL: _("Correct the address in the file, or let rows be taken without it."),
        Shape.PHONE: _("Say in which country the phones are, or write them with + and the country code."),
        Shape.MOMENT: _("Say how dates are written, or choose another column."),
        Shape.DAY: _("Say how dates are written, or choose another column."),
        Shape.AMOUNT: _("Say which sign stands before the cents, or choose another column."),
        Shape.CHOICE: _("Say what each word means, or correct the word in the file."),
        Shape.REFERENCE: _("Send the records that are named first, or together with this file."),
    }
    return remedies.get(shape, _("Correct the value in the file, or let the column out."))
