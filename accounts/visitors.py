"""What a request says of who sent it, kept so coarse that it names nobody."""

import ipaddress
import re
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

# First match wins: a robot calls itself Chrome as well, and so do Edge, Opera and Outlook. No browser of a person names
# an address where one can read about it (+http…), also none within a messenger.
FAMILIES = (
    (
        "bot",
        (
            "bot",
            "crawl",
            "spider",
            "preview",
            "scan",
            "expanding",
            "facebookexternalhit",
            "whatsapp",
            "headless",
            "+http",
        ),
    ),
    ("script", ("curl/", "wget/", "python", "go-http-client", "java/", "okhttp", "httpclient", "libwww", "node-fetch")),
    ("Outlook", ("outlook", "microsoft office")),
    ("Edge", ("edg/", "edga/", "edgios/")),
    ("Opera", ("opr/", "opera")),
    ("Samsung Internet", ("samsungbrowser",)),
    ("Firefox", ("firefox/", "fxios/")),
    ("Chrome", ("chrome/", "crios/", "chromium/")),
    ("Safari", ("safari/", "applewebkit/")),
)
ROBOTS = frozenset({"bot", "script"})
# 2001:db8::1, 192.0.2.1, and both as some proxies write them: [2001:db8::1]:443, 192.0.2.1:443.
WRITTEN = re.compile(r"\[(?P<six>[^\]]+)\](:\d+)?|(?P<four>[\d.]+)(:\d+)?|(?P<bare>[0-9a-fA-F:.]+)")


@lru_cache(maxsize=1024)
def family(user_agent: str) -> str:
    """Return the browser family of a User-Agent header: one of FAMILIES, "other", or "" when there is none."""
    text = user_agent.lower()
    if not text:
        return ""
    return next((name for name, signs in FAMILIES if any(sign in text for sign in signs)), "other")


@lru_cache(maxsize=1024)
def network(address: str) -> str:
    """Return the /24 (IPv4) or /48 (IPv6) network of an address, "" for anything else."""
    plain = _plain(address)
    return str(ipaddress.ip_network((plain, 48 if ":" in plain else 24), strict=False)) if plain else ""


def address(request: HttpRequest) -> str:
    """Return the address of whoever sent the request, as the outermost of our own proxies saw it; "" if unknown.

    Each of the TRUSTED_PROXIES (a number) adds the address it was called from to the right of X-Forwarded-For, so the
    client's is the N-th from the right; what stands left of it was said by the client, who may say anything. A
    shorter list came past the outer proxies. Without proxies, or without the header, it is the connection's own.
    """
    seen: list[str] = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-settings.TRUSTED_PROXIES :]
    if not settings.TRUSTED_PROXIES or seen == [""]:
        return _plain(request.META.get("REMOTE_ADDR", ""))
    return _plain(seen[0])


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    """Return the address alone, without port, brackets and quotes, IPv4 as itself; "" where there is none."""
    found = WRITTEN.fullmatch(text.strip().strip('"'))
    try:
        ip = ipaddress.ip_address((found["six"] or found["four"] or found["bare"]) if found else "")
    except ValueError:
        return ""
    return str(getattr(ip, "ipv4_mapped", None) or ip)
