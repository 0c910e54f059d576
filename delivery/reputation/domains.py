"""The domain that an address sends from, spelled one way wherever it is met."""

from email.utils import parseaddr
from functools import lru_cache

from django.conf import settings

from accounts import addresses


@lru_cache(maxsize=256)
def of(address: str) -> str:
    """Return the domain of a sender's address as it goes on the wire, in lower case; "" for none."""
    domain = addresses.domain_of(address)
    try:
        return addresses.ascii_domain(domain)
    except UnicodeError:
        return domain


def of_brand(sender_address: str) -> str:
    """Return the domain from which a brand writes whose own address is this, "" for none."""
    return of(sender_address or parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
