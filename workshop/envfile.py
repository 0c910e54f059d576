"""Write the file .env for the containers: every secret drawn anew, the addresses made of the host's name.

    python -m workshop.envfile [nps.company.example] [--file .env]

Without a host it asks for that, for the mail server and for the sender. What already stands in the file is kept; only
what is missing or empty, or still as in the example, is filled in. Nobody but its owner may read it.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import sys
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from pathlib import Path

from workshop.home import PROJECT

EXAMPLE = PROJECT / ".env.example"
KEYS = ("SECRET_KEY", "TOKEN_KEY", "ENCRYPTION_KEY", "SUPPRESSION_KEY")
PASSWORDS = ("POSTGRES_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD", "REDIS_PASSWORD")
# What the containers are told by docker-compose.yml.
BY_COMPOSE = ("DATABASE_URL", "REDIS_URL")
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
MAIL_SERVER = re.compile(r"(?:smtp|smtp\+tls|smtp\+ssl)://[^\s/']+", re.IGNORECASE)
# What is written as it is; all else stands in quotes, which those who read the file take off.
PLAIN = re.compile(r"[\w:/@.+%=-]*", re.ASCII)


def filled(text: str, host: str, said: Mapping[str, str] | None = None) -> str:
    """Return an environment file with every needed variable; `text` is what stands in it, `said` what was answered."""
    wanted = {name: secrets.token_urlsafe(32) for name in (*KEYS, *PASSWORDS)}
    wanted |= {"ALLOWED_HOSTS": host, "TLS_HOSTS": host, "BASE_URL": f"https://{host}"}
    for name, value in (said or {}).items():
        wanted[name] = value if PLAIN.fullmatch(value) else f"'{value}'"
        text = re.sub(rf"^{name}={re.escape(_example(name))}$", f"{name}=", text, flags=re.MULTILINE)
    for name, value in wanted.items():
        line = re.compile(rf"^(?:# ?)?{name}=[ \t]*$", re.MULTILINE)
        if re.search(rf"^{name}=[ \t]*\S", text, re.MULTILINE):
            continue
        written = f"{name}={value}"
        # Not by `sub`, which would read a backslash in a value as its own.
        if found := line.search(text):
            text = text[: found.start()] + written + text[found.end() :]
        else:
            text = f"{text.rstrip()}\n{written}\n"
    return text


def asked(ask: Callable[[str], str] = input) -> tuple[str, dict[str, str]]:
    """Ask for the host, the mail server and the sender until each can be; the last two may be left for later."""
    host = _answer(ask, "Under which name do customers and staff reach Plumb, such as nps.company.example? ", _no_host)
    server = _answer(
        ask, "By which mail server do letters leave, such as smtp+tls://user:password@mail.company.example:587?"
        " Signs like @ in a password are written %40. Empty: later. ", _no_server,
    )  # fmt: skip
    sender = _answer(ask, "From whom are they, such as Company <surveys@company.example>? Empty: later. ", _no_sender)
    said = {"EMAIL_URL": server, "DEFAULT_FROM_EMAIL": sender}
    if sender:
        said["MESSAGE_ID_DOMAIN"] = parseaddr(sender)[1].rpartition("@")[2]
    return host, {name: value for name, value in said.items() if value}


def _answer(ask: Callable[[str], str], question: str, problem: Callable[[str], str]) -> str:
    while said := problem(answer := ask(question).strip()):
        print(said, file=sys.stderr)
    return answer


def _no_host(answer: str) -> str:
    return "" if HOST.fullmatch(answer) else f"“{answer}” is no host name; say it like nps.company.example."


def _no_server(answer: str) -> str:
    if not answer or MAIL_SERVER.fullmatch(answer):
        return ""
    return "Write smtp://, smtp+tls:// or smtp+ssl:// and the server; a sign that addresses do not have as %XX."


def _no_sender(answer: str) -> str:
    name, address = parseaddr(answer)
    is_one = re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", address) and not re.search(r"['\n]", name)
    return "" if not answer or is_one else f"“{answer}” is no sender; write it like Company <surveys@company.example>."


def _example(name: str) -> str:
    found = re.search(rf"^{name}=(.*)$", EXAMPLE.read_text(), re.MULTILINE)
    return found.group(1) if found else ""


def blank() -> str:
    """Return the example without the values that are only examples there."""
    names = "|".join((*BY_COMPOSE, "ALLOWED_HOSTS", "BASE_URL"))
    text = re.sub(rf"^({names})=.*$", r"\1=", EXAMPLE.read_text(), flags=re.MULTILINE)
    return re.sub(rf"^({'|'.join(BY_COMPOSE)})=\n", "", text, flags=re.MULTILINE)


def write(path: Path, host: str, said: Mapping[str, str] | None = None) -> None:
    """Fill the file at `path` in; its old text stays beside it until the new one is whole."""
    text = filled(path.read_text() if path.exists() else blank(), host, said)
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("host", nargs="?", help="the name under which customers and staff reach Plumb")
    parser.add_argument("--file", type=Path, default=PROJECT / ".env")
    options = parser.parse_args()
    host: str | None = options.host
    said: dict[str, str] = {}
    if host is None and sys.stdin.isatty():
        host, said = asked()
    host = host or ""
    if problem := _no_host(host):
        print(problem, file=sys.stderr)
        return 2
    write(options.file, host, said)
    mail = "" if "EMAIL_URL" in said else " Set EMAIL_URL in it."
    print(f"{options.file} holds every secret and is readable by you alone.{mail} Keep a copy safe.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
