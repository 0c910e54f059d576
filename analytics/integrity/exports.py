"""The shares of all managers as a file."""

from collections.abc import Mapping

from analytics.counts import FEW
from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.integrity.findings import find
from analytics.integrity.page import Shares

COLUMNS = ("check", "id", "name", "cases", "of", "share", "stands_out")


def table(shares: Shares, names: Mapping[int, str]) -> ExportedTable:
    """Return one row for each check and manager who has a case; shares in per cent, of fewer than five cases none."""
    outstanding = {(finding.check, finding.manager) for finding in find(shares)}
    return ExportedTable(
        COLUMNS,
        [
            (
                check,
                manager,
                names.get(manager, ""),
                share.part,
                share.of,
                round(100 * share.part / share.of, DIGITS) if share.of >= FEW else None,
                "yes" if (check, manager) in outstanding else "no",
            )
            for check, by_manager in shares.items()
            for manager, share in sorted(by_manager.items())
            if share.of
        ],
    )
