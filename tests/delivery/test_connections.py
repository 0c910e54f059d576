"""Connections that are kept: one is used again only while nothing speaks against it, and nothing is sent twice."""

import contextlib
import socket
import socketserver
import struct
import threading

import pytest

from delivery.media import web, wire
from delivery.media.web import Forbidden, NotAnswered

ANSWER = b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b"
KEPT = b"Connection: keep-alive\r\n"


class Peer(socketserver.ThreadingTCPServer):
    """Takes requests until it ends a connection; `script` names what it does with each, else it keeps it.

    keep · silent: says nothing of keeping · leave: closes after the answer · reset: breaks after it · chatter: says
    more than it was asked · vanish: closes without an answer · cut: promises more than it says
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        self.script, self.taken, self.opened, self.ended = [], [], 0, threading.Event()
        super().__init__(("127.0.0.1", 0), Talk)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/x"

    def shutdown_request(self, request):
        """Talk closes its connections in its own ways."""


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.opened += 1
        while length := self.length():
            self.server.taken.append(self.rfile.read(length).decode())
            if not self.answer(self.server.script.pop(0) if self.server.script else "keep"):
                break
        self.rfile.close()
        self.connection.close()
        self.server.ended.set()

    def length(self):
        lines = iter(lambda: self.rfile.readline().strip().lower(), b"")
        return next((int(line.partition(b":")[2]) for line in list(lines) if line.startswith(b"content-length")), 0)

    def answer(self, what):
        if what == "vanish":
            return False
        body = b"y" * web.LONGEST_ANSWER if what == "cut" else b"ok"
        said = ANSWER % (b"" if what == "silent" else KEPT, len(body) + (what == "cut"), body)
        self.wfile.write(said + said if what == "chatter" else said)
        if what == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return what not in ("leave", "reset")


@pytest.fixture
def peer(settings):
    settings.DEBUG = settings.PLAIN_HTTP = True
    with Peer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def connections():
    with web.Connections() as kept:
        yield kept


def post(connections, peer, content):
    return connections.post(peer.url, content.encode(), headers={"Content-Type": "text/plain"}, seconds=5)


def test_requests_to_one_host_share_a_connection(connections, peer):
    assert [post(connections, peer, content).status for content in "abc"] == [200, 200, 200]

    assert (peer.taken, peer.opened) == (["a", "b", "c"], 1)


@pytest.mark.parametrize("behaviour", ["silent", "cut", "chatter"])
def test_a_connection_is_not_kept_where_the_other_side_does_not_promise_it_or_says_too_much_or_too_little(
    connections, peer, behaviour
):
    peer.script = [behaviour]

    post(connections, peer, "a")
    post(connections, peer, "b")

    assert (peer.taken, peer.opened) == (["a", "b"], 2)


@pytest.mark.parametrize("behaviour", ["leave", "reset"])
def test_what_would_go_over_a_connection_that_ended_meanwhile_goes_over_a_new_one_once(connections, peer, behaviour):
    peer.script = [behaviour]
    post(connections, peer, "a")
    assert peer.ended.wait(5)

    assert post(connections, peer, "b").status == 200

    assert (peer.taken, peer.opened) == (["a", "b"], 2)


def test_what_a_broken_connection_did_not_take_at_all_goes_over_a_new_one_once(connections, peer, monkeypatch):
    """It breaks between the look at it and the request."""
    monkeypatch.setattr(wire.Wire, "is_fit", lambda _wire: True)
    peer.script = ["reset"]
    post(connections, peer, "a")
    assert peer.ended.wait(5)

    assert post(connections, peer, "b").status == 200

    assert (peer.taken, peer.opened) == (["a", "b"], 2)


def test_what_a_kept_connection_took_and_did_not_answer_is_in_doubt_and_not_sent_again(connections, peer):
    peer.script = ["keep", "vanish"]
    post(connections, peer, "a")

    with pytest.raises(NotAnswered):
        post(connections, peer, "b")

    assert (peer.taken, peer.opened) == (["a", "b"], 1)


def test_what_was_half_written_is_in_doubt_and_not_sent_again(connections, peer, monkeypatch):
    post(connections, peer, "a")
    real, sent = socket.socket.send, []

    def send(self, content, *flags):
        sent.append(len(content))
        if len(sent) == 2:
            raise BrokenPipeError
        return real(self, content, *flags)

    (kept,) = connections._kept.values()
    monkeypatch.setattr(kept, "_socket", Halving(kept._socket, send))
    with pytest.raises(NotAnswered, match="BrokenPipeError"):
        post(connections, peer, "b" * 3 * wire.PIECE)

    assert peer.opened == 1


class Halving:
    def __init__(self, connected, send):
        self.connected, self._send = connected, send

    def __getattr__(self, name):
        return getattr(self.connected, name)

    def send(self, content):
        return self._send(self.connected, content)


@pytest.mark.parametrize("limit", ["LONGEST_REST", "LONGEST_LIFE"])
def test_a_connection_that_rested_or_lived_too_long_is_not_used_again(connections, peer, monkeypatch, limit):
    monkeypatch.setattr(wire, limit, -1)

    post(connections, peer, "a")
    post(connections, peer, "b")

    assert (peer.taken, peer.opened) == (["a", "b"], 2)


def test_a_kept_connection_leads_to_where_it_was_allowed_and_the_next_one_is_looked_at_again(
    connections, peer, monkeypatch
):
    url, real = peer.url.replace("127.0.0.1", "hooks.example"), socket.getaddrinfo
    leads_to = ["127.0.0.1", "10.0.0.1"]

    def look_up(host, *args, **kwargs):
        return real(leads_to.pop(0) if host == "hooks.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    ask = lambda: connections.post(url, b"a", headers={}, seconds=5)  # noqa: E731

    assert [ask().status, ask().status] == [200, 200]
    monkeypatch.setattr(wire, "LONGEST_LIFE", -1)
    with pytest.raises(Forbidden):
        ask()

    assert (len(peer.taken), leads_to) == (2, [])


def test_closing_leaves_nothing_open(peer):
    with web.Connections() as kept:
        post(kept, peer, "a")
        (held,) = kept._kept.values()

    assert held._socket.fileno() == -1
    with contextlib.closing(kept):
        assert post(kept, peer, "b").status == 200
