"""A notice as Slack's incoming webhooks take it, and whatever speaks like them (Mattermost, Rocket.Chat, Discord)."""

import json
import re
from typing import Any

from django.utils.translation import gettext as _

from delivery.media.chat.lengths import cut
from delivery.media.notice import Notice

# Slack's limits, in characters.
LONGEST_HEADER = 150
LONGEST_SECTION = 3000
# What would call a whole channel together, were it written by us: customers' words must not.
CALLS = re.compile(r"@(?=(?:channel|here|all|everyone)\b)", re.IGNORECASE)


def written(notice: Notice) -> bytes:
    """Return a notice as JSON: blocks for Slack, and the same as text for those who know no blocks."""
    subject, lines = harmless(notice.subject), "\n".join(map(harmless, notice.lines))
    label = _("Open in Plumb")
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(notice.subject, LONGEST_HEADER)}}
    ]
    if lines:
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": cut(lines, LONGEST_SECTION)}})
    if notice.link:
        button = {"type": "button", "text": {"type": "plain_text", "text": label}, "url": notice.link}
        blocks.append({"type": "actions", "elements": [button]})
    link = f"<{notice.link}|{label}>" if notice.link else ""
    text = "\n".join(filter(None, [f"*{subject}*", lines, link]))
    return json.dumps({"text": text, "blocks": blocks}, ensure_ascii=False).encode()


def harmless(text: str) -> str:
    """Return text in which nothing is a mention, a link or a command to the chat."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return CALLS.sub("@\u200b", escaped)
