"""A notice as a workflow of Microsoft Teams takes it: a message with one Adaptive Card.

The old connectors of Office 365 took cards of another kind and are no more. Text stands in RichTextBlocks: unlike a
TextBlock they know no Markdown, so that nothing in a customer's words is a link, a picture or a mention.
"""

import json
from typing import Any

from django.utils.translation import gettext as _

from delivery.media.chat.lengths import cut
from delivery.media.notice import Notice

# A message may have 28 kB; this leaves room for letters of four bytes, and for their escapes.
LONGEST_SUBJECT, LONGEST_LINE, MOST_LINES = 150, 1000, 5
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


def written(notice: Notice) -> bytes:
    subject = cut(notice.subject, LONGEST_SUBJECT)
    body = [_block(subject, weight="Bolder", size="Medium")]
    body += [_block(cut(line, LONGEST_LINE)) for line in notice.lines[:MOST_LINES]]
    card: dict[str, Any] = {"$schema": SCHEMA, "type": "AdaptiveCard", "version": "1.2", "body": body}
    if notice.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": _("Open in Plumb"), "url": notice.link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    message = {"type": "message", "summary": subject, "attachments": [attachment]}
    return json.dumps(message, ensure_ascii=False).encode()


def _block(text: str, **look: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}
