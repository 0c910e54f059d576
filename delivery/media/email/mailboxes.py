"""Where mail systems' reports arrive: an IMAP mailbox, or a folder that a mail server drops files into.

Each names its new mails, gives them one by one and takes them back sorted: as a report, as a letter that is kept
elsewhere by now, as something for people, or as broken. A mail that nobody could sort before a crash is named again.
"""

import imaplib
import ssl
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from delivery.media.email.arrivals import LARGEST

# What a run takes at most.
LIMIT = 500
TIMEOUT = 20
# Set on all that was looked at, and on what broke: other readers of the mailbox keep their own idea of what is unread.
READ = "$PlumbRead"
BROKEN = "$PlumbBroken"


class Sorted(Enum):
    REPORT = "report"
    LETTER = "letter"
    FOR_PEOPLE = "for people"
    BROKEN = "broken"


TAKEN = (Sorted.REPORT, Sorted.LETTER)


class Source(Protocol):
    """Somewhere that mails arrive; its own `name` holds no secrets. Opened and closed by `with`."""

    name: str
    # Errors after which it can give nothing more; any other one is of the mail in hand.
    lost: tuple[type[Exception], ...]

    def __enter__(self) -> "Source": ...

    def __exit__(self, *_error: object) -> None: ...

    def new(self) -> list[str]:
        """Return the names of the mails that nobody has sorted yet."""
        ...

    def beginning(self, name: str, most: int = LARGEST) -> bytes | None:
        """Return the first bytes of a mail; None when another reader was quicker."""
        ...

    def put_away(self, name: str, what: Sorted) -> None: ...

    def bring_back(self, name: str) -> bool:
        """Let a mail that was put away as broken be new again; False when it is not there any more."""
        ...


class Folder:
    """The `*.eml` of a folder; reports and letters that were taken go to `done/`, all else goes to `failed/`."""

    lost: tuple[type[Exception], ...] = ()

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path, self._done, self._failed = path, path / "done", path / "failed"

    def __enter__(self) -> "Folder":
        for folder in (self._done, self._failed):
            folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def new(self) -> list[str]:
        return sorted(path.name for path in self._path.glob("*.eml"))

    def beginning(self, name: str, most: int = LARGEST) -> bytes | None:
        try:
            with (self._path / name).open("rb") as file:
                return file.read(most)
        except FileNotFoundError:
            return None

    def put_away(self, name: str, what: Sorted) -> None:
        with suppress(FileNotFoundError):
            _move(self._path / name, self._done if what in TAKEN else self._failed)

    def bring_back(self, name: str) -> bool:
        with suppress(FileNotFoundError):
            (self._failed / name).rename(self._path / name)
        return (self._path / name).exists()


def _move(path: Path, folder: Path) -> None:
    """Move a file; one of the same name that lies there makes way, since mail servers use names again."""
    target, on_its_way = folder / path.name, folder / f".{path.name}"
    # Of two readers at once, one stops here.
    path.rename(on_its_way)
    if target.exists():
        target.rename(folder / f"{path.stem}-{target.stat().st_mtime_ns}{path.suffix}")
    on_its_way.rename(target)


class ImapMailbox:
    """The new mail of `imaps://user:password@host/mailbox`; what was taken is marked as seen, all else stays unseen.

    `imap+tls://` begins in the clear and turns to TLS before logging in; `imap://` stays in the clear. Certificates are
    checked. A server that keeps no keywords is asked for what is unseen instead.
    """

    lost: tuple[type[Exception], ...] = (OSError, imaplib.IMAP4.abort)

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._scheme, self._host = where.scheme, where.hostname or ""
        self._port = where.port or (993 if where.scheme == "imaps" else 143)
        self._user, self._password = unquote(where.username or ""), unquote(where.password or "")
        self._mailbox = unquote(where.path).strip("/") or "INBOX"
        self.name = f"{self._scheme}://{self._host}/{self._mailbox}"

    def __enter__(self) -> "ImapMailbox":
        self._imap = self._connected()
        try:
            if self._scheme == "imap+tls":
                self._imap.starttls(ssl_context=ssl.create_default_context())
            self._imap.login(self._user, self._password)
            _expect(self._imap.select(f'"{self._mailbox}"'))
        except BaseException:
            with suppress(OSError):
                self._imap.shutdown()
            raise
        self._validity = self._told("UIDVALIDITY")
        self._keeps_keywords = "\\*" in (self._told("PERMANENTFLAGS") or "\\*")
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            self._imap.logout()
        # Leaving fails on a connection that is gone, and then closes nothing.
        with suppress(OSError):
            self._imap.shutdown()

    def _connected(self) -> imaplib.IMAP4:
        if self._scheme == "imaps":
            context = ssl.create_default_context()
            return imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=TIMEOUT)
        return imaplib.IMAP4(self._host, self._port, timeout=TIMEOUT)

    def new(self) -> list[str]:
        wanted = ("UNKEYWORD", READ) if self._keeps_keywords else ("UNSEEN",)
        return [self._name(uid) for uid in self._found(*wanted)]

    def beginning(self, name: str, most: int = LARGEST) -> bytes | None:
        fetched = _expect(self._imap.uid("FETCH", _uid(name), f"(BODY.PEEK[]<0.{most}>)"))
        return next((item[1] for item in fetched if isinstance(item, tuple)), None)

    def put_away(self, name: str, what: Sorted) -> None:
        flags = [READ, "\\Seen"] if what in TAKEN else [READ, BROKEN] if what is Sorted.BROKEN else [READ]
        if kept := [flag for flag in flags if self._keeps_keywords or flag.startswith("\\")]:
            _expect(self._imap.uid("STORE", _uid(name), "+FLAGS.SILENT", f"({' '.join(kept)})"))

    def bring_back(self, name: str) -> bool:
        if name != self._name(_uid(name)) or not self._found("UID", _uid(name)):
            return False
        if self._keeps_keywords:
            _expect(self._imap.uid("STORE", _uid(name), "-FLAGS.SILENT", f"({READ} {BROKEN})"))
        return True

    def _found(self, *criteria: str) -> list[str]:
        found = _expect(self._imap.uid("SEARCH", *criteria))
        return (found[0] or b"").decode().split()

    def _told(self, code: str) -> str:
        """Return what the server said of the mailbox under a response code; "" for nothing."""
        told = self._imap.response(code)[1]
        return (told[-1] or b"").decode() if told else ""

    def _name(self, uid: str) -> str:
        """Return a name that no other mail of this mailbox will ever have (RFC 3501, 2.3.1.1)."""
        return f"{self._validity}-{uid}"


def _uid(name: str) -> str:
    return name.rpartition("-")[2]


def _expect(answer: tuple[str, list[Any]]) -> list[Any]:
    status, answered = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"The mailbox answered {status}: {answered!r}")
    return answered
