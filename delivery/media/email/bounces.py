"""What a refusal says about the address, by its enhanced status code (RFC 3463)."""

import re

from delivery.models import Message

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
# Bad mailbox, bad system, bad syntax, moved without a trace, no mail here (RFC 7505), mailbox disabled.
NO_SUCH_ADDRESS = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
# The other subjects (protocol, content, policy) speak of us or of the message, not of the address.
OF_THE_ADDRESS = frozenset({"0", "1", "2", "3", "4"})


def of_status(status: str) -> str:
    """Return which bounce (hard, soft or "") the first enhanced status code in a text is for its address."""
    codes = [match.groups() for match in ENHANCED.finditer(status)]
    # The reason is often only in the words of the server behind, while the report itself says "other".
    precise = [code for code in codes if code[1:] != ("0", "0")] or codes
    if not precise:
        return ""
    kind, subject, detail = precise[0]
    if kind == "2" or subject not in OF_THE_ADDRESS:
        return ""
    if kind == "5" and f"{subject}.{detail}" in NO_SUCH_ADDRESS:
        return Message.Bounce.HARD
    return Message.Bounce.SOFT
