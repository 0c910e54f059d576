"""Requests to addresses that somebody typed in.

To the public internet only, so that nobody reads or writes what stands behind the firewall by way of Plumb: the name is
looked up once, every address it has must be public or in PRIVATE_NETWORKS, and that address is what is connected to.
TLS is verified, redirects are not followed, and what is slow is left. Plain HTTP to this very machine is possible with
DEBUG or PLAIN_HTTP, for trying things out.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import Self
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from delivery.media import wire
from delivery.media.wire import Answer, NotAnswered, NotReached, Wire

__all__ = [
    "Answer",
    "Connections",
    "Forbidden",
    "NotAnswered",
    "NotReached",
    "checked",
    "is_tried_out",
    "post",
    "request",
]

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


class Connections:
    """Requests over connections that are kept for the next one to the same host. Close it after use.

    A kept connection leads where its name led when it was opened, to an address that was allowed.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, int], Wire] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        while self._kept:
            self._kept.popitem()[1].close()

    def post(
        self, url: str, content: bytes, *, headers: Mapping[str, str], seconds: float, longest: int = LONGEST_ANSWER
    ) -> Answer:
        """Post `content` and return the answer as `request` does."""
        return self.request("POST", url, content, headers=headers, seconds=seconds, longest=longest)

    def request(
        self,
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
        written = _written(method, where, content, headers)
        place = (where.scheme, where.hostname or "", _port(where))
        kept = self._kept.pop(place, None)
        if kept is not None and kept.is_fit():
            try:
                return self._exchanged(kept, place, written, method, seconds, longest)
            except NotReached:
                # Closed in this very moment: nothing of the request was taken.
                pass
        elif kept is not None:
            kept.close()
        opened = Wire(_connected(where, _addresses(where), seconds), place[1])
        return self._exchanged(opened, place, written, method, seconds, longest)

    def _exchanged(
        self, wire: Wire, place: tuple[str, str, int], written: bytes, method: str, seconds: float, longest: int
    ) -> Answer:
        try:
            answer, goes_on = wire.exchange(written, method, seconds=seconds, longest=longest)
        except BaseException:
            wire.close()
            raise
        if goes_on:
            self._kept[place] = wire
        else:
            wire.close()
        return answer


def post(
    url: str, content: bytes, *, headers: Mapping[str, str], seconds: float, longest: int = LONGEST_ANSWER
) -> Answer:
    """Post `content` over a connection of its own and return the answer as `Connections.request` does."""
    with Connections() as once:
        return once.post(url, content, headers=headers, seconds=seconds, longest=longest)


def request(
    method: str,
    url: str,
    content: bytes | None,
    *,
    headers: Mapping[str, str],
    seconds: float,
    longest: int = LONGEST_ANSWER,
) -> Answer:
    """Send one request over a connection of its own and return the answer as `Connections.request` does."""
    with Connections() as once:
        return once.request(method, url, content, headers=headers, seconds=seconds, longest=longest)


def _port(where: SplitResult) -> int:
    return where.port or PORTS[where.scheme]


def _written(method: str, where: SplitResult, content: bytes | None, headers: Mapping[str, str]) -> bytes:
    target = f"{where.path or '/'}?{where.query}" if where.query else where.path or "/"
    host, port, default = where.hostname or "", _port(where), PORTS[where.scheme]
    try:
        return wire.written(method, target, content, headers, host=host, port=port, default=default)
    except (http.client.HTTPException, ValueError) as error:
        raise NotReached(f"{type(error).__name__} before {where.hostname}") from error


def _addresses(where: SplitResult) -> list[str]:
    """Return where the name leads, all of it allowed."""
    port = _port(where)
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


def _connected(where: SplitResult, addresses: list[str], seconds: float) -> socket.socket:
    """Return a connection to the first of the addresses that answers, encrypted for the host's own name."""
    host, port = where.hostname or "", _port(where)
    failure: Exception = NotReached(host)
    for address in addresses:
        try:
            plain = socket.create_connection((address, port), timeout=seconds)
        except OSError as error:
            failure = error
            continue
        return _encrypted(plain, host) if where.scheme == "https" else plain
    raise NotReached(f"{type(failure).__name__} at {host}") from failure


def _encrypted(plain: socket.socket, host: str) -> socket.socket:
    """Return it encrypted; the whole of that may take as long as the timeout of the socket says."""
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except (OSError, ValueError) as error:
        plain.close()
        raise NotReached(f"{type(error).__name__} at {host}") from error
