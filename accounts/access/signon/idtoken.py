"""What an ID token claims, once it is certain that the provider said it, lately, to us, about this attempt.

OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725 for what to refuse.
"""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

import jwt

# Never a symmetric one or none: a key that everybody may read would sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
NEEDED = ("iss", "sub", "aud", "exp", "iat", "nonce")
# Clocks differ.
LEEWAY_SECONDS = 60
# As long as the column that keeps it.
LONGEST_SUBJECT = 191

Claims = Mapping[str, Any]


class Forged(Exception):
    """An ID token that is not what the provider would say; the message is for the log and quotes nothing of it."""


def claims_of(token: str, *, keys: Any, issuer: str, client_id: str, nonce: str) -> Claims:
    """Return what `token` claims; raise Forged where anything of it is not as it must be.

    `keys`: the provider's JWK set as it was read, `nonce`: what this attempt sent along.
    """
    try:
        claims: Claims = jwt.decode(
            token,
            _key_of(token, keys),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": list(NEEDED)},
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise Forged(type(error).__name__) from error
    if not compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise Forged("another nonce")
    is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if is_for_several else client_id) != client_id:
        raise Forged("another party")
    if not 0 < len(claims["sub"]) <= LONGEST_SUBJECT or not claims["sub"].isprintable():
        raise Forged("no subject")
    return claims


def _key_of(token: str, keys: Any) -> jwt.PyJWK:
    """Return the key that the token names; the only one where it names none."""
    name = jwt.get_unverified_header(token).get("kid")
    if not isinstance(keys, dict):
        raise Forged("no keys")
    found = jwt.PyJWKSet.from_dict(keys).keys
    named = [key for key in found if key.key_id == name or (name is None and len(found) == 1)]
    if not named:
        raise Forged("unknown key")
    return named[0]
