"""Write the settings of an installation: every secret drawn anew, the addresses made of the host's name.

    python -m workshop.envfile [nps.company.example | http://localhost:8080] [--file .env | --systemd /etc/plumb]

Without a host it asks for that, for the mail server and for the sender. With `http://` and a host that nobody outside
can mean it is for a first look without TLS. The file .env is for the containers; with --systemd, for services on this
very machine, there are two: plumb.env, and owner.env with what only the superuser needs. What already stands in a file
is kept; only what is missing or empty, or still as in the example, is filled in. Nobody but its owner may read it.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path

from accounts.privatehosts import is_private
from workshop.home import PROJECT

EXAMPLE = PROJECT / ".env.example"
KEYS = ("SECRET_KEY", "TOKEN_KEY", "ENCRYPTION_KEY", "SUPPRESSION_KEY")
PASSWORDS = ("POSTGRES_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD", "REDIS_PASSWORD")
# What the containers are told by docker-compose.yml.
BY_COMPOSE = ("DATABASE_URL", "REDIS_URL")
# What only the superuser of a machine without containers needs: for roles.sh, the broker's own file and migrations.
OF_OWNER = ("DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD", "REDIS_PASSWORD")
HOST = re.compile(
    r"(?P<plain>http://)?(?P<name>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?(plain)(?::(?P<port>\d{1,5}))?/?)", re.I
)
MAIL_SERVER = re.compile(r"(?:smtp|smtp\+tls|smtp\+ssl)://[^\s/']+", re.IGNORECASE)
OWNER_HEAD = (
    "# For the superuser alone: passwords that the servers are told once, and how migrations reach the database.\n"
)
# What is written as it is; all else stands in quotes, which those who read the file take off.
PLAIN = re.compile(r"[\w:/@.+%=-]*", re.ASCII)


@dataclass(frozen=True)
class Site:
    """Where Plumb is reached; `is_plain`: without TLS, at `port`, for a first look."""

    name: str
    is_plain: bool = False
    port: int = 80

    @classmethod
    def said(cls, answer: str) -> Site:
        """Read an answer that `_no_host` finds nothing wrong with."""
        found = HOST.fullmatch(answer)
        assert found  # noqa: S101
        return cls(found["name"], bool(found["plain"]), int(found["port"] or 80))

    @property
    def settings(self) -> dict[str, str]:
        if not self.is_plain:
            return {"ALLOWED_HOSTS": self.name, "BASE_URL": f"https://{self.name}"}
        port = "" if self.port == 80 else f":{self.port}"
        return {"ALLOWED_HOSTS": self.name, "BASE_URL": f"http://{self.name}{port}", "PLAIN_HTTP": "1"}

    @property
    def of_proxy(self) -> dict[str, str]:
        """What the container of the proxy is told; for a look at this machine only this machine reaches it."""
        if not self.is_plain:
            return {"TLS_HOSTS": self.name}
        here = "127.0.0.1:" if self.name == "127.0.0.1" or self.name.endswith("localhost") else ""
        # Nothing listens for TLS then, so its place is any that is free, and out of the world's sight.
        return {"TLS_HOSTS": f"http://{self.name}", "HTTP_PORT": f"{here}{self.port}", "HTTPS_PORT": "127.0.0.1:"}


def filled(text: str, wanted: Mapping[str, str], said: Mapping[str, str] | None = None) -> str:
    """Return the environment file `text` with every variable of `wanted`, and of `said`, that it did not have yet.

    `said` is what was answered; it may take the place of what is only an example.
    """
    wanted = dict(wanted)
    for name, value in (said or {}).items():
        wanted[name] = value if PLAIN.fullmatch(value) else f"'{value}'"
        text = re.sub(rf"^{name}={re.escape(_example(name))}$", f"{name}=", text, flags=re.MULTILINE)
    for name, value in wanted.items():
        line = re.compile(rf"^(?:{name}=[ \t]*|# ?{name}=.*)$", re.MULTILINE)
        if valued(text, name):
            continue
        written = f"{name}={value}"
        # Not by `sub`, which would read a backslash in a value as its own.
        if found := line.search(text):
            text = text[: found.start()] + written + text[found.end() :]
        else:
            text = f"{text.rstrip()}\n{written}\n"
    return text


def valued(text: str, name: str) -> str:
    """Return what stands in a file for this variable, "" for nothing."""
    found = re.search(rf"^{name}=[ \t]*(\S.*)$", text, re.MULTILINE)
    return found[1] if found else ""


def drawn(*names: str) -> dict[str, str]:
    return {name: secrets.token_urlsafe(48) for name in names}


def asked(ask: Callable[[str], str] = input) -> tuple[str, dict[str, str]]:
    """Ask for the host, the mail server and the sender until each can be; the last two may be left for later."""
    host = _answer(
        ask, "Under which name do customers and staff reach Plumb, such as nps.company.example,"
        " or http://localhost:8080 for a first look on this machine alone, without a certificate? ", _no_host,
    )  # fmt: skip
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
    found = HOST.fullmatch(answer)
    if not found:
        return f"“{answer}” is no host name; say it like nps.company.example."
    if found["plain"] and not is_private(found["name"]):
        return (
            f"{found['name']} may be known to the world, and without TLS everybody on the way reads along. Say the "
            "name alone; http:// is for a first look, at localhost, a name that ends with .localhost or .local, or a "
            "private address."
        )
    return "" if int(found["port"] or 80) in range(1, 2**16) else f"There is no port {found['port']}."


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
    """Fill in the file for the containers at `path`."""
    site = Site.said(host)
    wanted = {**drawn(*KEYS, *PASSWORDS), **site.settings, **site.of_proxy}
    _keep(path, filled(path.read_text() if path.exists() else blank(), wanted, said))


def write_for_systemd(directory: Path, host: str, said: Mapping[str, str] | None = None) -> None:
    """Fill in plumb.env and owner.env in `directory`, for database and broker on this machine."""
    site, owner, plumb = Site.said(host), directory / "owner.env", directory / "plumb.env"
    of_owner = filled(owner.read_text() if owner.exists() else OWNER_HEAD, drawn(*OF_OWNER))
    password = {name: valued(of_owner, name) for name in OF_OWNER}
    database = "postgres://{}:{}@127.0.0.1:5432/plumb"
    of_owner = filled(of_owner, {"DATABASE_URL": database.format("plumb_owner", password["DATABASE_OWNER_PASSWORD"])})
    wanted = {
        **drawn(*KEYS),
        **site.settings,
        "DATABASE_URL": database.format("plumb", password["DATABASE_PASSWORD"]),
        "REDIS_URL": f"redis://:{password['REDIS_PASSWORD']}@127.0.0.1:6379/0",
        "BEHIND_TLS_PROXY": "1",
        "MEDIA_ROOT": "/var/lib/plumb/media",
    }
    example = blank().partition("# --- containers only")[0]
    text = filled(plumb.read_text() if plumb.exists() else example, wanted, said)
    _keep(owner, of_owner)
    _keep(plumb, text)


def _keep(path: Path, text: str) -> None:
    """Write a file whose old text stays beside it until the new one is whole; who may read it stays as it was."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        if path.exists():
            was = path.stat()
            os.chown(file.fileno(), was.st_uid, was.st_gid)
            os.fchmod(file.fileno(), was.st_mode & 0o640)
        file.write(text)
    draft.replace(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("host", nargs="?", help="the name under which customers and staff reach Plumb")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--file", type=Path, default=PROJECT / ".env", help="the file for the containers")
    place.add_argument("--systemd", type=Path, metavar="DIRECTORY", help="where the two files for services are kept")
    options = parser.parse_args()
    host: str | None = options.host
    said: dict[str, str] = {}
    if host is None and sys.stdin.isatty():
        host, said = asked()
    host = host or ""
    if problem := _no_host(host):
        print(problem, file=sys.stderr)
        return 2
    if options.systemd:
        write_for_systemd(options.systemd, host, said)
        written = f"{options.systemd}/plumb.env and owner.env hold every secret and are"
    else:
        write(options.file, host, said)
        written = f"{options.file} holds every secret and is"
    mail = "" if "EMAIL_URL" in said else " Set EMAIL_URL in it."
    print(f"{written} readable by you alone.{mail} Keep a copy safe.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
