"""Walk the main job inside the network of the containers, through the proxy and over TLS: run by the drill.

    python -m rehearsal.compose.walk AUTHORITIES [--ready]

AUTHORITIES is the file with the certificate that the proxy's own are signed by. What
the parts must refuse is tried too; with --ready only that web can be reached.
"""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
from contextlib import closing, suppress
from urllib.parse import urlsplit

import psycopg2
import redis
import requests

from rehearsal.journey import Journey
from rehearsal.missed import Missed, expect
from workshop.trouble import Trouble

# More than all threads of web, and so slow that none of them ends by itself.
SLOW_CLIENTS = 60
UNFINISHED = (
    "GET / HTTP/1.1\r\nHost: {host}\r\nX-Slow: ",
    """POST /s/slow/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r
Content-Length: 100000\r\n\r\nscore=""",
)
FORBIDDEN = (
    "CREATE TABLE public.own (x int)",
    "DROP TABLE crm_contact",
    "TRUNCATE crm_contact",
    "ALTER TABLE accounts_user ADD COLUMN x int",
    "ALTER TABLE accounts_securityevent DISABLE TRIGGER ALL",
    "CREATE ROLE other",
    "COPY (SELECT 1) TO PROGRAM 'true'",
)


class Containers:
    """The containers, seen from one that stands among them."""

    def __init__(self, authorities: str) -> None:
        self.web_url = os.environ["BASE_URL"]
        self.mail_url = "http://mail:8026"
        self.text_url = self.chat_url = ""
        self.settings = dict(os.environ)
        self.authorities: str | bool = authorities

    def manage(self, *arguments: str) -> str:
        done = subprocess.run([sys.executable, "manage.py", *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Trouble(f"manage.py {' '.join(arguments[:1])} failed: {done.stderr[-500:]}")
        return done.stdout

    def check(self) -> None:
        """The drill watches the containers from outside."""

    def described(self) -> str:
        return "proxy, web, worker, beat, postgres and redis, each in a container"

    def wait(self) -> str:
        """Return when the proxy leads to a web that is ready."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(requests.RequestException):
                if self._get("/readyz").status_code == requests.codes.ok:
                    return f"{self.web_url} is ready."
            time.sleep(0.5)
        raise Missed("the proxy leads to no web that is ready")

    def hold_slow_clients(self) -> str:
        """Send nothing to the end, from many at once, and see that others are served meanwhile."""
        host = str(urlsplit(self.web_url).hostname)
        held = [self._connected(host, UNFINISHED[number % 2].format(host=host)) for number in range(SLOW_CLIENTS)]
        try:
            started = time.monotonic()
            for _number in range(10):
                expect(self._get("/accounts/login/").status_code == requests.codes.ok, "slow clients shut others out")
            taken = time.monotonic() - started
        finally:
            for connection in held:
                connection.close()
        expect(taken < 10, f"while {SLOW_CLIENTS} slow clients wait, ten pages take {taken:.1f} s")
        return f"While {SLOW_CLIENTS} slow clients wait at the proxy, ten pages take {taken:.1f} s."

    def refuse(self) -> str:
        """See that the application's role owns nothing, and that redis wants its password."""
        with closing(psycopg2.connect(self.settings["DATABASE_URL"])) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolcreatedb OR rolcreaterole"
                " OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid)"
                " FROM pg_roles r WHERE rolname = current_user"
            )
            expect(cursor.fetchone() == (False,), "the application's role owns or may more than it needs")
            for statement in FORBIDDEN:
                with suppress(psycopg2.errors.InsufficientPrivilege):
                    cursor.execute(statement)
                    raise Missed(f"the application's role may {statement}")
                connection.rollback()
        with suppress(redis.AuthenticationError):
            redis.Redis(host="redis").ping()
            raise Missed("redis asks nobody for a password")
        return f"The application's role is refused {len(FORBIDDEN)} things that it does not need, and redis a stranger."

    def lead_to_tls(self) -> str:
        """See that plain HTTP leads to TLS, and that the client's own word of its address and scheme counts nothing."""
        host = urlsplit(self.web_url).hostname
        plain = requests.get(f"http://{host}/inbox/", allow_redirects=False, timeout=15)
        expect(plain.headers.get("Location") == f"{self.web_url}/inbox/", f"plain HTTP leads to {plain.headers}")
        page = self._get("/accounts/login/", headers={"X-Forwarded-Proto": "http", "X-Forwarded-For": "192.0.2.1"})
        expect("max-age=31536000" in page.headers.get("Strict-Transport-Security", ""), "TLS is not asked for again")
        expect("preload" not in page.headers["Strict-Transport-Security"], "nobody asked for the preload lists")
        cookies = page.headers.get("Set-Cookie", "")
        expect("__Host-csrftoken=" in cookies and "Secure" in cookies, f"the cookies are {cookies}")
        return "Plain HTTP leads to TLS; cookies are bound to host and TLS, HSTS is on without preload."

    def _get(self, path: str, **more: dict[str, str]) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = self.authorities
            return session.get(self.web_url + path, timeout=15, **more)  # type: ignore[arg-type]

    def _connected(self, host: str, text: str) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.authorities))
        connection = context.wrap_socket(socket.create_connection((host, 443), timeout=15), server_hostname=host)
        connection.sendall(text.encode())
        return connection


def main() -> int:
    containers = Containers(sys.argv[1])
    whole = [
        containers.lead_to_tls,
        containers.refuse,
        *Journey(containers).steps(),
        containers.hold_slow_clients,
    ]
    steps = [containers.wait, *([] if "--ready" in sys.argv else whole)]
    try:
        for number, step in enumerate(steps, start=1):
            started = time.monotonic()
            print(f"{number:2}. {step():s} ({time.monotonic() - started:.1f} s)", flush=True)
    except (Missed, Trouble) as missed:
        print(f"MISSED: {missed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
