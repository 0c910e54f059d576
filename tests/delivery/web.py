"""An HTTP server on a free port, told by a script how to answer; with or without TLS."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    """Keeps what was posted in `taken` (path, headers, JSON). `script` gives the next answers, else 200 “ok”.

    An answer is a status, or (status, body), or (status, body, headers), or one of: hang-up · stall · drip
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, *, tls=None):
        self.script, self.taken, self.over = [], [], threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def port(self):
        return self.server_address[1]

    @property
    def contents(self):
        return [content for _path, _headers, content in self.taken]

    def handle_error(self, request, client_address):
        """A client that hangs up, or does not like the certificate, is what some tests want."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        content = json.loads(body) if "json" in self.headers["Content-Type"] else body.decode()
        self.server.taken.append((self.path, dict(self.headers), content))
        answer = self.server.script.pop(0) if self.server.script else 200
        if isinstance(answer, str):
            getattr(self, answer.replace("-", "_"))()
        else:
            self.answer(*(answer if isinstance(answer, tuple) else (answer,)))

    def answer(self, status, body="ok", headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())
        self.close_connection = True

    def hang_up(self):
        self.close_connection = True

    def stall(self):
        self.server.over.wait(10)
        self.close_connection = True

    def drip(self):
        with contextlib.suppress(OSError):
            for letter in "HTTP/1.1 200 OK\r\nX: " + "y" * 1000:
                self.wfile.write(letter.encode())
                time.sleep(0.05)
        self.close_connection = True


@contextlib.contextmanager
def serving(**options):
    with Server(**options) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()
