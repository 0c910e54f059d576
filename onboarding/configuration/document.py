"""A file of the configuration: written, and read with care, for it comes from outside."""

from __future__ import annotations

import json
import math
from collections import Counter
from datetime import datetime
from typing import Any, NoReturn

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
# How many values stand within each other at most: a text of a step of a playbook of all playbooks, and some more.
DEEPEST = 12
# Of a whole number; nothing here counts so far.
MOST_DIGITS = 100
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
    found = _parsed(content)
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
    _check_depth(found)
    document: Document = plaintext.cleaned(found)
    return document


def _parsed(content: bytes) -> Any:
    """Return what the JSON of a file says, in UTF-8, -16 or -32, with or without a byte order mark."""
    try:
        text = content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        said = _("This is no JSON in UTF-8. Choose a file that was downloaded here, or save yours in that encoding.")
        raise FileRefused(said) from None
    try:
        return json.loads(
            text, parse_constant=_no_number, parse_float=_number, parse_int=_whole, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        said = _(
            "This is no JSON: look at line %(line)s, column %(column)s. Or choose a file that was downloaded here."
        )
        raise FileRefused(said % {"line": error.lineno, "column": error.colno}) from None
    except RecursionError:
        raise _too_deep() from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return values under their names; of two under one name either would be lost."""
    # As they are kept: some differ only in what is not seen.
    for name, times in Counter(plaintext.clean(name, lines=True) for name, _value in pairs).items():
        if times > 1:
            said = _("“%(name)s” stands twice in one place. Leave one of them.")
            raise FileRefused(said % {"name": plaintext.quoted(name)})
    return dict(pairs)


def _number(written: str) -> float:
    number = float(written)
    return number if math.isfinite(number) else _no_number(written)


def _whole(written: str) -> int:
    return int(written) if len(written) <= MOST_DIGITS else _no_number(written)


def _check_depth(found: Any) -> None:
    """Look level by level: what reads a file calls itself for each."""
    level = [found]
    for _depth in range(DEEPEST):
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    if level:
        raise _too_deep()


def _too_deep() -> FileRefused:
    return FileRefused(_("In the file values stand too deep within each other. Choose one that was downloaded here."))


def _check_rows(name: str, rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FileRefused(_("“%(name)s” is no list of rows.") % {"name": plaintext.quoted(name)})
    most = 1 if name in SINGLE else MOST_ROWS
    if len(rows) > most:
        said = ngettext("“%(name)s” has more than %(count)s row.", "“%(name)s” has more than %(count)s rows.", most)
        raise FileRefused(said % {"name": plaintext.quoted(name), "count": most})


def _no_number(word: str) -> NoReturn:
    said = _("“%(number)s” is no number that can be kept. Write another one.")
    raise FileRefused(said % {"number": plaintext.quoted(word)})
