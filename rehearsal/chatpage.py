"""The page of caught chats, used as people use Telegram: they press Start, press buttons and write."""

from __future__ import annotations

from typing import Any

import requests

from rehearsal.missed import Missed, expect


class ChatPage:
    """A chat is what the page says of it: {"bot", "chat_id", "name", "messages": [{"text", "keyboard", …}, …], …}."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def chats(self) -> list[dict[str, Any]]:
        found: Any = self.session.get(f"{self.url}/chats", timeout=15).json()
        return list(found)

    def phones(self) -> list[dict[str, Any]]:
        """Return the chats of WhatsApp: {"phone", "messages": [{"id", "from_business", "text", "buttons"}, …], …}."""
        found: Any = self.session.get(f"{self.url}/whatsapp/chats", timeout=15).json()
        return list(found)

    def untold(self) -> int:
        """Return how many news of WhatsApp nobody has taken yet."""
        return int(self.session.get(f"{self.url}/whatsapp/untold", timeout=15).json())

    def write_from(self, phone: str, text: str) -> None:
        self._act("whatsapp/write", phone=phone, text=text)

    def press_on(self, phone: str, label: str) -> None:
        """Press a button of the newest message that has it."""
        self._act("whatsapp/press", phone=phone, label=label)

    def start(self, link: str, name: str, *, person: int | None = None) -> None:
        """Start a bot as somebody new, with a number of their own choice where one is given."""
        self._act("start", link=link, name=name, language="en", person=person or "")

    def press(self, chat: dict[str, Any], label: str) -> None:
        """Press a button of the newest message that has it."""
        found = button(chat, label)
        if found is None:
            raise Missed(f"no message in the chat of {chat['name']} has a button “{label}”")
        self._act("press", **_whose(chat), message_id=found[0], data=found[1])

    def write(self, chat: dict[str, Any], text: str) -> None:
        self._act("write", **_whose(chat), text=text)

    def _act(self, act: str, **form: Any) -> None:
        answer = self.session.post(f"{self.url}/{act}", data=form, timeout=15, allow_redirects=False)
        expect(answer.status_code == 303, f"the chat does not let anybody {act}: {answer.status_code} {answer.text}")


def button(chat: dict[str, Any], label: str) -> tuple[int, str] | None:
    """Return the newest message that has a button, and what the button says when it is pressed."""
    for message in reversed(chat["messages"]):
        for known in (known for row in message["keyboard"] for known in row):
            if known["text"] == label:
                return message["message_id"], known["callback_data"]
    return None


def _whose(chat: dict[str, Any]) -> dict[str, Any]:
    return {"bot": chat["bot"], "chat_id": chat["chat_id"]}
