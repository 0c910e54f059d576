"""Requests to a gateway of which only a template is known: values are put in, never spliced in raw.

A placeholder is `{to}`; `{id:int}`, when it is the whole of a JSON string, becomes a number instead of a string, as
`{number}` always does. What is put in is not looked through for placeholders again.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

PLACEHOLDER = re.compile(r"\{([a-z]+)(:int)?\}")
ONE_ID = "id"
ALWAYS_INT = "number"

Values = Mapping[str, str]


def placeholders(template: str) -> set[str]:
    return {match[1] for match in PLACEHOLDER.finditer(template)}


def plain(template: str, values: Values) -> str:
    """Return a template with the values as they are, for a header."""
    return _put_in(template, values, str)


def address(template: str, values: Values) -> str:
    """Return an address; no value can change anything but the part of the path or query that it stands in."""
    return _put_in(template, values, lambda value: quote(value, safe=""))


def as_json(template: str, values: Values, ids: Sequence[str] = ()) -> bytes:
    """Return JSON with values in its strings. Elements of lists that hold `{id}` are repeated for each of `ids`.

    Raises ValueError where the template is no JSON, and KeyError for an unknown placeholder.
    """
    return json.dumps(_filled(json.loads(template), values, ids)).encode()


def as_form(template: str, values: Values) -> bytes:
    """Return a form from lines of `name=value`."""
    return urlencode([(plain(name, values), plain(value, values)) for name, value in pairs(template)]).encode()


def pairs(template: str) -> list[tuple[str, str]]:
    """Return names and values of the lines of a form. Raises ValueError for a line that is none."""
    lines = [line.strip() for line in template.splitlines() if line.strip()]
    if any("=" not in line or line.startswith("=") for line in lines):
        raise ValueError(template)
    return [(name.strip(), value.strip()) for name, _equals, value in (line.partition("=") for line in lines)]


def _put_in(template: str, values: Values, written: Callable[[str], str]) -> str:
    return PLACEHOLDER.sub(lambda match: written(values[match[1]]), template)


def _filled(part: Any, values: Values, ids: Sequence[str]) -> Any:
    if isinstance(part, dict):
        return {plain(name, values): _filled(inner, values, ids) for name, inner in part.items()}
    if isinstance(part, list):
        return [one for inner in part for one in _repeated(inner, values, ids)]
    return _value(part, values) if isinstance(part, str) else part


def _repeated(part: Any, values: Values, ids: Sequence[str]) -> Iterator[Any]:
    if ids and ONE_ID in placeholders(json.dumps(part)):
        yield from (_filled(part, {**values, ONE_ID: one}, ()) for one in ids)
    else:
        yield _filled(part, values, ids)


def _value(template: str, values: Values) -> str | int:
    alone = PLACEHOLDER.fullmatch(template)
    if alone and (alone[2] or alone[1] == ALWAYS_INT):
        return int(values[alone[1]])
    return plain(template, values)
