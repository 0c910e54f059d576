"""Run one command with a PostgreSQL and a Valkey under it.

    python -m workshop.ground [--dir DIR] [--durable] -- COMMAND ARGUMENTS

The command finds them in DATABASE_URL and REDIS_URL; a server named there by the caller is
used as it is. The exit status is the command's own, and nothing is left running.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from workshop.home import LOCAL, Home
from workshop.postgres import PostgresServer
from workshop.processes import last_lines, signal_on_parent_death
from workshop.trouble import Trouble
from workshop.valkey import ValkeyServer

FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PATIENCE = 20


class Interrupted(BaseException):
    """A signal asked us to end."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise Interrupted(number)


def listen_for_signals() -> None:
    """Turn the signals that ask us to end into Interrupted."""
    for number in FORWARDED:
        signal.signal(number, _interrupt)


def ignore_signals() -> None:
    """Let nothing disturb the clearing up."""
    for number in FORWARDED:
        signal.signal(number, signal.SIG_IGN)


@dataclass
class Ground:
    """Where the servers are, and those of them that are our own children."""

    urls: dict[str, str]
    ours: list[PostgresServer | ValkeyServer] = field(default_factory=list)

    def check(self) -> None:
        """Raise Trouble when a server of ours is no longer running."""
        for server in self.ours:
            if server.process is not None and server.process.poll() is not None:
                raise Trouble(f"A server ended by itself: {last_lines(server.log, 2)} (all of it: {server.log})")


@contextlib.contextmanager
def servers(directory: Path, *, durable: bool) -> Iterator[Ground]:
    """Yield a ground of running servers; stop on leaving what we started."""
    ground = Ground({name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")})
    if all(ground.urls.values()):
        yield ground
        return
    with Home(directory) as home, contextlib.ExitStack() as started:
        started.callback(listen_for_signals)
        for name, kind in (("DATABASE_URL", PostgresServer), ("REDIS_URL", ValkeyServer)):
            if not ground.urls[name]:
                server: PostgresServer | ValkeyServer = kind(home, durable=durable)
                started.callback(server.stop)
                server.start()
                ground.ours.append(server)
                ground.urls[name] = server.url
        started.callback(ignore_signals)
        yield ground


def run(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run the command, pass signals on to its whole process group, return its exit status."""
    try:
        child = subprocess.Popen(
            list(command),
            env=environment,
            process_group=0,
            preexec_fn=signal_on_parent_death(signal.SIGTERM),
        )
    except OSError as error:
        raise Trouble(f"Cannot run {command[0]}: {error.strerror}.") from error
    with _terminal_given_to(child):
        return _wait(child)


def _wait(child: subprocess.Popen[bytes]) -> int:
    patience: float | None = None
    status: int | None = None
    while status is None:
        try:
            status = child.wait(patience)
        except Interrupted as request:
            patience = PATIENCE
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, request.number)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    return status if status >= 0 else 128 - status


@contextlib.contextmanager
def _terminal_given_to(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Let the command read the terminal and receive its Ctrl-C, where there is one."""
    if not os.isatty(0) or os.tcgetpgrp(0) != os.getpgrp():
        yield
        return
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.tcsetpgrp(0, child.pid)
        os.killpg(child.pid, signal.SIGCONT)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(0, os.getpgrp())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m workshop.ground", description=__doc__)
    parser.add_argument("--dir", type=Path, default=LOCAL / "test", help="where the data lives")
    parser.add_argument("--durable", action="store_true", help="survive a power cut; slower")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    listen_for_signals()
    try:
        with servers(options.dir, durable=options.durable) as ground:
            return run(options.command, {**os.environ, **ground.urls})
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except Interrupted as request:
        return 128 + request.number


if __name__ == "__main__":
    sys.exit(main())
