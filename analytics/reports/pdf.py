"""The report as a PDF for print and for screen readers (PDF/UA-1), set by typst from one template.

The words of the report travel as data, so that nothing which a customer wrote is ever read as markup. System fonts are
left out and no moment is written, so that the same report is the same file on every machine.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts import fonts
from analytics.reports import drawings
from analytics.reports.document import ReportDocument

TEMPLATE = Path(__file__).with_name("report.typ")


def written(document: ReportDocument) -> bytes:
    """Return the PDF of a report: of five pages in 20 ms, the first one of a process in a tenth of a second."""
    # It is large, and most processes never make a PDF.
    import typst

    made = typst.compile(
        str(TEMPLATE),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data_of(document), ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return bytes(made)


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(fonts.FOLDER)])


def data_of(document: ReportDocument) -> dict[str, Any]:
    """Return what the template reads: the report with its drawings dressed, and the few words of its own."""
    said = asdict(document) | {
        "fingerprint": document.fingerprint,
        "words": {"fingerprint": _("Fingerprint"), "page": _("Page %(number)s of %(all)s")},
    }
    for section in said["sections"]:
        for chart in section["charts"]:
            chart["svg"] = drawings.dressed(chart.pop("paper") or chart["svg"])
            del chart["narrow"]
    readable: dict[str, Any] = fonts.readable(said)
    return readable
