from dataclasses import dataclass
from typing import ClassVar

from delivery.media.messenger.view import ChatView


@dataclass(frozen=True, slots=True)
class ChatParcel:
    """A message on its way into a chat. `bot`: the key of ours; `chat`: Telegram's number of the chat."""

    bot: int
    chat: int
    view: ChatView
    is_trial: ClassVar[bool] = False

    @property
    def account(self) -> int:
        return self.bot
