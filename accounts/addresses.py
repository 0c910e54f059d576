"""Addresses as they are compared: one spelling for each mailbox, phone and chat, and its keyed hash."""

import hmac
import re
import unicodedata
from functools import lru_cache

import idna
import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from accounts.media import AddressKind, Medium

# RFC 5321 for mailboxes; chats are kept in the same column.
LONGEST = 254
# E.164; some national plans have longer numbers, which no network would carry abroad.
MOST_DIGITS = 15

PHONES = frozenset(medium for medium in Medium if medium.address_kind is AddressKind.PHONE)
is_mailbox = EmailValidator()
NAMED = re.compile(r"[^<>]*<([^<>]+)>")


def normalised(medium: str, value: str, *, region: str = "") -> str:
    """Return the one spelling under which an address is kept and compared; an empty one stays empty.

    Raises ValueError, with a sentence for people, for what is no address of this medium. `region`: see phone().
    """
    if medium == Medium.EMAIL:
        return email(value)
    return phone(value, region) if medium in PHONES else chat(value)


def email(value: str) -> str:
    """Return a mailbox in lower case, its domain as people read it: `user@münchen.example`, `user@faß.example`.

    `Ann <ann@shop.example>` and `mailto:ann@shop.example` are read too. No mail server need take a name outside ASCII
    before the @, so that is refused.
    """
    written = _bare(value)
    if not written:
        return ""
    local, _at, host = _mailbox_in(written).rpartition("@")
    try:
        wire = ascii_domain(host)
        is_mailbox(f"{local}@{wire}")
        readable = domain(wire)
    except (UnicodeError, ValidationError):
        readable = ""
    if not readable or len(local) + 1 + len(wire) > LONGEST:
        raise ValueError(_("“%(value)s” is not an e-mail address.") % {"value": value.strip()})
    return f"{local.lower()}@{readable}"


def on_the_wire(mailbox: str) -> str:
    """Return a mailbox of ours with its domain in ASCII, as letters name it; ValueError, with a sentence, for none."""
    email(mailbox)
    local, at, host = mailbox.rpartition("@")
    return f"{local}{at}{ascii_domain(host)}"


def domain(written: str) -> str:
    """Return a mail domain as people read it, in lower case; UnicodeError when it is none."""
    wire = ascii_domain(written)
    return idna.decode(wire) if "xn--" in wire else wire


def ascii_domain(written: str) -> str:
    """Return a mail domain as it goes on the wire, in lower case; UnicodeError when it has no such form.

    IDNA 2008 after the mapping of UTS 46, non-transitional: ß, ς and the joiners keep their meaning, because
    faß.example and fass.example belong to different people.
    """
    if written.isascii() and "xn--" not in written.lower():
        return written.lower()
    return idna.encode(written, uts46=True, transitional=False).decode()


def phone(value: str, region: str = "") -> str:
    """Return a number in E.164, such as +37060000000; `region` (ISO 3166) explains one without a country code."""
    written = _bare(value).removeprefix("'")
    if not written:
        return ""
    region = region.strip().upper()
    hint = region if region in phonenumbers.SUPPORTED_REGIONS else None
    if hint is None and not written.startswith(("+", "00")):
        raise ValueError(_("Start the phone number with + and the country code, such as +37060000000."))
    try:
        number = phonenumbers.parse("+" + written[2:] if written.startswith("00") and hint is None else written, hint)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError(_("“%(value)s” is not a phone number.") % {"value": value.strip()})
    found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if len(found) > 1 + MOST_DIGITS:
        raise ValueError(_("A phone number has at most %(limit)d digits.") % {"limit": MOST_DIGITS})
    return found


def chat(value: str) -> str:
    """Return the ID of a chat without outer white space; what is in it means something to its provider only."""
    value = value.strip()
    if len(value) > LONGEST:
        raise ValueError(_("Use at most %(limit)d characters.") % {"limit": LONGEST})
    return value


def domain_of(address: str) -> str:
    """Return what follows the @ of a mailbox, in lower case; "" if there is none."""
    return address.rpartition("@")[2].strip().lower() if "@" in address else ""


def digest(medium: str, value: str) -> bytes:
    """Return the 32-byte HMAC-SHA256 of a normalised address under SUPPRESSION_KEY.

    A phone has the same digest whichever medium rings it. Without the key nobody can try out addresses against it.
    """
    return _digest(settings.SUPPRESSION_KEY, medium, value)


def digests(medium: str, value: str) -> tuple[bytes, ...]:
    """Return every digest under which an address may be kept: of the key in force, then of those before it."""
    return tuple(_digest(key, medium, value) for key in _keys())


def short(digest: bytes) -> int:
    """Return the first 64 bits of a digest as a number that PostgreSQL takes: enough to tell asks apart."""
    return int.from_bytes(digest[:8], signed=True)


def key_id() -> str:
    """Return a name for the key in force that gives nothing of it away: eight hexadecimal digits."""
    return _name_of(settings.SUPPRESSION_KEY)


def key_ids() -> tuple[str, ...]:
    """Return the names of all keys that are known, the one in force first."""
    return tuple(_name_of(key) for key in _keys())


def _keys() -> tuple[str, ...]:
    return tuple(dict.fromkeys((settings.SUPPRESSION_KEY, *settings.SUPPRESSION_KEY_FALLBACKS)))


# A batch needs the digest of an address several times over.
@lru_cache(maxsize=8192)
def _digest(key: str, medium: str, value: str) -> bytes:
    kind = "phone" if medium in PHONES else medium
    return hmac.digest(key.encode(), f"address:{kind}:{value}".encode(), "sha256")


def _name_of(key: str) -> str:
    return hmac.digest(key.encode(), b"name of this key", "sha256")[:4].hex()


def _mailbox_in(written: str) -> str:
    """Return the address in `Name <address>` or `mailto:address`, else what was written."""
    named = NAMED.fullmatch(written)
    if named:
        written = named[1].strip()
    return written[len("mailto:") :].partition("?")[0] if written.lower().startswith("mailto:") else written


def _bare(value: str) -> str:
    """Return text in its compatible form (NFKC), without white space and invisible characters around it."""
    text = unicodedata.normalize("NFKC", value) if not value.isascii() else value
    start, end = 0, len(text)
    while start < end and _is_invisible(text[start]):
        start += 1
    while end > start and _is_invisible(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_invisible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Cf", "Cc"}
