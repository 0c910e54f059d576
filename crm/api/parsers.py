from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 10


class ShallowJSONParser(JSONParser):
    """Read JSON that nests no deeper than anything we take; more would exhaust the stack of whoever looks at it."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        level: list[Any] = [body]
        for _depth in range(DEEPEST):
            level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, (dict, list))]
            if not level:
                return body
        raise ParseError(_("The JSON is nested too deeply."))


def _inside(outer: Any) -> list[Any]:
    if isinstance(outer, dict):
        return list(outer.values())
    return outer if isinstance(outer, list) else []
