"""Write the file .env for the containers: every secret drawn anew, the addresses made of the host's name.

    python -m workshop.envfile nps.company.example [--file .env]

What already stands in the file is kept; only what is missing or empty is filled in. Nobody but its owner may read it.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import sys
from pathlib import Path

from workshop.home import PROJECT

EXAMPLE = PROJECT / ".env.example"
KEYS = ("SECRET_KEY", "TOKEN_KEY", "ENCRYPTION_KEY", "SUPPRESSION_KEY")
PASSWORDS = ("POSTGRES_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD", "REDIS_PASSWORD")
# What the containers are told by docker-compose.yml.
BY_COMPOSE = ("DATABASE_URL", "REDIS_URL")
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


def filled(text: str, host: str) -> str:
    """Return an environment file with every needed variable; `text` is what stands in it."""
    wanted = {name: secrets.token_urlsafe(32) for name in (*KEYS, *PASSWORDS)}
    wanted |= {"ALLOWED_HOSTS": host, "TLS_HOSTS": host, "BASE_URL": f"https://{host}"}
    for name, value in wanted.items():
        line = re.compile(rf"^(?:# ?)?{name}=[ \t]*$", re.MULTILINE)
        if re.search(rf"^{name}=[ \t]*\S", text, re.MULTILINE):
            continue
        text = line.sub(f"{name}={value}", text, count=1) if line.search(text) else f"{text.rstrip()}\n{name}={value}\n"
    return text


def blank() -> str:
    """Return the example without the values that are only examples there."""
    names = "|".join((*BY_COMPOSE, "ALLOWED_HOSTS", "BASE_URL"))
    text = re.sub(rf"^({names})=.*$", r"\1=", EXAMPLE.read_text(), flags=re.MULTILINE)
    return re.sub(rf"^({'|'.join(BY_COMPOSE)})=\n", "", text, flags=re.MULTILINE)


def write(path: Path, host: str) -> None:
    """Fill the file at `path` in; its old text stays beside it until the new one is whole."""
    text = filled(path.read_text() if path.exists() else blank(), host)
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("host", help="the name under which customers and staff reach Plumb")
    parser.add_argument("--file", type=Path, default=PROJECT / ".env")
    options = parser.parse_args()
    if not HOST.fullmatch(options.host):
        print(f"“{options.host}” is no host name; say it like nps.company.example.", file=sys.stderr)
        return 2
    write(options.file, options.host)
    print(f"{options.file} holds every secret and is readable by you alone. Set EMAIL_URL in it, and keep a copy safe.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
