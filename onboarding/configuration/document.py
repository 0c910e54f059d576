"""A file of the configuration: written, and read with care, for it comes from outside."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import plaintext
from onboarding.configuration.kinds import KINDS

# Bytes; a hundred surveys in four languages take half of it.
LARGEST_FILE = 5 * 1024 * 1024
# Of one kind, and of all: each is tried out while somebody waits for the page.
MOST_ROWS = 1000
MOST_ROWS_IN_ALL = 3000
FORMAT = 1
SINGLE = frozenset(kind.name for kind in KINDS if kind.is_single)
MARK = "plumb"

# {"plumb": {"format": 1, …}, "brands": [{"slug": "main", …}, …], …}
Document = dict[str, Any]


class FileRefused(ValueError):
    """What was sent is no file of a configuration; the words say what to do."""


def write(*, now: datetime) -> str:
    """Return the configuration of this installation as the text of a file, the same one for the same configuration
    but for the moment."""
    head = {"format": FORMAT, "written_at": now.isoformat(timespec="seconds"), "of": settings.BASE_URL}
    kinds = {kind.name: [kind.told(row) for row in kind.rows()] for kind in KINDS}
    return json.dumps({MARK: head, **kinds}, ensure_ascii=False, indent=2) + "\n"


def read(content: bytes) -> Document:
    """Return what a file says; raises FileRefused."""
    if len(content) > LARGEST_FILE:
        raise FileRefused(_("The file is larger than %(limit)s MB.") % {"limit": LARGEST_FILE // 1024 // 1024})
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise FileRefused(_("This is no JSON. Choose a file that was downloaded on this page.")) from None
    head = found.get(MARK) if isinstance(found, dict) else None
    if not isinstance(head, dict):
        raise FileRefused(_("This is no configuration of Plumb. Choose a file that was downloaded on this page."))
    if head.get("format") != FORMAT:
        raise FileRefused(_("The file is of another version of Plumb. Update both installations to the same version."))
    for name, rows in found.items():
        if name != MARK:
            _check_rows(name, rows)
    if sum(len(rows) for name, rows in found.items() if name != MARK) > MOST_ROWS_IN_ALL:
        raise FileRefused(_("The file has more than %(count)s rows.") % {"count": MOST_ROWS_IN_ALL})
    document: Document = plaintext.cleaned(found)
    return document


def _check_rows(name: str, rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FileRefused(_("“%(name)s” is no list of rows.") % {"name": name[:50]})
    most = 1 if name in SINGLE else MOST_ROWS
    if len(rows) > most:
        said = ngettext("“%(name)s” has more than %(count)s row.", "“%(name)s” has more than %(count)s rows.", most)
        raise FileRefused(said % {"name": name[:50], "count": most})


def _no_number(word: str) -> Any:
    raise ValueError(word)
