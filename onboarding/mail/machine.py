"""The machine by which letters leave, as other mail servers see it."""

import ipaddress

from django.conf import settings

from delivery.media.email.transport import SMTP_BACKEND
from onboarding.circumstances import LOCAL_HOSTS

# Nobody outside sees an address of these: a router puts its own in the place (RFC 1918, 4193, 6598 and the like).
WITHIN = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


def mail_host() -> str:
    """Return the name or the address of the server that takes letters, "" where it is of this network alone."""
    host = str(settings.EMAIL_HOST)
    if settings.EMAIL_BACKEND != SMTP_BACKEND or host in LOCAL_HOSTS:
        return ""
    if is_address(host):
        return host if is_seen(host) else ""
    # A name of one word is one of this network, such as that of a container.
    return host if "." in host else ""


def is_named(host: str) -> bool:
    """Return whether the server is known, by a name and not by its address alone."""
    return bool(host) and not is_address(host)


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_seen(address: str) -> bool:
    """Return whether others see letters come from this address."""
    seen = ipaddress.ip_address(address)
    return not any(seen in network for network in WITHIN if network.version == seen.version)
