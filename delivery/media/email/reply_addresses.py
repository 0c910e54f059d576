"""The address that an answer to a letter of ours comes back to: `reply+<token>@…`, made of REPLY_ADDRESS.

The token is the message's number with an HMAC of it under TOKEN_KEY: nothing is stored, nobody can guess one, and the
same letter has the same address each time it is written. It is in small letters and digits, since mail systems may
change the case of an address.
"""

import base64
import binascii
import re

from django.conf import settings

from accounts import tokens
from delivery.media.email import mime
from delivery.models import Message

PURPOSE = "reply"
# Bytes of the number, before those of the HMAC.
NUMBER = 6
# Base32 of 6 bytes and of the 24 that a token has.
TOKEN = re.compile(r"[a-z2-7]{48}")


def are_read() -> bool:
    """Say whether customers' answers come back here; else they go to whoever wrote, or to the brand."""
    return bool(settings.REPLY_ADDRESS)


def address(message: Message) -> str:
    """Return where an answer to `message` goes."""
    local, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{_token(message.pk)}@{domain}"


def header(message: Message, *, name: str) -> str:
    """Return that address with a name before it, as it is written into Reply-To."""
    return mime.address(name, address(message))


def number_in(found: str) -> int | None:
    """Return the number of the message that an address, in lower case, is an answer to; None when it is not ours."""
    mailbox, _at, domain = found.rpartition("@")
    local, _plus, token = mailbox.rpartition("+")
    if f"{local}@{domain}" != settings.REPLY_ADDRESS.lower() or not TOKEN.fullmatch(token):
        return None
    try:
        given = base64.b32decode(token.upper())
    except binascii.Error:
        return None
    number = int.from_bytes(given[:NUMBER])
    proof = base64.urlsafe_b64encode(given[NUMBER:]).decode()
    return number if tokens.is_derived(proof, PURPOSE, number) else None


def _token(number: int) -> str:
    proof = base64.urlsafe_b64decode(tokens.derive(PURPOSE, number))
    return base64.b32encode(number.to_bytes(NUMBER) + proof).decode().lower()
