"""A real SMTP server on a free port, told by a script how to behave."""

import contextlib
import socket
import socketserver
import threading
from email import message_from_bytes, policy


class Server(socketserver.ThreadingTCPServer):
    """Keeps what it took in `taken` (envelope, bytes). `script` names what goes wrong for the next messages.

    ok · rcpt-4xx · rcpt-5xx · rcpt-odd · rcpt-bad · mail-5xx · data-4xx · data-5xx · drop-after-data · drop-at-mail ·
    closing · stall
    """

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self, *, pipelining=False):
        self.pipelining = pipelining
        self.script, self.taken = [], []
        self.connections = self.open = self.most_open = 0
        self.refusing = False
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Session)

    @property
    def port(self):
        return self.server_address[1]

    @property
    def messages(self):
        return [message_from_bytes(content, policy=policy.default) for _sender, _to, content in self.taken]

    @property
    def message_ids(self):
        return [message["Message-ID"] for message in self.messages]

    def next(self):
        with self.lock:
            return self.script.pop(0) if self.script else "ok"


class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        with self.server.lock:
            self.server.connections += 1
            self.server.open += 1
            self.server.most_open = max(self.server.most_open, self.server.open)
        try:
            self.converse()
        finally:
            with self.server.lock:
                self.server.open -= 1

    def converse(self):
        if self.server.refusing:
            self.say("421 4.3.2 not now")
            return
        self.say("220 test")
        with contextlib.suppress(ConnectionError, Hangup):
            while line := self.rfile.readline():
                verb, _, rest = line.decode().strip().partition(" ")
                getattr(self, f"do_{verb.lower()}")(rest)

    def do_ehlo(self, _rest):
        if self.server.pipelining:
            self.say("250-test")
            self.say("250 PIPELINING")
        else:
            self.say("250 test")

    def do_mail(self, rest):
        self.behaviour = self.server.next()
        self.sender, self.to = rest, None
        if self.behaviour == "drop-at-mail":
            raise Hangup
        if self.behaviour == "closing":
            self.say("421 4.7.0 enough for one connection")
            raise Hangup
        if self.behaviour == "stall":
            threading.Event().wait(3)
            raise Hangup
        self.say("550 5.7.1 who are you" if self.behaviour == "mail-5xx" else "250 ok")

    def do_rcpt(self, rest):
        refusals = {
            "rcpt-4xx": "451 4.7.1 greylisted",
            "rcpt-5xx": "550 5.7.1 not allowed",
            "rcpt-odd": "550 5.7.1 you are \x00strange, " + "\x07" * 600 + "😀 " * 300,
            "rcpt-bad": "550 5.1.1 no such user",
            "mail-5xx": "503 5.5.1 sender first",
        }
        if self.behaviour in refusals:
            self.say(refusals[self.behaviour])
        else:
            self.to = rest
            self.say("250 ok")

    def do_data(self, _rest):
        if self.to is None:
            self.say("554 5.5.1 no valid recipients")
            return
        self.say("354 go on")
        content = b""
        while not content.endswith(b"\r\n.\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            content += line
        self.finish_data(content[:-3].replace(b"\r\n..", b"\r\n."))

    def finish_data(self, content):
        if self.behaviour == "data-4xx":
            self.say("452 4.2.2 disk full")
        elif self.behaviour == "data-5xx":
            self.say("554 5.6.0 we do not like this")
        else:
            self.server.taken.append((self.sender, self.to, content))
            if self.behaviour == "drop-after-data":
                raise Hangup
            self.say("250 taken")

    def do_rset(self, _rest):
        self.say("250 ok")

    def do_quit(self, _rest):
        self.say("221 bye")
        raise Hangup


class Hangup(Exception):
    pass


@contextlib.contextmanager
def serving(**options):
    with Server(**options) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
