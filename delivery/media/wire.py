"""One HTTP connection that may be used again, and what can be said of a request that met its end."""

import http.client
import io
import select
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# So many bytes are given at once: over TLS a record, of which the other side can read nothing before it is whole.
PIECE = 16_384
# A connection that rested for longer is not used again, in seconds: servers close theirs after one or two at the least,
# and what is sent just then is in doubt.
LONGEST_REST = 0.9
# One that is older is not used either, so that a name that leads elsewhere by now is looked up again.
LONGEST_LIFE = 60.0


class NotReached(Exception):
    """Nothing was sent: nobody is there, or not to be trusted."""


class NotAnswered(Exception):
    """It was sent, or a part of it, and nobody knows what became of it."""


@dataclass(frozen=True)
class Answer:
    """The status and the headers, by names in lower case, and the beginning of the body as text."""

    status: int
    headers: Mapping[str, str]
    body: str


class Wire:
    """A connection to `host`. Raises NotReached and NotAnswered, whose texts hold nothing of what was sent."""

    def __init__(self, connected: socket.socket, host: str) -> None:
        self._socket, self._host = connected, host
        self._opened_at = self._used_at = time.monotonic()
        # What is asked goes out at once, and not when the answer to the last packet came.
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def is_fit(self) -> bool:
        """Say whether it may be used again: it is young, and the other side has neither hung up nor said more."""
        now = time.monotonic()
        if now - self._used_at > LONGEST_REST or now - self._opened_at > LONGEST_LIFE:
            return False
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return False
        heard = select.poll()
        heard.register(self._socket, select.POLLIN)
        return not heard.poll(0)

    def exchange(self, written: bytes, method: str, *, seconds: float, longest: int) -> tuple[Answer, bool]:
        """Send a request and return the answer, of its body so many bytes, and whether another may follow it here."""
        until = time.monotonic() + seconds
        self._send(written, until)
        heard = _Heard(self._socket, until)
        response = http.client.HTTPResponse(heard, method=method)  # type: ignore[arg-type]
        try:
            response.begin()
            body = response.read(longest).decode(errors="replace")
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotAnswered(f"{type(error).__name__} from {self._host}") from error
        finally:
            self._used_at = time.monotonic()
            is_over = response.isclosed()
            response.close()
        told = {name.lower(): value for name, value in response.getheaders()}
        # One that says nothing of it may hang up at any moment.
        is_promised = not response.will_close and "keep-alive" in told.get("connection", "").lower()
        return Answer(response.status, told, body), is_over and is_promised and not heard.more

    def close(self) -> None:
        self._socket.close()

    def _send(self, written: bytes, until: float) -> None:
        """Send all of it. What fails before the first piece was taken has surely not left us."""
        sent = 0
        try:
            while sent < len(written):
                self._socket.settimeout(_left(until))
                sent += self._socket.send(written[sent : sent + PIECE])
        except OSError as error:
            said = f"{type(error).__name__} from {self._host}"
            raise (NotAnswered(said) if sent else NotReached(said)) from error


class _Heard(io.RawIOBase):
    """What comes from a socket until a moment: its own timeout is one of each byte, which can be late for hours."""

    def __init__(self, connected: socket.socket, until: float) -> None:
        self._socket, self._until = connected, until
        self._is_over = self.more = False

    def makefile(self, _mode: str) -> io.BufferedReader:
        return _Reader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._is_over:
            return None
        self._socket.settimeout(_left(self._until))
        return self._socket.recv_into(buffer)

    def end(self, reader: io.BufferedReader) -> None:
        """Note whether more came than was wanted, without waiting for it."""
        self._is_over = True
        self.more = bool(reader.peek(1))


class _Reader(io.BufferedReader):
    raw: _Heard

    def close(self) -> None:
        if not self.closed:
            self.raw.end(self)
        super().close()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Written(http.client.HTTPConnection):
    """Keeps what would be sent."""

    def __init__(self, host: str, port: int, default_port: int) -> None:
        super().__init__(host, port)
        self.default_port = default_port
        self.content = b""

    def send(self, data: Any) -> None:
        self.content += data


def written(
    method: str, target: str, content: bytes | None, headers: Mapping[str, str], *, host: str, port: int, default: int
) -> bytes:
    """Return a request as it is sent. Raises ValueError where a header cannot be written.

    `default`: the port that need not be named.
    """
    draft = _Written(host, port, default)
    draft.request(method, target, content, {"Connection": "keep-alive", **headers})
    return draft.content
