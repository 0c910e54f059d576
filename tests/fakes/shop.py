"""A site of somebody else with a widget of ours in its pages: for whoever comes by, and for who is signed in there.

    python -m tests.fakes.shop --port 8029 --facts shop.json

The facts are what an administrator of the site knows: where Plumb is, the key and the secret of the widget, and who its
customers are. The policy of its pages is as strict as one can be that lets the widget in.
"""

import argparse
import json
import os
import threading
import time
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

import jwt

from tests.fakes import page
from tests.fakes.provider import ScriptedServer

STYLE = page.styles("shop.css")
LANGUAGES = ("en", "uk", "ru", "lt")
LIVES = 600
POLICY = (
    "default-src 'none'; style-src 'self'; script-src {plumb}; connect-src {plumb}; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


class Shop(ScriptedServer):
    """`facts`: the path of a file with `plumb`, `key`, `secret` and `people` (id and name); without it nothing asks."""

    def __init__(self, facts, *, port=0):
        self.facts = Path(facts)
        super().__init__(port=port)

    def answered(self, method, url, headers, body):
        page.check_host(headers)
        if url.path == "/style.css":
            return page.style(STYLE)
        if method != "GET" or url.path not in ("/", "/account/"):
            return 404, "There is no such page.", page.PLAIN
        known = json.loads(self.facts.read_text()) if self.facts.exists() else {}
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        language = query.get("language") if query.get("language") in LANGUAGES else "en"
        person = None
        if url.path == "/account/":
            people = known.get("people", [])
            person = next((one for one in people if one["id"] == query.get("person")), people[0] if people else None)
        policy = POLICY.format(plumb=known.get("plumb", "'none'"))
        return 200, shown(known, person, language), page.HTML | {"Content-Security-Policy": policy}


def shown(known, person, language):
    links = "".join(
        f'<a href="/account/?person={escape(one["id"])}&amp;language={language}"'
        f"{' aria-current=page' if one == person else ''}>{escape(one['name'])}</a> "
        for one in known.get("people", ())
    )
    here = f"/account/?person={person['id']}&" if person else "/?"
    spoken = "".join(
        f'<a href="{escape(here)}language={code}"{" aria-current=true" if code == language else ""}>{code}</a> '
        for code in LANGUAGES
    )
    about = (
        f"<p>You are signed in as <b>{escape(person['name'])}</b>. The server of this shop says so by a token that it"
        " signs; you are asked once, by the same clocks as by letter. Sign in as somebody else to be asked again.</p>"
        if person
        else "<p>You are a visitor whom nobody knows: you are asked once in each window.</p>"
    )
    body = (
        f'<nav aria-label="Shop"><a href="/?language={language}"{"" if person else " aria-current=page"}>Visitor</a>'
        f' {links}</nav><nav aria-label="Language">{spoken}</nav>{about}'
        "<p>Nothing of this page is Plumb’s but the question that comes up in the corner after a second.</p>"
        f"{tag(known, person, language)}"
    )
    return page.document("Birch & Moss, furniture", body)


def tag(known, person, language):
    """Return what the shop copied into its pages."""
    if not known:
        return "<p>No widget is set up yet.</p>"
    token = f' data-token="{token_of(person, known["secret"])}"' if person else ' data-memory="session"'
    return (
        f'<script async src="{escape(known["plumb"])}/w/plumb.js" data-key="{escape(known["key"])}"'
        f' data-language="{language}"{token}></script>'
    )


def token_of(person, secret):
    return jwt.encode({"sub": person["id"], "exp": int(now()) + LIVES}, secret, algorithm="HS256")


def now():
    """Return the moment, in seconds since 1970, as the demo counts it."""
    moved = Path(os.environ.get("CLOCK_OFFSET_FILE", ""))
    return time.time() + (float(moved.read_text()) if moved.is_file() else 0)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8029)
    options.add_argument("--facts", default="shop.json")
    chosen = options.parse_args()
    with Shop(chosen.facts, port=chosen.port):
        threading.Event().wait()


if __name__ == "__main__":
    main()
