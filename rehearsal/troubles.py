"""What may go wrong in a data centre, done on purpose to a running stack."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import redis
import requests

from workshop.mailcatcher.modes import DROP_AFTER_DATA, NORMAL, PERMANENT, REFUSE, STALL, TEMPORARY
from workshop.postgres import PostgresServer
from workshop.stack import Stack
from workshop.valkey import ValkeyServer

WORKERS = ("worker", "worker2")


class Troubles:
    """Does one trouble at a time and counts each; `repeatable` is how many letters may be on the wire twice for it."""

    def __init__(self, stack: Stack, dice: random.Random) -> None:
        self.stack = stack
        self.dice = dice
        self.done: Counter[str] = Counter()
        self.repeatable = 0
        (self.postgres,) = [server for server in stack.ground.ours if isinstance(server, PostgresServer)]
        (self.valkey,) = [server for server in stack.ground.ours if isinstance(server, ValkeyServer)]

    def all(self) -> dict[str, Callable[[], None]]:
        return {
            "a worker's process killed": self.kill_process,
            "a whole worker group killed": self.kill_group,
            "the broker emptied and restarted": self.lose_broker,
            "PostgreSQL restarted": self.restart_postgres,
            "the mail server refused connections": lambda: self.misbehave(REFUSE, seconds=4),
            "the mail server stalled": lambda: self.misbehave(STALL, times=2),
            "the mail server answered 4xx": lambda: self.misbehave(TEMPORARY, seconds=3),
            "the mail server answered 5xx": lambda: self.misbehave(PERMANENT, times=2),
            "the connection died after DATA": self.drop_after_data,
            "what takes texts and chats hung": self.hang,
        }

    def do(self, name: str) -> None:
        self.all()[name]()
        self.done[name] += 1

    def kill_process(self) -> None:
        leader = self.stack.parts[self.dice.choice(WORKERS)].pid
        children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(self.dice.choice(children)), signal.SIGKILL)
            self.repeatable += 1

    def kill_group(self) -> None:
        name = self.dice.choice(WORKERS)
        process = self.stack.parts[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.repeatable += 2  # its two processes, each with at most one letter handed over and not yet recorded
        time.sleep(self.dice.uniform(0.5, 2))
        self.stack.start_part(name)

    def lose_broker(self) -> None:
        client = redis.Redis.from_url(self.valkey.url)
        client.flushall()
        client.close()
        self.valkey.restart()

    def restart_postgres(self) -> None:
        self.postgres.restart()

    def drop_after_data(self) -> None:
        self.misbehave(DROP_AFTER_DATA, times=2)
        self.repeatable += 2

    def hang(self) -> None:
        """Let both take nothing for longer than anybody waits; what they were sent meanwhile they do take later."""
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for name in ("texts", "chats"):
                os.kill(self.stack.parts[name].pid, number)
            if number == signal.SIGSTOP:
                time.sleep(5)

    def misbehave(self, mode: str, *, times: int | None = None, seconds: float = 0) -> None:
        self._mode(mode, times)
        if seconds:
            time.sleep(seconds)
            self._mode(NORMAL, None)

    def supervise(self) -> None:
        """Start again what ended by itself, as every supervisor does (Celery may give up when its broker goes)."""
        for name, process in list(self.stack.parts.items()):
            if process.poll() is not None:
                self.done[f"{name} ended by itself, started again"] += 1
                self.stack.start_part(name)

    def end(self) -> None:
        """Let the mail server behave again."""
        self._mode(NORMAL, None)

    def _mode(self, mode: str, times: int | None) -> None:
        wish = {"mode": mode, "times": times} if times else {"mode": mode}
        requests.post(f"{self.stack.mail_url}/mode", json=wish, timeout=10).raise_for_status()
