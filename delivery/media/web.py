"""One request to an address that somebody typed in.

To the public internet only, so that nobody reads or writes what stands behind the firewall by way of Plumb: the name is
looked up once, every address it has must be public or in PRIVATE_NETWORKS, and that address is what is connected to.
TLS is verified, redirects are not followed, and what is slow is left. Plain HTTP to this very machine is possible with
DEBUG or PLAIN_HTTP, for trying things out.
"""

import http.client
import ipaddress
import os
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

# The whole of an answer that anybody needs, in bytes, and of its lines in our logs.
LONGEST_ANSWER = 4096
# A name may have many addresses; so many of them are tried.
MOST_ADDRESSES = 3
# How many times the time allowed may pass at worst: for each address, for the encryption, for the answer.
WAITS = MOST_ADDRESSES + 2
PORTS = {"https": 443, "http": 80}
# Networks in whose addresses another one is written: RFC 6052 (NAT64).
NAT64 = ipaddress.ip_network("64:ff9b::/96")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """Nothing may be posted to this address, for the reason given."""


class NotReached(Exception):
    """Nothing was posted: nobody is there, or not to be trusted."""


class NotAnswered(Exception):
    """It was posted, or a part of it, and nobody knows what became of it."""


@dataclass(frozen=True)
class Answer:
    """The status and the headers, by names in lower case, and the beginning of the body as text."""

    status: int
    headers: Mapping[str, str]
    body: str


def is_tried_out() -> bool:
    """Say whether this is an installation where nothing real belongs, so that stand-ins of this machine will do."""
    return bool(settings.DEBUG or settings.PLAIN_HTTP)


def checked(url: str) -> SplitResult:
    """Return the parts of an address that may be posted to; raise Forbidden, with a sentence for people, otherwise."""
    try:
        where = urlsplit(url)
        port = where.port
    except ValueError as error:
        raise Forbidden(_("This is not a web address.")) from error
    if not where.hostname or where.scheme not in PORTS or port == 0 or not url.isprintable() or " " in url:
        raise Forbidden(_("This is not a web address."))
    if where.username or where.password:
        raise Forbidden(_("Write the address without a user name."))
    if where.scheme == "http" and not is_tried_out():
        raise Forbidden(_("The address must begin with https://."))
    return where


def pause_of(answer: Answer | None, *, longest: timedelta) -> timedelta | None:
    """Return for how long the other side asks to be left alone, in seconds as Retry-After says it, if it does."""
    said = answer.headers.get("retry-after", "") if answer else ""
    try:
        return min(max(timedelta(seconds=float(said)), timedelta()), longest)
    except (ValueError, OverflowError):
        return None


def post(
    url: str, content: bytes, *, headers: Mapping[str, str], seconds: float, longest: int = LONGEST_ANSWER
) -> Answer:
    """Post `content` and return the answer as `request` does."""
    return request("POST", url, content, headers=headers, seconds=seconds, longest=longest)


def request(
    method: str,
    url: str,
    content: bytes | None,
    *,
    headers: Mapping[str, str],
    seconds: float,
    longest: int = LONGEST_ANSWER,
) -> Answer:
    """Return the answer, whatever its status, and of its body so many bytes; each step is given so many seconds.

    Raises Forbidden, NotReached, NotAnswered; none of their texts holds the path, which may be a secret.
    """
    where = checked(url)
    connection = _connected(where, _addresses(where), seconds)
    target = f"{where.path or '/'}?{where.query}" if where.query else where.path or "/"
    try:
        with _at_most(seconds, connection.sock):
            connection.request(method, target, content, dict(headers))
            response = connection.getresponse()
            body = response.read(longest).decode(errors="replace")
            told = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, told, body)
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise NotAnswered(f"{type(error).__name__} from {where.hostname}") from error
    finally:
        connection.close()


def _addresses(where: SplitResult) -> list[str]:
    """Return where the name leads, all of it allowed."""
    port = where.port or PORTS[where.scheme]
    try:
        found = socket.getaddrinfo(where.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(f"{where.hostname} has no address") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        _refuse_inner(where, ipaddress.ip_address(address.partition("%")[0]))
    return addresses[:MOST_ADDRESSES]


def _refuse_inner(where: SplitResult, address: IPAddress) -> None:
    inner = _meant(address)
    if is_tried_out() and inner.is_loopback:
        return
    if where.scheme == "http":
        raise Forbidden(_("The address must begin with https://."))
    if any(inner in ipaddress.ip_network(network) for network in settings.PRIVATE_NETWORKS):
        return
    if not inner.is_global or inner.is_multicast or inner.is_reserved or inner.is_unspecified:
        raise Forbidden(_("%(host)s leads into a private network.") % {"host": where.hostname})


def _meant(address: IPAddress) -> IPAddress:
    """Return the address that a packet ends at where an IPv6 address stands for one of IPv4."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _connected(where: SplitResult, addresses: list[str], seconds: float) -> http.client.HTTPConnection:
    """Return a connection to the first of the addresses that answers, encrypted for the host's own name."""
    host, port = where.hostname or "", where.port or PORTS[where.scheme]
    failure: Exception = NotReached(host)
    for address in addresses:
        try:
            plain = socket.create_connection((address, port), timeout=seconds)
        except OSError as error:
            failure = error
            continue
        connection = http.client.HTTPConnection(host, port, timeout=seconds)
        connection.sock = _encrypted(plain, host, seconds) if where.scheme == "https" else plain
        return connection
    raise NotReached(f"{type(failure).__name__} at {host}") from failure


def _encrypted(plain: socket.socket, host: str, seconds: float) -> socket.socket:
    try:
        with _at_most(seconds, plain):
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except (OSError, ValueError) as error:
        plain.close()
        raise NotReached(f"{type(error).__name__} at {host}") from error


@contextmanager
def _at_most(seconds: float, connected: socket.socket) -> Iterator[None]:
    """Hang up after so many seconds: the timeout of a socket is one of each byte, and a byte can be late for hours."""
    same = socket.socket(fileno=os.dup(connected.fileno()))
    timer = threading.Timer(seconds, _hang_up, [same])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        same.close()


def _hang_up(connected: socket.socket) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
