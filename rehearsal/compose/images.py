"""The image of Plumb, and those of the servers: from their registries, or stand-ins where none answers.

    python -m rehearsal.compose.images [--tag plumb] [--base python:3.13-slim]

builds the image of Plumb with docker, podman or buildah, whichever is there: `make image`.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from rehearsal.compose.engine import Engine, environment
from workshop.home import PROJECT
from workshop.trouble import Trouble

BUILDERS = (["docker", "build"], ["buildah", "bud", "--isolation", "chroot"], ["podman", "build"])
BASE = "docker.io/library/python:3.13-slim"
OWN_BASE = "localhost/python-base"
PULL_SECONDS = 120
# What docker-compose.yml asks for, the registry's full name of it, and the stage of our Containerfile that stands in.
SERVERS = {
    "postgres:18": ("docker.io/library/postgres:18", "postgres"),
    "valkey/valkey:9": ("docker.io/valkey/valkey:9", "valkey"),
    "caddy:2": ("docker.io/library/caddy:2", "caddy"),
}


def provide(engine: Engine) -> list[str]:
    """Have every image that compose asks for; return the names of those that are stand-ins."""
    reachable = _pulled(engine, BASE)
    if not reachable and not engine.does("image", "inspect", OWN_BASE):
        _make_base()
    build(builder_of(engine), "plumb", BASE if reachable else OWN_BASE)
    standins = []
    for name, (full, stage) in SERVERS.items():
        if reachable and _pulled(engine, full):
            engine.run("tag", full, name)
            continue
        containerfile = PROJECT / "rehearsal" / "compose" / "Containerfile"
        # The application's list of what goes into its image would keep these out.
        whole = [] if engine.is_docker else ["--ignorefile", "/dev/null"]
        of_stage = ("--build-arg", "BASE=plumb", "--target", stage, "-t", name, "-f", containerfile)
        engine.build(*whole, *of_stage, PROJECT)
        standins.append(name)
    return standins


def builder_of(engine: Engine) -> list[str]:
    return BUILDERS[0] if engine.is_docker else BUILDERS[1]


def build(builder: list[str], tag: str, base: str) -> None:
    """Build the image of Plumb; raise Trouble with the last lines where that fails."""
    command = [*builder, "--build-arg", f"BASE={base}", "-t", tag, str(PROJECT)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode:
        raise Trouble(f"`{' '.join(command)}` failed:\n{(done.stdout + done.stderr)[-2000:]}")


def _pulled(engine: Engine, name: str) -> bool:
    pull = ["timeout", str(PULL_SECONDS), engine.program, "pull", "--quiet", name]
    return subprocess.run(pull, capture_output=True, env=environment(), check=False).returncode == 0


def _make_base() -> None:
    if not shutil.which("debootstrap"):
        raise Trouble("No registry answers, and without debootstrap no base image can be made.")
    script = Path(__file__).with_name("base.sh")
    if subprocess.run([script, OWN_BASE], env=environment(), check=False).returncode:
        raise Trouble("No registry answers, and the base image could not be made from Debian's packages.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tag", default="plumb")
    parser.add_argument("--base", default=BASE, help="the image to build upon")
    options = parser.parse_args()
    builder = next((builder for builder in BUILDERS if shutil.which(builder[0])), None)
    if builder is BUILDERS[0] and subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        builder = next((other for other in BUILDERS[1:] if shutil.which(other[0])), None)
    if builder is None:
        print("There is no docker, podman or buildah that works here.", file=sys.stderr)
        return 2
    try:
        build(builder, options.tag, options.base)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print(f"{options.tag} is built, with {builder[0]}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
