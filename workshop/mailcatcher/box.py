"""Caught mail: kept in memory, and on disk when given a directory."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

KEPT = 5000


@dataclass(frozen=True)
class CaughtMail:
    """One accepted message with its envelope; parsed only when somebody looks."""

    id: int
    sender: str
    recipients: list[str]
    caught_at: str
    raw: bytes = field(repr=False)

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        if part is None:
            return ""
        try:
            return str(part.get_content()).replace("\r\n", "\n")
        except (LookupError, UnicodeError):
            payload = part.get_payload(decode=True)
            return payload.decode(errors="replace") if isinstance(payload, bytes) else ""

    def summary(self) -> dict[str, object]:
        return {
            "id": self.id,
            "from": self.sender,
            "to": self.recipients,
            "caught_at": self.caught_at,
            "subject": self.subject,
            "size": len(self.raw),
        }

    def detail(self) -> dict[str, object]:
        source = self.raw.decode(errors="replace")
        return self.summary() | {
            "headers": self.headers,
            "text": self.text,
            "html": self.html,
            "raw": source,
        }


class Mailbox:
    """The newest mail, oldest first; safe to use from several threads."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory
        self.accepted = 0
        self._mails: OrderedDict[int, CaughtMail] = OrderedDict()
        self._lock = threading.Lock()
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
            self._load(directory)

    def add(self, sender: str, recipients: list[str], raw: bytes) -> CaughtMail:
        with self._lock:
            self.accepted += 1
            number = next(reversed(self._mails), 0) + 1
            caught_at = datetime.now(UTC).isoformat(timespec="seconds")
            mail = CaughtMail(number, sender, list(recipients), caught_at, raw)
            self._mails[number] = mail
            if self.directory is not None:
                self._save(self.directory, mail)
            while len(self._mails) > KEPT:
                self._forget(next(iter(self._mails)))
        return mail

    def get(self, number: int) -> CaughtMail | None:
        with self._lock:
            return self._mails.get(number)

    def find(self, *, to: str = "", after: int = 0) -> list[CaughtMail]:
        """Return the mail to one address (to all when empty) that came after the given id."""
        with self._lock:
            mails = list(self._mails.values())
        wanted = to.casefold()
        return [
            mail
            for mail in mails
            if mail.id > after and (not wanted or wanted in [address.casefold() for address in mail.recipients])
        ]

    def clear(self) -> None:
        with self._lock:
            for number in list(self._mails):
                self._forget(number)

    def _forget(self, number: int) -> None:
        del self._mails[number]
        if self.directory is not None:
            for suffix in (".eml", ".json"):
                (self.directory / f"{number}{suffix}").unlink(missing_ok=True)

    def _save(self, directory: Path, mail: CaughtMail) -> None:
        (directory / f"{mail.id}.eml").write_bytes(mail.raw)
        envelope = {"from": mail.sender, "to": mail.recipients, "caught_at": mail.caught_at}
        (directory / f"{mail.id}.json").write_text(json.dumps(envelope))

    def _load(self, directory: Path) -> None:
        found = sorted(int(path.stem) for path in directory.glob("*.json") if path.stem.isdigit())
        for number in found[-KEPT:]:
            source = directory / f"{number}.eml"
            try:
                envelope = json.loads((directory / f"{number}.json").read_text())
                mail = CaughtMail(number, envelope["from"], envelope["to"], envelope["caught_at"], source.read_bytes())
            except (OSError, ValueError, KeyError):
                continue  # a file cut short by a power failure is not worth refusing to start
            self._mails[number] = mail
