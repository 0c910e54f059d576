"""Whom the claims of a verified ID token let in: an active employee who is known here already, and nobody else."""

from django.conf import settings

from accounts import addresses
from accounts.access.signon import links
from accounts.access.signon.idtoken import Claims
from accounts.access.signon.refusal import Refusal, SignOnRefused
from accounts.models import User

# How providers write that an address is confirmed: OpenID Connect as a boolean, Cognito as a word, Entra as a number.
YES = (True, "true", 1, "1")


def admit(claims: Claims) -> User:
    """Return the person whose subject it is, or whose verified address it is, linked from now on.

    Raises SignOnRefused, and links nobody who is not let in.
    """
    linked = links.person_of(claims["sub"])
    if linked is not None:
        return _welcome(linked)
    address = _verified_address(claims)
    person = User.objects.filter(email=address).first()
    if person is None:
        raise SignOnRefused(Refusal.UNKNOWN, address=address)
    _welcome(person)
    if not links.keep(person, claims["sub"]):
        raise SignOnRefused(Refusal.OTHER_SUBJECT, address=address, person=person)
    return person


def _welcome(person: User) -> User:
    """Return the person; raise SignOnRefused if they may not log in, with a password or without."""
    if not person.is_active:
        raise SignOnRefused(Refusal.INACTIVE, address=person.email or "", person=person)
    if not person.may_log_in:
        raise SignOnRefused(Refusal.NO_ROLE, address=person.email or "", person=person)
    return person


def _verified_address(claims: Claims) -> str:
    """Return the address that the provider vouches for, as it is compared here."""
    told = str(claims.get("email") or "").strip()
    try:
        address = addresses.email(told)
    except ValueError:
        address = ""
    if not address or not _is_written_so(told, address):
        raise SignOnRefused(Refusal.NO_ADDRESS)
    if claims.get(settings.SIGN_ON_VERIFIED_BY) not in YES:
        raise SignOnRefused(Refusal.UNVERIFIED, address=address)
    if address.rpartition("@")[2] not in settings.SIGN_ON_DOMAINS:
        raise SignOnRefused(Refusal.DOMAIN, address=address)
    return address


def _is_written_so(told: str, address: str) -> bool:
    """Say whether a provider wrote this address but for its case, its domain as people read it or as it is sent.

    What is only read as this mailbox ("Ann <ann@…>", a Kelvin sign for a k, an unseen letter) is not what was verified.
    """
    mailbox, _at, host = told.rpartition("@")
    kept, _at, domain = address.rpartition("@")
    return mailbox.isascii() and mailbox.lower() == kept and host.lower() in (domain, addresses.ascii_domain(domain))
