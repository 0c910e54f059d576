"""What all of them have in common: a threaded server that answers by a script, keeps texts, and calls back."""

import argparse
import itertools
import json
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit


@dataclass
class TakenText:
    """A text that was taken. `told`: the request as the provider understood it."""

    id: str
    to: str
    sender: str
    text: str
    status: str
    told: dict = field(default_factory=dict)
    # What its owner wrote back.
    answers: list = field(default_factory=list)


class Refusal(Exception):
    """An answer other than that a text was taken."""

    def __init__(self, status, content, headers=()):
        super().__init__(status)
        self.status, self.content, self.headers = status, content, dict(headers)


class ScriptedServer(ThreadingHTTPServer):
    """`script` gives the next answers in place of the server's own: a status, (status, text), (status, text, headers),
    or one of: hang-up · stall · hang-up-after (which does what was asked).
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, *, port=0, host="127.0.0.1"):
        self.script, self.requests = [], []
        self.over, self._lock, self._numbers = threading.Event(), threading.RLock(), itertools.count(1)
        self._thread = None
        super().__init__((host, port), Conversation)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self.over.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request, client_address):
        """A client that hangs up is what some tests want."""

    def scripted(self, path):
        """Return what the script has for a request, or None."""
        return self.script.pop(0) if self.script else None

    def answered(self, method, url, headers, body):
        """Return the status, the content and the headers of the answer to a request."""
        raise NotImplementedError

    def number(self):
        return next(self._numbers)


class Provider(ScriptedServer):
    """`refused`: what each number is refused with; `hang-up-after` of the script keeps the text.

    `reply_url` is where the account says that texts go. Whatever is posted goes through `post(url, form, headers)`, so
    that a test can take it without a network.
    """

    def __init__(self, **options):
        self.texts, self.refused = [], {}
        self.has_balance, self.reply_url = True, ""
        super().__init__(**options)

    def keep(self, text):
        with self._lock:
            self.texts.append(text)
        return text

    def of(self, sid):
        """Return a text by its ID; the newest where none is given."""
        return next(text for text in reversed(self.texts) if sid in (None, text.id, text))

    def post(self, url, form, headers):
        """Post a form and return the status of the answer."""
        request = urllib.request.Request(url, urlencode(form).encode(), dict(headers))
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status

    def call(self, url, form, headers=(), *, times=1, delay=0):
        """Call back, so many times; after a delay in a thread of its own."""

        def calls():
            time.sleep(delay)
            return [self.post(url, form, dict(headers)) for _time in range(times)]

        if not delay:
            return calls()
        threading.Thread(target=calls, daemon=True).start()
        return []

    def set_status(self, status, sid=None, **details):
        """Let something become of a text, the newest by default."""
        text = self.of(sid)
        text.status = status
        return text

    def answer(self, text, *, sid=None, **details):
        """Let whoever got a text, the newest by default, write back."""
        raise NotImplementedError


class Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def do_GET(self):
        self._answer(b"")

    def do_POST(self):
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer(self, body):
        self.close_connection = True
        self.server.requests.append((self.command, self.path, dict(self.headers), body))
        scripted = self.server.scripted(self.path)
        if scripted == "hang-up":
            return
        if scripted == "stall":
            self.server.over.wait(10)
            return
        if scripted is not None and scripted != "hang-up-after":
            self._write(*(scripted if isinstance(scripted, tuple) else (scripted, "")))
            return
        try:
            content = self.server.answered(self.command, urlsplit(self.path), self.headers, body)
        except Refusal as refusal:
            content = (refusal.status, refusal.content, refusal.headers)
        if scripted is None:
            self._write(*content)

    def _write(self, status, content, headers=()):
        raw = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **dict(headers)}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        # Nobody is to come back on a connection that ends here.
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(raw)


def form_of(body):
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def json_of(body):
    """Return an object of JSON, or None where there is none."""
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def run(provider, port):
    """Serve at a port of this machine until interrupted."""
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=port)
    with provider(port=options.parse_args().port) as server:
        print(f"Listening at {server.url}")
        threading.Event().wait()
