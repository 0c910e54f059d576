"""The directory that one set of servers lives in."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from pathlib import Path
from typing import IO

from workshop.processes import Account, server_account
from workshop.trouble import Trouble

PROJECT = Path(__file__).resolve().parent.parent
LOCAL = PROJECT / ".local"


def _make_traversable(path: Path) -> None:
    if path.is_dir():
        return
    _make_traversable(path.parent)
    path.mkdir(exist_ok=True)
    path.chmod(0o755)


def _open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


class Home:
    """Where data, logs and secrets of one ground are kept; one owner at a time.

    ``here`` holds logs and secrets. ``servers`` holds what the servers write themselves:
    the same directory, except when we are root and its parents are closed to the
    unprivileged account, as under /root.
    """

    def __init__(self, here: Path) -> None:
        self.here = here.resolve()
        self.account: Account | None = server_account()
        self._lock: IO[str] | None = None
        self.servers = self.here

    def __enter__(self) -> Home:
        try:
            _make_traversable(self.here)
            self._lock = (self.here / "lock").open("a+")
        except OSError as error:
            raise Trouble(f"Cannot write to {self.here}: {error.strerror}.") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(
                f"Servers are already running on {self.here}; stop them first, or name another directory."
            ) from None
        if self.account is not None and not _open_to_all(self.here):
            self.servers = self._elsewhere()
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            self._lock.close()

    def _elsewhere(self) -> Path:
        place = elsewhere(self.here)
        place.mkdir(exist_ok=True)
        if place.is_symlink() or place.stat().st_uid != os.geteuid():
            raise Trouble(f"{place} belongs to somebody else; remove it first.")
        place.chmod(0o755)
        return place

    def private(self, name: str) -> Path:
        """Make a directory that only the servers' account may enter."""
        path = self.servers / name
        path.mkdir(exist_ok=True)
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)
        path.chmod(0o700)
        return path

    def program_tree(self, name: str, sources: list[Path]) -> Path:
        """Return a directory with the given trees in a place where the servers may read them.

        As an ordinary user that is where they already are.
        """
        common = sources[0].parent
        if self.account is None:
            return common
        target = self.servers / name
        if not target.is_dir():
            fresh = self.servers / f"{name}.new"
            shutil.rmtree(fresh, ignore_errors=True)
            for source in sources:
                _copy_readable(source, fresh / source.name)
            fresh.chmod(0o755)
            fresh.rename(target)
        return target


def elsewhere(here: Path) -> Path:
    """Name the directory used in place of one whose parents are closed to the servers."""
    return Path("/var/tmp") / f"plumb-{hashlib.sha256(str(here).encode()).hexdigest()[:12]}"  # noqa: S108


def _copy_readable(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "*.a"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    for path in (target, *target.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
