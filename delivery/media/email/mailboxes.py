"""Where mail systems' reports arrive: an IMAP mailbox, or a folder that a mail server drops files into.

A report is read once and then marked or moved. Reading one twice, by two readers at once or after a crash, changes
nothing: its news is known by then. Whatever is no report is left to people.
"""

import imaplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

log = structlog.get_logger(__name__)

# What a run takes at most, and the largest report that is looked at, in bytes.
LIMIT = 500
LARGEST = 1_000_000
# Set on all that was looked at: other readers of the mailbox keep their own idea of what is unread.
MARK = "$PlumbRead"
TIMEOUT = 20
PORTS: dict[type[imaplib.IMAP4], int] = {imaplib.IMAP4: 143, imaplib.IMAP4_SSL: 993}


@dataclass
class Read:
    """How many mails were reports and how many were something else."""

    reports: int = 0
    others: int = 0

    def __add__(self, other: "Read") -> "Read":
        return Read(self.reports + other.reports, self.others + other.others)


# Takes the bytes of one mail; says whether it was a report.
Take = Callable[[bytes], bool]


def read_folder(folder: Path, take: Take) -> Read:
    """Read the `*.eml` of a folder and move each: reports into `done/`, all else into `failed/`."""
    read = Read()
    for name in ("done", "failed"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*.eml"))[:LIMIT]:
        # Another reader may have moved it meanwhile.
        with suppress(FileNotFoundError):
            is_report = path.stat().st_size <= LARGEST and take(path.read_bytes())
            path.rename(folder / ("done" if is_report else "failed") / path.name)
            read += Read(reports=1) if is_report else Read(others=1)
    return read


def read_imap(url: str, take: Take) -> Read:
    """Read the new mail of `imaps://user:password@host/mailbox`; reports are marked as seen, all else stays unseen."""
    read = Read()
    where = urlsplit(url)
    kind: type[imaplib.IMAP4] = imaplib.IMAP4_SSL if where.scheme == "imaps" else imaplib.IMAP4
    port = where.port or PORTS[kind]
    with kind(where.hostname or "", port, timeout=TIMEOUT) as imap:
        if where.scheme == "imap+tls":
            imap.starttls()
        imap.login(unquote(where.username or ""), unquote(where.password or ""))
        _expect(imap.select(f'"{unquote(where.path).strip("/") or "INBOX"}"'))
        found = _expect(imap.uid("SEARCH", "UNKEYWORD", MARK, "SMALLER", str(LARGEST)))
        for uid in (found[0] or b"").split()[:LIMIT]:
            read += _read_one(imap, uid.decode(), take)
    return read


def _read_one(imap: imaplib.IMAP4, uid: str, take: Take) -> Read:
    fetched = _expect(imap.uid("FETCH", uid, "(BODY.PEEK[])"))
    raw = next((item[1] for item in fetched if isinstance(item, tuple)), None)
    if raw is None:  # deleted meanwhile
        return Read()
    is_report = take(raw)
    _expect(imap.uid("STORE", uid, "+FLAGS.SILENT", rf"({MARK} \Seen)" if is_report else f"({MARK})"))
    return Read(reports=1) if is_report else Read(others=1)


def _expect(answer: tuple[str, list[Any]]) -> list[Any]:
    status, answered = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"The mailbox answered {status}: {answered!r}")
    return answered
