"""Pages that stand-ins of a demo show: for this machine only, without scripts, and with nothing of a text as markup."""

import re
from html import escape
from pathlib import Path

from tests.fakes.provider import Refusal

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'"
LINK = re.compile(r"(https?://\S+)")
LOCAL_NAMES = {"127.0.0.1", "localhost", "[::1]"}
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}


def check_host(headers):
    if headers.get("Host", "").rpartition(":")[0] not in LOCAL_NAMES:
        raise Refusal(403, "This page answers to local addresses only.", PLAIN)


def check_site(headers):
    if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Refusal(403, "Only this page may answer.", PLAIN)


def styles(*names):
    return "".join((Path(__file__).parent / name).read_text() for name in names)


def style(css):
    return 200, css, {"Content-Type": "text/css; charset=utf-8"}


def document(title, body):
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/style.css"></head><body><main>'
        f"<h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def linked(text):
    """Return a text with its links as links."""
    return "".join(
        f'<a href="{escape(part)}" target="_blank" rel="noreferrer">{escape(part)}</a>'
        if LINK.fullmatch(part)
        else escape(part)
        for part in LINK.split(text)
    )
