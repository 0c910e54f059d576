"""A view of a chat as Meta wants it: text, with up to three buttons, or with a list of up to ten rows. Pure.

https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages and
…/interactive-list-messages. A message with buttons opens no address, so that addresses stand in its text.
"""

from typing import Any

from delivery.media.messenger.view import ChatButton, ChatView, cut

LONGEST_TEXT, LONGEST_BODY = 4096, 1024
MOST_BUTTONS, LONGEST_BUTTON = 3, 20
MOST_ROWS, LONGEST_ROW, LONGEST_DESCRIPTION = 10, 24, 72


def content(view: ChatView) -> dict[str, Any]:
    said = "\n\n".join([view.text, *(f"{button.label}:\n{button.url}" for button in view.buttons if button.url)])
    pressed = [button for button in view.buttons if not button.url][:MOST_ROWS]
    if not pressed:
        return {"type": "text", "text": {"body": cut(said, LONGEST_TEXT), "preview_url": False}}
    action = _buttons(pressed) if _fit_side_by_side(pressed) else _list(pressed, view.choose)
    return {"type": "interactive", "interactive": {"body": {"text": cut(said, LONGEST_BODY)}, **action}}


def _fit_side_by_side(pressed: list[ChatButton]) -> bool:
    return len(pressed) <= MOST_BUTTONS and all(cut(b.label, LONGEST_BUTTON) == b.label for b in pressed)


def _buttons(pressed: list[ChatButton]) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": button.data, "title": button.label}} for button in pressed]
    return {"type": "button", "action": {"buttons": replies}}


def _list(pressed: list[ChatButton], choose: str) -> dict[str, Any]:
    rows = [_row(button) for button in pressed]
    return {"type": "list", "action": {"button": cut(choose or "…", LONGEST_BUTTON), "sections": [{"rows": rows}]}}


def _row(button: ChatButton) -> dict[str, str]:
    row = {"id": button.data, "title": cut(button.label, LONGEST_ROW)}
    # What is too long for a title stands below it, whole.
    longer = {"description": cut(button.label, LONGEST_DESCRIPTION)} if row["title"] != button.label else {}
    return row | longer
