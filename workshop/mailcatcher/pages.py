"""The small web page and JSON interface of the mail catcher.

Mail is hostile by nature: its HTML is shown only with scripts forbidden twice, by the
sandbox of the frame and by the policy of the answer itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from workshop.mailcatcher.box import CaughtMail, Mailbox
from workshop.mailcatcher.modes import MODES, Misbehaviour

LISTED = 200
LOCAL_NAMES = {"127.0.0.1", "localhost", "[::1]"}
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
MAIL_POLICY = f"sandbox {SANDBOX}; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = (Path(__file__).parent / "mail.css").read_text()


def page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        '<link rel="stylesheet" href="/style.css"></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def list_page(mails: Sequence[CaughtMail]) -> str:
    newest = list(reversed(mails))[:LISTED]
    rows = "".join(
        f'<tr><td><a href="/mail/{mail.id}">{escape(mail.subject) or "(no subject)"}</a></td>'
        f"<td>{escape(', '.join(mail.recipients))}</td><td>{escape(mail.caught_at)}</td></tr>"
        for mail in newest
    )
    table = (
        '<table><thead><tr><th scope="col">Subject</th><th scope="col">To</th>'
        f'<th scope="col">Caught at</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    empty = "<p>Nothing yet. Every e-mail the demo sends is caught here and goes no further.</p>"
    links = '<nav><a href="/">Look again</a><a href="/messages">As JSON</a></nav>'
    return page(f"Caught mail ({len(mails)})", links + (table if rows else empty))


def mail_page(mail: CaughtMail) -> str:
    address = f"/mail/{mail.id}"
    headers = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in mail.headers)
    framed = f'<iframe title="The e-mail as HTML" src="{address}/html" sandbox="{SANDBOX}"></iframe>'
    return page(
        mail.subject or "(no subject)",
        f'<nav><a href="/">All mail</a><a href="{address}/raw">Source</a></nav>'
        f"<dl><dt>To</dt><dd>{escape(', '.join(mail.recipients))}</dd>"
        f"<dt>Caught at</dt><dd>{escape(mail.caught_at)}</dd></dl>"
        f"{'<h2>HTML</h2>' + framed if mail.html else ''}"
        f"<h2>Plain text</h2><pre>{escape(mail.text)}</pre>"
        f"<h2>Headers</h2><dl>{headers}</dl>",
    )


def mail_html(mail: CaughtMail) -> str:
    """Return the mail's own HTML with links that open outside the frame."""
    base = '<base target="_blank">'
    document, found = re.subn(r"(?i)<head(?:\s[^>]*)?>", lambda tag: tag[0] + base, mail.html, count=1)
    return document if found else base + document


class Pages(BaseHTTPRequestHandler):
    """Answers for one mailbox; both are set on a subclass by ``serve``."""

    mailbox: Mailbox
    is_local = True
    misbehaviour: Misbehaviour
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self._asked_by_name():
            path = urlsplit(self.path).path
            for pattern, answer in self.routes:
                if match := re.fullmatch(pattern, path):
                    answer(self, *match.groups())
                    return
            self._answer(404, "text/plain", "There is nothing at this address.")

    def do_DELETE(self) -> None:
        if self._asked_by_name():
            self.mailbox.clear()
            self._json({"messages": 0})

    def do_POST(self) -> None:
        if not self._asked_by_name():
            return
        try:
            wish = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.misbehaviour.set(wish["mode"], wish.get("times"))
        except (ValueError, KeyError, TypeError):
            self._json({"error": f"POST /mode takes mode ({', '.join(MODES)}) and times."}, 400)
        else:
            self._json(self.misbehaviour.described())

    def _asked_by_name(self) -> bool:
        """Refuse a request that another site's name has been pointed at us to make."""
        if not self.is_local or self.headers.get("Host", "").rpartition(":")[0] in LOCAL_NAMES:
            return True
        self._answer(403, "text/plain", "This page answers to local addresses only.")
        return False

    def _list(self) -> None:
        self._html(list_page(self.mailbox.find()))

    def _style(self) -> None:
        self._answer(200, "text/css", STYLE)

    def _messages(self) -> None:
        query = {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}
        after = query.get("after", "0")
        found = self.mailbox.find(to=query.get("to", ""), after=int(after) if after.isdigit() else 0)
        self._json({"accepted": self.mailbox.accepted, "messages": [mail.summary() for mail in found]})

    def _mode(self) -> None:
        self._json(self.misbehaviour.described())

    def _with_mail(self, number: str, show: Callable[[CaughtMail], None]) -> None:
        mail = self.mailbox.get(int(number))
        if mail is None:
            self._answer(404, "text/plain", "This message is not kept any more.")
        else:
            show(mail)

    def _message(self, number: str) -> None:
        self._with_mail(number, lambda mail: self._json(mail.detail()))

    def _mail(self, number: str) -> None:
        self._with_mail(number, lambda mail: self._html(mail_page(mail)))

    def _mail_html(self, number: str) -> None:
        self._with_mail(number, lambda mail: self._html(mail_html(mail), MAIL_POLICY))

    def _mail_raw(self, number: str) -> None:
        self._with_mail(number, lambda mail: self._answer(200, "text/plain", mail.raw))

    routes: Sequence[tuple[str, Callable[..., None]]] = (
        (r"/", _list),
        (r"/style\.css", _style),
        (r"/mode", _mode),
        (r"/messages", _messages),
        (r"/messages/(\d+)", _message),
        (r"/mail/(\d+)", _mail),
        (r"/mail/(\d+)/html", _mail_html),
        (r"/mail/(\d+)/raw", _mail_raw),
    )

    def _html(self, document: str, policy: str = PAGE_POLICY) -> None:
        self._answer(200, "text/html", document, policy)

    def _json(self, value: object, status: int = 200) -> None:
        self._answer(status, "application/json", json.dumps(value, ensure_ascii=False))

    def _answer(self, status: int, kind: str, body: str | bytes, policy: str = PAGE_POLICY) -> None:
        content = body.encode(errors="replace") if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: the log is for mail."""


def serve(mailbox: Mailbox, misbehaviour: Misbehaviour, port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """Bind the pages to a port of this machine; the caller runs ``serve_forever``."""
    answering = type(
        "BoundPages", (Pages,), {"mailbox": mailbox, "misbehaviour": misbehaviour, "is_local": host == "127.0.0.1"}
    )
    server = ThreadingHTTPServer((host, port), answering)
    server.daemon_threads = True
    return server
