from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from nps_project.celery import app
from rehearsal.browser import Browser, Page
from rehearsal.journey import NUDGED, NUDGED_FOR_CHATS, NUDGED_LATER
from rehearsal.missed import Missed, until

HTML = """
<html><head><title>x</title><script>var hidden = "<a href='/no/'>";</script></head><body>
<h1>Hello   <b>Ona</b></h1> <a href="/inbox/7/">Open <i>it</i></a>
<form method="get" action="/search/"><input name="q"></form>
<form method="post" action="/inbox/7/closure/#closure">
  <input type="hidden" name="token" value="t&amp;1"><input name="gone" value="x" disabled>
  <input type="radio" name="score" value="3"><input type="radio" name="score" value="4" checked>
  <input type="checkbox" name="topic" value="1">
  <select name="cause"><option value="">Choose</option><option value="late" selected>Late</option></select>
  <textarea name="words">so &amp; so</textarea>
  <button name="back" value="1">Back</button>
</form></body></html>
"""


def test_a_page_is_read_as_a_person_and_a_browser_would():
    page = Page("http://plumb.example/", 200, HTML, {})

    assert page.text == "Hello Ona Open it Choose Late Back"
    assert [(link.href, link.text) for link in page.links] == [("/inbox/7/", "Open it")]
    form = page.form_to("/closure/")
    assert form is page.form_with("score", "words")
    assert form.fields == {"token": "t&1", "score": "4", "cause": "late", "words": "so & so"}
    assert form.choices == {"score": ["3", "4"], "topic": ["1"], "cause": ["", "late"], "back": ["1"]}
    assert page.form_with("password") is None


@pytest.fixture
def echo():
    class Echo(BaseHTTPRequestHandler):
        def do_POST(self):
            seen = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.server.seen.append((self.path, parse_qs(seen), self.headers["Referer"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        server.seen = []
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_form_is_sent_with_what_it_held_and_what_was_filled_in(echo):
    base = f"http://127.0.0.1:{echo.server_port}"
    page = Page(f"{base}/inbox/7/", 200, HTML, {})

    browser = Browser(base)
    browser.submit(page, page.form_to("/closure/"), score="3", words="done")
    browser.session.close()

    sent = {"token": ["t&1"], "score": ["3"], "cause": ["late"], "words": ["done"]}
    assert echo.seen == [("/inbox/7/closure/", sent, f"{base}/inbox/7/")]


def test_waiting_in_vain_says_for_what():
    with pytest.raises(Missed, match="waited 0 s in vain for the e-mail"):
        until("the e-mail", lambda: None, seconds=0.3)


def test_the_walk_asks_for_tasks_that_beat_asks_for_too():
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert {*NUDGED, *NUDGED_LATER, *NUDGED_FOR_CHATS} <= scheduled
