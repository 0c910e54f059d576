"""The phones of a demo: every text that the stand-in for Twilio took, with room to answer, as a page and as JSON."""

import argparse
import threading
from html import escape

from tests.fakes import page
from tests.fakes.provider import Refusal, form_of
from tests.fakes.twilio import FakeTwilio

STYLE = page.styles("phone.css")
LISTED = 100
# A network takes a moment to ring a phone, in seconds.
RINGS_AFTER = 0.5


class Phones(FakeTwilio):
    """Texts go no further. Whoever wrote is told of the delivery, and gets what is answered on the page.

    `twice`: of each delivery twice, and in between that the text was only sent. `told`: the IDs of texts whose delivery
    was taken note of.
    """

    def __init__(self, *, twice=False, **options):
        self.twice, self.told = twice, set()
        super().__init__(**options)

    def answered(self, method, url, headers, body):
        page.check_host(headers)
        if url.path == "/style.css":
            return page.style(STYLE)
        if url.path == "/texts":
            return 200, [vars(text) | {"told": text.id in self.told} for text in self.texts]
        if url.path == "/answer" and method == "POST":
            return self._write_back(form_of(body), headers)
        if url.path == "/" and method == "GET":
            return 200, shown(self.texts), page.HTML
        answer = super().answered(method, url, headers, body)
        for status in ("delivered", "sent", "delivered") if self.twice else ("delivered",):
            self.set_status(status, answer[1]["sid"], delay=RINGS_AFTER)
        return answer

    def post(self, url, form, headers):
        status = super().post(url, form, headers)
        if form.get("MessageStatus") == "delivered" and status < 300:
            self.told.add(form["MessageSid"])
        return status

    def _write_back(self, form, headers):
        page.check_site(headers)
        text = next((text for text in self.texts if text.id == form.get("id")), None)
        if text is None or not form.get("text", "").strip():
            raise Refusal(400, "Say which text is answered, and how.", page.PLAIN)
        # The door for answers stands beside the one for receipts, which came with the text.
        self.reply_url = text.told["StatusCallback"].partition("status/")[0] + "reply/"
        self.answer(form["text"], sid=text.id)
        text.answers.append(form["text"])
        return 303, "", {"Location": "/"}


def shown(texts):
    bubbles = "".join(map(bubble, list(reversed(texts))[:LISTED]))
    empty = "<p>Nothing yet. Every text message the demo sends is caught here and goes no further.</p>"
    nav = '<nav><a href="/">Look again</a> <a href="/texts">As JSON</a></nav>'
    return page.document(f"Caught texts ({len(texts)})", nav + (bubbles or empty))


def bubble(text):
    answers = "".join(f'<p class="answer">{escape(answer)}</p>' for answer in text.answers)
    return (
        f"<article><h2>{escape(text.to)} <small>{escape(text.status)}</small></h2>"
        f'<p class="text" dir="auto">{page.linked(text.text)}</p>'
        f'{answers}<form method="post" action="/answer"><input type="hidden" name="id" value="{escape(text.id)}">'
        f'<label for="a-{text.id}">Answer from {escape(text.to)}</label>'
        f'<input id="a-{text.id}" name="text" required maxlength="500" placeholder="9, thanks"><button>Send</button>'
        "</form></article>"
    )


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8027)
    options.add_argument("--twice", action="store_true", help="tell of each delivery twice, in any order")
    given = options.parse_args()
    with Phones(port=given.port, twice=given.twice):
        threading.Event().wait()


if __name__ == "__main__":
    main()
