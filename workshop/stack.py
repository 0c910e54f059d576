"""All processes of Plumb on this machine: web, worker, beat, what catches mail, texts and chats, and a shop."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from workshop.ground import Ground, ignore_signals, servers
from workshop.home import LOCAL, PROJECT, elsewhere
from workshop.processes import free_port, last_lines, spawn, stop
from workshop.trouble import Trouble

STATIC_ROOT = LOCAL / "static"
READY_SECONDS = 120
SETTINGS_FILE = "settings.json"


@dataclass(frozen=True)
class Ports:
    """Where the stack listens, all on the loopback address."""

    web: int
    smtp: int
    mail: int
    texts: int
    chats: int
    shop: int

    @classmethod
    def free(cls) -> Ports:
        """Return ports at which nobody listens."""
        return cls(*(free_port() for _ in fields(cls)))

    def refuse_taken(self) -> None:
        """Raise Trouble when somebody else already listens on one of them."""
        for variable, port in (
            ("WEB_PORT", self.web),
            ("SMTP_PORT", self.smtp),
            ("MAIL_PORT", self.mail),
            ("TEXT_PORT", self.texts),
            ("CHAT_PORT", self.chats),
            ("SHOP_PORT", self.shop),
        ):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise Trouble(
                        f"Port {port} is in use by another program; stop that program, "
                        f"or choose another port: {variable}={port + 100} make demo"
                    ) from None


class Stack:
    """Starts the parts under one directory, notices when one dies, stops them all."""

    def __init__(self, directory: Path, ground: Ground, ports: Ports) -> None:
        self.ground = ground
        self.directory = directory
        self.ports = ports
        self.web_url = f"http://127.0.0.1:{ports.web}"
        self.authorities: str | bool = True
        self.mail_url = f"http://127.0.0.1:{ports.mail}"
        self.text_url = f"http://127.0.0.1:{ports.texts}"
        self.chat_url = f"http://127.0.0.1:{ports.chats}"
        self.shop_url = f"http://127.0.0.1:{ports.shop}"
        self.shop_facts = directory / "shop.json"
        self.logs = directory / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.settings = {**ground.urls, **self._settings()}
        self.environment = {**os.environ, **self.settings}
        # What the stand-ins for providers tell is told twice, in any order.
        self.tells_twice = False
        self.parts: dict[str, subprocess.Popen[bytes]] = {}

    def _settings(self) -> dict[str, str]:
        return {
            "SECRET_KEY": self._secret_key(),
            "DEBUG": "0",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "BASE_URL": self.web_url,
            "PLAIN_HTTP": "1",
            "LOG_JSON": "0",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.ports.smtp}",
            "CLOCK_OFFSET_FILE": str(self.directory / "clock-offset"),
            "STATIC_ROOT": str(STATIC_ROOT),
            "PYTHONUNBUFFERED": "1",
        }

    def _secret_key(self) -> str:
        path = self.directory / "secret-key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50))
        return path.read_text()

    def described(self) -> str:
        return ", ".join(f"{name} ({process.pid})" for name, process in self.parts.items())

    def manage(self, *arguments: str, quiet: bool = True) -> str:
        """Run a management command to its end and return what it printed (nothing unless quiet)."""
        command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
        done = subprocess.run(
            command,
            env=self.environment,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            text=True,
            check=False,
        )
        if done.returncode:
            log = self.logs / "manage.log"
            log.write_text(done.stdout or "")
            raise Trouble(
                f"manage.py {' '.join(arguments)} failed: {last_lines(log, 1)} (all of it: {log})"
                if quiet
                else f"manage.py {' '.join(arguments)} failed; its reason stands above."
            )
        return done.stdout or ""

    def prepare(self) -> None:
        """Bring the database up to date and collect the static files if they changed."""
        self.manage("migrate", "--no-input")
        stamp = STATIC_ROOT / "collected"
        version = _static_version()
        if not stamp.exists() or stamp.read_text() != version:
            self.manage("collectstatic", "--no-input")
            stamp.write_text(version)

    def catch_texts(self) -> None:
        """Let text messages go where they are caught."""
        self.manage("shell", "--command", f"from demo.texts import point_at; point_at({self.text_url!r})")

    def ask_by_text(self) -> None:
        """Let some customers be asked by text, so that there is something to see."""
        self.manage("shell", "--command", "from demo.texts import ask_some; ask_some()")

    def ask_in_chats(self) -> None:
        """Let some customers open chats, which are caught, and be asked there, and others by WhatsApp."""
        self.manage("shell", "--command", f"from demo.chats import show; show({self.chat_url!r})")
        self.manage("shell", "--command", f"from demo.whatsapp import show; show({self.chat_url!r})")

    def open_shop(self) -> None:
        """Let the shop of somebody else ask in its pages."""
        facts = f"{self.shop_url!r}, {str(self.shop_facts)!r}"
        self.manage("shell", "--command", f"from demo.shop import open_at; open_at({facts})")

    def start(self) -> None:
        """Start every part and wait until web and the catchers answer."""
        self.write_settings()
        for name, command in self._commands().items():
            self.start_part(name, command)
        self._wait_for(f"{self.mail_url}/messages")
        self._wait_for(f"{self.text_url}/texts")
        self._wait_for(f"{self.chat_url}/chats")
        self._wait_for(f"{self.shop_url}/")
        self._wait_for(f"{self.web_url}/readyz")

    def write_settings(self) -> None:
        """Let ``python -m workshop.manage`` find the running stack."""
        path = self.directory / SETTINGS_FILE
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.settings))

    def start_part(self, name: str, command: list[str] | None = None) -> None:
        """Start one part, or start it again after its end."""
        with (self.logs / f"{name}.log").open("ab") as log:
            self.parts[name] = spawn(command or self._command(name), env=self.environment, cwd=PROJECT, output=log)

    def _command(self, name: str) -> list[str]:
        if not name.endswith("2"):
            return self._commands()[name]
        command = self._commands()[name.removesuffix("2")]
        return (
            [*command, "-n", "worker2@%h"]
            if name == "worker2"
            else [*command, "--schedule", f"{self.directory}/{name}"]
        )

    def start_twin(self, name: str) -> None:
        """Start a second worker or beat beside the first, as `worker2` or `beat2`."""
        self.start_part(f"{name}2")

    def _commands(self) -> dict[str, list[str]]:
        programs = Path(sys.executable).parent
        celery = [f"{programs}/celery", "-A", "nps_project"]
        gunicorn = [f"{programs}/gunicorn", "nps_project.wsgi:application", "--no-control-socket"]
        twice = ["--twice"] if self.tells_twice else []
        catcher = [sys.executable, "-m", "workshop.mailcatcher.server", "--store", f"{self.directory}/mail"]
        return {
            "mail": [*catcher, "--smtp-port", f"{self.ports.smtp}", "--web-port", f"{self.ports.mail}"],
            "texts": [sys.executable, "-m", "tests.fakes.phone", "--port", f"{self.ports.texts}", *twice],
            "chats": [sys.executable, "-m", "tests.fakes.messenger", "--port", f"{self.ports.chats}", *twice],
            "shop": [
                *(sys.executable, "-m", "tests.fakes.shop"),
                *("--port", f"{self.ports.shop}", "--facts", f"{self.shop_facts}"),
            ],
            "web": [
                *(*gunicorn, "--bind", f"127.0.0.1:{self.ports.web}"),
                *("--workers", "2", "--worker-class", "gthread", "--threads", "4"),
            ],
            "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"],
            "beat": [*celery, "beat", "--schedule", f"{self.directory}/beat-schedule"],
        }

    def _wait_for(self, url: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self.check()
            try:
                urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
            except urllib.error.HTTPError as error:
                raise Trouble(f"{url} answers {error.code}; the logs are in {self.logs}.") from error
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise Trouble(f"{url} did not answer in {READY_SECONDS} s; the logs are in {self.logs}.")

    def check(self) -> None:
        """Raise Trouble when a part or a server under it is no longer running."""
        self.ground.check()
        for name, process in self.parts.items():
            if process.poll() is not None:
                log = self.logs / f"{name}.log"
                raise Trouble(
                    f"The {name} process ended (status {process.returncode}): {last_lines(log, 2)} (all of it: {log})"
                )

    def watch(self) -> None:
        """Return never; raise Trouble when a part ends."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ask all parts to end at once, then see that they do."""
        (self.directory / SETTINGS_FILE).unlink(missing_ok=True)
        for process in self.parts.values():
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGTERM)
        for process in self.parts.values():
            stop(process)


def _static_version() -> str:
    files = sorted(path for path in (PROJECT / "static").rglob("*") if path.is_file())
    seen = [f"{path.relative_to(PROJECT)} {path.stat().st_mtime_ns}" for path in files]
    seen.append((PROJECT / "requirements.lock").read_text())
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


@contextlib.contextmanager
def fresh_stack(directory: Path, *, durable: bool = False) -> Iterator[Stack]:
    """Give a stack on free ports that is not prepared yet, and stop it at the end.

    Nothing of an earlier one is left under `directory`, and servers that somebody has named are never used.
    """
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    for place in (directory, elsewhere(directory)):
        for written in ("postgres", "valkey", "mail", "logs"):
            shutil.rmtree(place / written, ignore_errors=True)
    (directory / "clock-offset").unlink(missing_ok=True)
    with servers(directory, durable=durable) as ground:
        stack = Stack(directory, ground, Ports.free())
        try:
            yield stack
        finally:
            ignore_signals()
            stack.stop()
