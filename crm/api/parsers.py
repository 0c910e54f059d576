import codecs
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, get_encoding  # type: ignore[attr-defined]  # it is there
from rest_framework.utils.json import strict_constant

from accounts.plaintext import quoted

DEEPEST = 10


class ShallowJSONParser(JSONParser):
    """Read JSON that says each thing once and nests no deeper than anything we take; more would exhaust the stack of
    whoever looks at it."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            text = codecs.getreader(get_encoding(parser_context or {}))(stream)
            body = json.load(text, parse_constant=strict_constant, object_pairs_hook=_once)
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        except ValueError as error:
            raise ParseError(f"JSON parse error - {error}") from None
        level: list[Any] = [body]
        for _depth in range(DEEPEST):
            level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, (dict, list))]
            if not level:
                return body
        raise ParseError(_("The JSON is nested too deeply."))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; one that names something twice would lose all but the last of it."""
    told = dict(pairs)
    if len(told) < len(pairs):
        name, _times = Counter(name for name, _value in pairs).most_common(1)[0]
        raise ValueError(_("“%(name)s” stands more than once in one object.") % {"name": quoted(name)})
    return told


def _inside(outer: Any) -> list[Any]:
    if isinstance(outer, dict):
        return list(outer.values())
    return outer if isinstance(outer, list) else []
