"""How often the question of a widget was seen, closed and answered, by day: no row per look, nothing of who looked.

Each ticket counts once, on the day on which it was shown, whatever is sent again.
"""

import random
from enum import StrEnum

from django.core.cache import cache

from accounts import company_clock
from accounts.prepared import Prepared
from responses.models import WebWidget, WidgetDay
from responses.widgets.ticket import LIFE, WidgetTicket

ADD = """
INSERT INTO responses_widgetday AS known (widget_id, day, part, seen, closed, answered)
VALUES (%(widget_id)s, %(day)s, %(part)s, %(seen)s, %(closed)s, %(answered)s)
ON CONFLICT (widget_id, day, part) DO UPDATE SET seen = known.seen + EXCLUDED.seen,
    closed = known.closed + EXCLUDED.closed, answered = known.answered + EXCLUDED.answered
"""
TYPES = {
    "widget_id": "bigint", "day": "date", "part": "smallint", "seen": "integer", "closed": "integer",
    "answered": "integer",
}  # fmt: skip
# A crash of PostgreSQL may cost the looks of a moment; they wait for no disk.
COUNT = Prepared("plumb_widget_look", ADD, TYPES, waits=False)


class WidgetLook(StrEnum):
    """What became of a question that was shown. Whatever it was, it was seen."""

    SEEN = "seen"
    CLOSED = "closed"
    ANSWERED = "answered"


def note(widget: WebWidget, ticket: WidgetTicket, look: WidgetLook) -> None:
    """Count what became of a question; told again it counts nothing, and what was answered is not closed any more."""
    if look is WidgetLook.CLOSED and cache.has_key(_name(widget, ticket, WidgetLook.ANSWERED)):
        return
    news = [each for each in WidgetLook if each in (WidgetLook.SEEN, look) and _is_news(widget, ticket, each)]
    if news:
        COUNT.run(
            {
                "widget_id": widget.pk,
                "day": company_clock.today(ticket.given_at),
                "part": random.randrange(WidgetDay.PARTS),  # noqa: S311 any of them
                **{each.value: int(each in news) for each in WidgetLook},
            },
            returns=False,
        )


def _is_news(widget: WebWidget, ticket: WidgetTicket, look: WidgetLook) -> bool:
    return cache.add(_name(widget, ticket, look), 1, int(LIFE.total_seconds()))


def _name(widget: WebWidget, ticket: WidgetTicket, look: WidgetLook) -> str:
    return f"widget-{look}-{ticket.secret_hash(widget).hex()}"
