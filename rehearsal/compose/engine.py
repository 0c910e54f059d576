"""The container engine of this machine: docker with its compose plugin, or podman with podman-compose."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from workshop.trouble import Trouble

CONF = Path(__file__).with_name("containers.conf")
FILES = ("docker-compose.yml", "rehearsal/compose/overrides.yml")


class Engine:
    """Docker or podman, and how each is asked for the same."""

    def __init__(self, program: str, compose: Sequence[str], build: Sequence[str]) -> None:
        self.program, self.compose_command, self.build_command = program, [*compose], [*build]

    @classmethod
    def found(cls) -> Engine:
        """Return the engine that runs here; raise Trouble with what is missing."""
        if _answers("docker", "compose", "version") and _answers("docker", "info"):
            return cls("docker", ["docker", "compose"], ["docker", "build"])
        missing = [name for name in ("podman", "podman-compose", "buildah") if not shutil.which(name)]
        if missing:
            raise Trouble(f"Neither docker runs here nor is there {' and '.join(missing)}.")
        if not _answers("podman", "info"):
            raise Trouble("Podman does not work for this account.")
        return cls("podman", ["podman-compose"], ["buildah", "bud", "--layers", "--isolation", "chroot"])

    @property
    def is_docker(self) -> bool:
        return self.program == "docker"

    def run(self, *arguments: str | Path) -> str:
        """Run the engine itself and return what it prints; raise Trouble where it fails."""
        return _run([self.program, *map(str, arguments)])

    def does(self, *arguments: str | Path) -> bool:
        return _answers(self.program, *map(str, arguments))

    def build(self, *arguments: str | Path) -> None:
        _run([*self.build_command, *map(str, arguments)])

    def compose(self, project: str, directory: Path, *arguments: str) -> str:
        """Run compose over the files in `directory`, under the name `project`."""
        files = [part for name in FILES for part in ("-f", name)]
        return _run([*self.compose_command, "-p", project, *files, *arguments], directory)

    def container(self, project: str, service: str) -> str:
        return f"{project}-{service}-1" if self.is_docker else f"{project}_{service}_1"

    def is_healthy(self, container: str) -> bool:
        """Ask the container's own health check now; where it has none, running is enough."""
        if self.is_docker:
            state = "{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}"
            return self.run("inspect", "--format", state, container).strip() in {"healthy", "running"}
        if self.run("inspect", "--format", "{{.State.Status}}", container).strip() != "running":
            return False
        has_check = self.run("inspect", "--format", "{{if .Config.Healthcheck}}yes{{end}}", container).strip()
        return not has_check or self.does("healthcheck", "run", container)


def environment() -> dict[str, str]:
    """What engines are started with: podman with our settings, unless somebody gave it others."""
    return {"CONTAINERS_CONF": str(CONF), **os.environ}


def _answers(*command: str) -> bool:
    if not shutil.which(command[0]):
        return False
    done = subprocess.run(command, capture_output=True, env=environment(), check=False)
    return done.returncode == 0


def _run(command: Sequence[str], directory: Path | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=directory, env=environment(), check=False)
    if done.returncode:
        raise Trouble(f"`{' '.join(command)}` failed:\n{(done.stderr or done.stdout)[-2000:]}")
    return done.stdout
