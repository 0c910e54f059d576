"""What a request says of who sent it, kept so coarse that it names nobody."""

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

# First match wins: a robot calls itself Chrome as well, and so do Edge, Opera and Outlook.
FAMILIES = (
    ("bot", ("bot", "crawl", "spider", "preview", "scan", "expanding", "facebookexternalhit", "whatsapp", "headless")),
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
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def address(request: HttpRequest) -> str:
    """Return the visitor's address: the last one the proxy wrote when there is a proxy, else the connection's own."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            return forwarded.rpartition(",")[2].strip()
    remote: str = request.META.get("REMOTE_ADDR", "")
    return remote
