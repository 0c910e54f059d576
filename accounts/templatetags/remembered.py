"""Pieces of a page that are the same on the next one."""

from collections.abc import Hashable, Sequence

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.translation import get_language

register = template.Library()

# So many pieces of one place are kept in the memory of a process, a kilobyte or two each.
MOST = 1000


class RememberedNode(template.Node):
    """What is drawn of some values, by the language and these values."""

    def __init__(self, values: Sequence[FilterExpression], inside: NodeList) -> None:
        self.values = values
        self.inside = inside
        self.drawn: dict[Hashable, str] = {}

    def render(self, context: template.Context) -> str:
        key = (get_language(), *(value.resolve(context) for value in self.values))
        drawn = self.drawn.get(key)
        if drawn is None:
            drawn = self.inside.render(context)
            if len(self.drawn) >= MOST:
                self.drawn.clear()
            self.drawn[key] = drawn
        return drawn


@register.tag
def remembered(parser: Parser, token: Token) -> RememberedNode:
    """Draw what stands inside once for each language and each of some values.

    {% remembered line words %}…{% endremembered %}: the values are hashable, and nothing inside depends on anything
    else. Equal values are drawn equally, so a whole number must not stand where a fraction may.
    """
    _name, *values = token.split_contents()
    inside = parser.parse(("endremembered",))
    parser.delete_first_token()
    return RememberedNode([parser.compile_filter(value) for value in values], inside)
