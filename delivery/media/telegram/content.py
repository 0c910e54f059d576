"""A view of a chat as the parameters of sendMessage and editMessageText. Pure."""

from typing import Any

from delivery.media.messenger.view import ChatButton, ChatView, cut

# Limits of the Bot API, in UTF-16 units.
LONGEST_TEXT, LONGEST_LABEL = 4096, 64


def content(view: ChatView) -> dict[str, Any]:
    return {
        "text": cut(view.text, LONGEST_TEXT),
        "reply_markup": {"inline_keyboard": [[_button(button) for button in row] for row in view.rows if row]},
        # Nobody asked to see what stands behind a link, and what looks is no person.
        "link_preview_options": {"is_disabled": True},
    }


def _button(button: ChatButton) -> dict[str, str]:
    said = {"url": button.url} if button.url else {"callback_data": button.data}
    return {"text": cut(button.label, LONGEST_LABEL)} | said
