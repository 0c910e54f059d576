"""How a code of recommendation is written: people read it out, and other systems send it with deals. Pure."""

import re
import unicodedata

# Letters and digits that nobody mistakes for each other (Crockford's base 32).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST = 40
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
# Word processors and phones make dashes of hyphens.
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")


def canonical(text: str) -> str:
    """Return a code in the one form in which codes are kept and compared: capitals and digits without what parts them.

    What people misread is put right: O is 0, I and L are 1. A code of another system is any word; "" stays "".
    """
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_MISREAD)


def shown(code: str) -> str:
    """Return a code as people read it, in fours: 7K3M-9QX2-…"""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))
