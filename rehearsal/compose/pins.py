"""Pin the images of the servers to what was tried, so that a tag that moves brings nothing new by itself.

    python -m rehearsal.compose.pins [FILE]

pulls each image that docker-compose.yml names, writes the digest of each into FILE (docker-compose.pins.yml), which
compose reads beside docker-compose.yml, and prints the base of Plumb's own image with its digest for `make image`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rehearsal.compose.engine import Engine
from rehearsal.compose.images import BASE, SERVERS
from workshop.trouble import Trouble

FILE = "docker-compose.pins.yml"
# The services of docker-compose.yml by the image that each runs.
SERVICES = {"postgres:18": "postgres", "valkey/valkey:9": "redis", "caddy:2": "proxy"}
HEAD = "# Written by `make pins`: the images that were tried, by content. Run it again to take newer ones.\nservices:\n"


def pins(engine: Engine) -> str:
    """Return the text of the file; raise Trouble where an image has no digest, being none of a registry."""
    services = [f"  {SERVICES[name]}:\n    image: {digest(engine, full)}\n" for name, (full, _stage) in SERVERS.items()]
    return HEAD + "".join(services)


def digest(engine: Engine, name: str) -> str:
    """Pull an image and return its name by content: `registry/name@sha256:…`."""
    engine.run("pull", "--quiet", name)
    found: list[str] = json.loads(engine.run("image", "inspect", "--format", "{{json .RepoDigests}}", name)) or []
    repository = name.rpartition(":")[0]
    own = next((one for one in found if _is_of(one, repository)), None)
    if own is None:
        raise Trouble(f"{name} has no digest: it did not come from a registry.")
    return own


def _is_of(pinned: str, repository: str) -> bool:
    """Say whether a digest is of this repository; docker leaves the registry out of the names of its own hub."""
    short = repository.removeprefix("docker.io/").removeprefix("library/")
    return pinned.partition("@")[0] in (repository, repository.removeprefix("docker.io/"), short)


def main(path: str = FILE) -> int:
    try:
        engine = Engine.found()
        text, base = pins(engine), digest(engine, BASE)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    Path(path).write_text(text)
    print(f"{path} is written. Let .env say COMPOSE_FILE=docker-compose.yml:{path}")
    print(f"Build upon the same base again: make image ARGS='--base {base}'")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
