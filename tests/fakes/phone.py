"""The phones of a demo: every text that the stand-in for Twilio took, with room to answer, as a page and as JSON."""

import argparse
import re
import threading
from html import escape
from pathlib import Path

from tests.fakes.provider import Refusal, form_of
from tests.fakes.twilio import FakeTwilio

STYLE = (Path(__file__).parent / "phone.css").read_text()
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'"
LINK = re.compile(r"(https?://\S+)")
LISTED = 100
# A network takes a moment to ring a phone, in seconds.
RINGS_AFTER = 0.5
LOCAL_NAMES = {"127.0.0.1", "localhost", "[::1]"}


class Phones(FakeTwilio):
    """Texts go no further. Whoever wrote is told of the delivery, and gets what is answered on the page."""

    def answered(self, method, url, headers, body):
        if headers.get("Host", "").rpartition(":")[0] not in LOCAL_NAMES:
            raise Refusal(403, "This page answers to local addresses only.", {"Content-Type": "text/plain"})
        if url.path == "/style.css":
            return 200, STYLE, {"Content-Type": "text/css; charset=utf-8"}
        if url.path == "/texts":
            return 200, [vars(text) | {"told": None} for text in self.texts]
        if url.path == "/answer" and method == "POST":
            return self._write_back(form_of(body), headers)
        if url.path == "/" and method == "GET":
            return (
                200,
                page(self.texts),
                {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY},
            )
        answer = super().answered(method, url, headers, body)
        self.set_status("delivered", answer[1]["sid"], delay=RINGS_AFTER)
        return answer

    def _write_back(self, form, headers):
        if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise Refusal(403, "Only this page may answer.", {"Content-Type": "text/plain"})
        text = next((text for text in self.texts if text.id == form.get("id")), None)
        if text is None or not form.get("text", "").strip():
            raise Refusal(400, "Say which text is answered, and how.", {"Content-Type": "text/plain"})
        # The door for answers stands beside the one for receipts, which came with the text.
        self.reply_url = text.told["StatusCallback"].partition("status/")[0] + "reply/"
        self.answer(form["text"], sid=text.id)
        text.answers.append(form["text"])
        return 303, "", {"Location": "/"}


def page(texts):
    shown = "".join(map(bubble, list(reversed(texts))[:LISTED]))
    empty = "<p>Nothing yet. Every text message the demo sends is caught here and goes no further.</p>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>Caught texts ({len(texts)})</title><link rel="stylesheet" href="/style.css"></head><body><main>'
        f'<h1>Caught texts ({len(texts)})</h1><nav><a href="/">Look again</a> <a href="/texts">As JSON</a></nav>'
        f"{shown or empty}</main></body></html>"
    )


def bubble(text):
    words = "".join(
        f'<a href="{escape(part)}" target="_blank" rel="noreferrer">{escape(part)}</a>'
        if LINK.fullmatch(part)
        else escape(part)
        for part in LINK.split(text.text)
    )
    answers = "".join(f'<p class="answer">{escape(answer)}</p>' for answer in text.answers)
    return (
        f"<article><h2>{escape(text.to)} <small>{escape(text.status)}</small></h2>"
        f'<p class="text" dir="auto">{words}</p>'
        f'{answers}<form method="post" action="/answer"><input type="hidden" name="id" value="{escape(text.id)}">'
        f'<label for="a-{text.id}">Answer from {escape(text.to)}</label>'
        f'<input id="a-{text.id}" name="text" required maxlength="500" placeholder="9, thanks"><button>Send</button>'
        "</form></article>"
    )


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8027)
    with Phones(port=options.parse_args().port):
        threading.Event().wait()


if __name__ == "__main__":
    main()
