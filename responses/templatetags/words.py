"""The words of customers on pages: templates ask here for them, and never the answer itself."""

from __future__ import annotations

from django import template
from django.template import Context

from responses.models import Response
from responses.word_access import SaidWords, WordAccess

register = template.Library()


@register.simple_tag(takes_context=True)
def words_of(context: Context, response: Response) -> SaidWords:
    """Return the words of an answer as the reader of the page may read them; one query for a whole page."""
    return WordAccess.of_request(context.request).said(response)  # type: ignore[attr-defined]
