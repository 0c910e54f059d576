"""Bring docker-compose.yml up for real, walk the main job through its proxy, restart each part: `make compose-test`.

    python -m rehearsal.compose.drill [--keep]

Needs docker, or podman with podman-compose and buildah; says so and does nothing where there is neither. Works in a
copy of what compose reads, with secrets of its own, on free ports, and leaves no container, network or volume behind.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import time
from pathlib import Path

from rehearsal.compose import images
from rehearsal.compose.engine import Engine
from rehearsal.missed import Missed, expect, until
from workshop import envfile
from workshop.home import LOCAL, PROJECT
from workshop.processes import free_port
from workshop.trouble import Trouble

PROJECT_NAME = "plumb-drill"
HOST = "proxy"
READ_BY_COMPOSE = ("docker-compose.yml", "deploy", "rehearsal", "workshop", "demo/logins.py")
ROOT_CERTIFICATE = "/data/caddy/pki/authorities/local/root.crt"
AUTHORITIES = "/tmp/authorities.crt"  # noqa: S108 in the container of the walk
SERVICES = ("proxy", "walk", "mail", "beat", "worker", "web", "migrate", "redis", "postgres")
RESTARTED = ("redis", "postgres", "web", "worker", "beat", "proxy")


class Drill:
    """One life of the containers."""

    def __init__(self, engine: Engine, directory: Path) -> None:
        self.engine, self.directory = engine, directory

    def lay_out(self) -> None:
        """Copy what compose reads and draw the secrets, as `make secrets` does."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        for name in READ_BY_COMPOSE:
            place = self.directory / name
            place.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
            copy(PROJECT / name, place)
        envfile.write(self.directory / ".env", HOST)
        with (self.directory / ".env").open("a") as file:
            file.write(f"CADDY_OPTIONS=local_certs\nHTTP_PORT={free_port()}\nHTTPS_PORT={free_port()}\n")

    def bring_up(self) -> str:
        """Start the servers, migrate once, start the rest; each step when the one before is well."""
        self._start("postgres", "redis")
        self.compose("up", "-d", "--no-deps" if self.engine.is_docker else "--no-build", "migrate")
        migrate = self.container("migrate")
        status = self.engine.run("wait", migrate).strip()
        if status != "0":
            raise Missed(f"migrate ended with {status}: {self.engine.run('logs', '--tail', '5', migrate)}")
        self._start("web", "worker", "beat", "mail", "walk")
        self._start("proxy")
        return "Servers, migration by its own role, web, worker, beat and proxy are up and healthy."

    def look_for_secrets(self) -> str:
        """See that no part of the application is told what opens the others."""
        for service in ("web", "worker", "beat"):
            told = dict(
                line.partition("=")[::2]
                for line in self.engine.run("exec", self.container(service), "env").splitlines()
            )
            for name in envfile.PASSWORDS:
                expect(not told.get(name), f"{service} is told {name}")
        return "Web, worker and beat are told no password of the database's owner or superuser."

    def walk(self, *arguments: str) -> str:
        """Run the walk among the containers; its lines are printed as they are."""
        walk = self.container("walk")
        certificate = self.engine.run("exec", self.container("proxy"), "cat", ROOT_CERTIFICATE)
        place = self.directory / "authorities.crt"
        place.write_text(certificate)
        self.engine.run("cp", place, f"{walk}:{AUTHORITIES}")
        try:
            said = self.engine.run("exec", walk, "python", "-m", "rehearsal.compose.walk", AUTHORITIES, *arguments)
        except Trouble as trouble:
            raise Missed(str(trouble)) from trouble
        return said.rstrip()

    def restart_each(self) -> str:
        for service in RESTARTED:
            self.engine.run("restart", self.container(service))
            self._wait(service)
            try:
                self.walk("--ready")
            except Missed as missed:
                raise Missed(f"after a restart of {service}: {missed}") from missed
        return f"Restarted one by one, and ready again: {', '.join(RESTARTED)}."

    def take_down(self) -> None:
        """Remove all that is ours, in whatever state it is; what is not there is no matter."""
        with contextlib.suppress(Trouble):
            self.compose("down", "--volumes")
        for service in SERVICES:
            self.engine.does("rm", "--force", "--volumes", self.container(service))
        for volume in ("postgres", "media", "caddy"):
            self.engine.does("volume", "rm", f"{PROJECT_NAME}_{volume}")
        for network in ("inside", "outside"):
            self.engine.does("network", "rm", f"{PROJECT_NAME}_{network}")

    def logs(self) -> str:
        """Return the last lines of every part, for somebody who looks for a reason."""
        parts = [(name, self.container(name)) for name in reversed(SERVICES)]
        return "\n".join(
            f"-- {name}\n{self.engine.run('logs', '--tail', '15', container)}"
            for name, container in parts
            if self.engine.does("inspect", container)
        )

    def compose(self, *arguments: str) -> str:
        return self.engine.compose(PROJECT_NAME, self.directory, *arguments)

    def container(self, service: str) -> str:
        return self.engine.container(PROJECT_NAME, service)

    def _start(self, *services: str) -> None:
        self.compose("up", "-d", "--no-deps" if self.engine.is_docker else "--no-build", *services)
        for service in services:
            self._wait(service)

    def _wait(self, service: str) -> None:
        container = self.container(service)
        until(f"{service} to be healthy", lambda: self.engine.is_healthy(container), seconds=90)


def run(*, keep: bool) -> None:
    engine = Engine.found()
    standins = images.provide(engine)
    print(f"With {engine.program}; stand-in images: {', '.join(standins) or 'none'}.", flush=True)
    drill = Drill(engine, LOCAL / "compose")
    drill.lay_out()
    drill.take_down()  # what an earlier one that was killed has left
    try:
        for step in (drill.bring_up, drill.look_for_secrets, drill.walk, drill.restart_each):
            started = time.monotonic()
            print(f"{step():s} ({time.monotonic() - started:.0f} s)", flush=True)
    except Missed:
        print(drill.logs(), file=sys.stderr)
        raise
    finally:
        if not keep:
            drill.take_down()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="leave the containers running")
    options = parser.parse_args()
    try:
        Engine.found()
    except Trouble as trouble:
        print(f"Skipped: {trouble}")
        return 0
    started = time.monotonic()
    try:
        run(keep=options.keep)
    except (Missed, Trouble) as missed:
        print(f"MISSED: {missed}", file=sys.stderr)
        return 1
    print(f"The containers do the main job, in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
