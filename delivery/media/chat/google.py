"""A notice as an incoming webhook of Google Chat takes it: a card, and the same as text where no card is shown.

In the paragraphs of a card a few tags of HTML have a meaning, so those of a customer's words are escaped; the title and
the text for notifications are taken as they are.
"""

import html
import json
from typing import Any

from django.utils.translation import gettext as _

from delivery.media.chat.lengths import cut
from delivery.media.notice import Notice

# A message may have 32 kB; this leaves room for letters of four bytes, and for their escapes.
LONGEST_SUBJECT, LONGEST_LINE, MOST_LINES = 150, 1000, 5


def written(notice: Notice) -> bytes:
    subject = cut(notice.subject, LONGEST_SUBJECT)
    widgets: list[dict[str, Any]] = [
        {"textParagraph": {"text": html.escape(cut(line, LONGEST_LINE), quote=False)}}
        for line in notice.lines[:MOST_LINES]
    ]
    if notice.link:
        button = {"text": _("Open in Plumb"), "onClick": {"openLink": {"url": notice.link}}}
        widgets.append({"buttonList": {"buttons": [button]}})
    card: dict[str, Any] = {"header": {"title": subject}}
    if widgets:
        card["sections"] = [{"widgets": widgets}]
    message = {"fallbackText": subject, "cardsV2": [{"cardId": "notice", "card": card}]}
    return json.dumps(message, ensure_ascii=False).encode()
