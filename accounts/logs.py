"""Keep secrets and personal data out of the logs, wherever in a record they stand: message, values or traceback."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

# Links that let somebody in, or speak in somebody's name, carry that right in their path.
LINKS = re.compile(
    r"(/(?:[csu]|try|wall|quotes|o/confirm|k/pair|recommend/mine|accounts/first)/)[A-Za-z0-9_-]{8,}"
    r"|(/password/reset/key/[0-9A-Za-z]+-)[^/\s\"']+"
    r"|(/address/(?:confirm|object)/)[^/\s\"']+"
    r"|(/accounts/welcome/\d+/)[^/\s\"']+"
    r"|(/sms/\d+/)[^/\s\"']+"
)
# PostgreSQL quotes the row or the value that it refuses.
QUOTED = re.compile(
    r"(Key \([^)\n]*\)=).*?(?= (?:already exists|is not present|is still referenced|conflicts with)|\.?$)"
    r"|(Failing row contains ).*$"
    r"|(invalid input syntax for type [\w ]+: ).*$"
    r"|(^CONTEXT:.*?: ).*$",
    re.MULTILINE,
)
HIDDEN = "***"


def hide(text: str) -> str:
    """Return `text` without the tokens of links and without the values that a database error quotes."""
    for pattern in (LINKS, QUOTED):
        text = pattern.sub(lambda found: next(filter(None, found.groups())) + HIDDEN, text)
    return text


def hide_values(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what is nobody's business in everything a line says, its traceback included (a processor of structlog)."""
    for name, value in line.items():
        line[name] = _hidden(value)
    return line


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_hidden(part) for part in value]
    if isinstance(value, dict):
        return {name: _hidden(part) for name, part in value.items()}
    return value


class HideTokens(logging.Filter):
    """The same for the message of each record of a handler that writes lines in its own way."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = hide(message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True
