"""What Telegram knows: bots, people, the chats between them, and the messages in a chat."""

import itertools
import threading
import time
from dataclasses import dataclass, field

# What a bot is not told unless it asked for it by name.
LEFT_OUT = {"chat_member", "message_reaction", "message_reaction_count"}
GROUP, PRIVATE = "group", "private"


class NotPossible(Exception):
    """Telegram's apps do not let a person do that."""


@dataclass
class FakePerson:
    id: int
    first_name: str = "Ann"
    language_code: str = "uk"
    is_deactivated: bool = False

    def told(self):
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language_code,
        }


@dataclass
class FakeMessage:
    """`keyboard`: rows of inline buttons as they were sent. `earlier`: (text, keyboard) before each edit."""

    message_id: int
    from_bot: bool
    text: str
    author: dict
    keyboard: list = field(default_factory=list)
    date: int = field(default_factory=lambda: int(time.time()))
    # Whatever else Telegram says of it: entities, a photo, a caption.
    extra: dict = field(default_factory=dict)
    reply_to: int | None = None
    edited_at: int | None = None
    earlier: list = field(default_factory=list)

    @property
    def edits(self):
        return len(self.earlier)

    @property
    def buttons(self):
        return [button for row in self.keyboard for button in row]

    @property
    def labels(self):
        return [button["text"] for button in self.buttons]

    def change(self, text, keyboard):
        self.earlier.append((self.text, self.keyboard))
        self.text, self.keyboard, self.edited_at = text, keyboard, int(time.time())

    def told(self, chat):
        told = {
            "message_id": self.message_id,
            "from": self.author,
            "chat": chat.told(),
            "date": self.date,
            **({"text": self.text} if self.text else {}),
            **self.extra,
        }
        if self.edited_at is not None:
            told["edit_date"] = self.edited_at
        if self.keyboard:
            told["reply_markup"] = {"inline_keyboard": self.keyboard}
        if self.reply_to is not None:
            told["reply_to_message"] = chat.message(self.reply_to).told(chat)
        return told


@dataclass
class FakeChat:
    """A person's chat with one bot, or a group. `notices`: what answers to presses have shown for a moment."""

    id: int
    name: str
    kind: str = PRIVATE
    is_blocked: bool = False
    messages: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    actions: list = field(default_factory=list)
    reactions: dict = field(default_factory=dict)
    # When the bot sent or edited, for its pace.
    sent_at: list = field(default_factory=list)

    @property
    def last(self):
        """The newest message of the bot."""
        return next(message for message in reversed(self.messages) if message.from_bot)

    def message(self, message_id):
        return next((message for message in self.messages if message.message_id == message_id), None)

    def add(self, text, author, **fields):
        message = FakeMessage(len(self.messages) + 1, author["is_bot"], text, author, **fields)
        self.messages.append(message)
        return message

    def told(self):
        name = "first_name" if self.kind == PRIVATE else "title"
        return {"id": self.id, name: self.name, "type": self.kind}


@dataclass
class FakeUpdate:
    """An update, once made. `statuses`: of the answers to each time that it was posted; 0 where there was none."""

    update_id: int
    kind: str
    content: dict
    chat_id: int
    statuses: list = field(default_factory=list)

    @property
    def is_taken(self):
        return any(200 <= status <= 299 for status in self.statuses)

    def told(self):
        return {"update_id": self.update_id, self.kind: self.content}


@dataclass
class FakeWebhook:
    url: str
    secret: str
    max_connections: int


@dataclass
class FakeBot:
    """`allowed`: the kinds of updates it asked for; empty for Telegram's choice."""

    token: str
    username: str
    first_name: str = "Plumb"
    webhook: FakeWebhook | None = None
    allowed: list = field(default_factory=list)
    pending: list = field(default_factory=list)
    chats: dict = field(default_factory=dict)
    # Presses that wait for an answer, by the ID of the query.
    presses: dict = field(default_factory=dict)
    # How those that have one were answered.
    answers: dict = field(default_factory=dict)
    commands: list = field(default_factory=list)
    description: str = ""
    short_description: str = ""
    last_error: tuple | None = None
    # Counts the calls of getUpdates, of which the newest ends the others.
    polls: int = 0

    # One post at a time, so that none is made twice.
    posting: object = field(default_factory=threading.RLock)

    def __post_init__(self):
        # Two bots give their updates the same numbers, as they may in earnest.
        self.update_ids = itertools.count(700_000_001)

    @property
    def id(self):
        return int(self.token.partition(":")[0])

    def told(self):
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def wants(self, kind):
        return kind in self.allowed if self.allowed else kind not in LEFT_OUT
