import re

from accounts.addresses import ascii_domain
from delivery.composers import Unsendable

_ATOMS = r"[^\s<>@,;:\"()\[\]\\\x00-\x1f\x7f]+"
MAILBOX = re.compile(f"{_ATOMS}@{_ATOMS}")


def mailbox(address: str) -> str:
    """Return an address in the ASCII form that every mail server takes; raises Unsendable when it has none."""
    if not MAILBOX.fullmatch(address):
        raise Unsendable(f"“{address}” is not an e-mail address.", bad_address=True)
    local, _at, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{ascii_domain(domain)}"
    except UnicodeError as error:
        raise Unsendable(f"“{address}” cannot be written in ASCII.") from error
