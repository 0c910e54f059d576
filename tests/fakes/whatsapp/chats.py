"""The conversations of people with a number, and what they do there."""

import time
from dataclasses import dataclass, field

WINDOW = 24 * 3600


class NotPossible(Exception):
    """WhatsApp does not let a person do that."""


@dataclass
class FakeWhatsAppMessage:
    """`buttons`: (label, what it says or where it leads). `told`: the request that made it, of messages of ours."""

    id: str
    from_business: bool
    text: str
    buttons: list = field(default_factory=list)
    template: str = ""
    category: str = "service"
    to: str = ""
    reference: str = ""
    told: dict = field(default_factory=dict)
    reply_to: str | None = None
    statuses: list = field(default_factory=list)
    sent_at: float = field(default_factory=time.time)

    @property
    def labels(self):
        return [label for label, _says in self.buttons]

    @property
    def link(self):
        return next((says for _label, says in self.buttons if str(says).startswith("http")), "")


@dataclass
class FakeConversation:
    """A person's chat with one number. `written_at`: when they wrote last, by the clock of this machine."""

    phone: str
    name: str = "Ann"
    messages: list = field(default_factory=list)
    written_at: float = 0.0

    @property
    def is_open(self):
        return time.time() - self.written_at < WINDOW

    def message(self, wamid):
        return next((message for message in self.messages if message.id == wamid), None)

    @property
    def ours(self):
        return [message for message in self.messages if message.from_business]


class WhatsAppPeople:
    """Every act takes `number`, where there are several, and `times` and `delay` of the call that tells of it; it
    returns what the calls were answered with."""

    def __init__(self, **options):
        # By phone number ID and phone.
        self.chats = {}
        super().__init__(**options)

    def chat(self, phone, number=None):
        """Return the chat of a person with a number, which need not have begun."""
        return self.chats.setdefault((self.number_of(number).id, phone), FakeConversation(phone))

    def write(self, phone, text, *, replies_to=None, number=None, **options):
        if not text.strip() or len(text) > 4096:
            raise NotPossible("A message has 1 to 4096 characters.")
        return self._say(phone, {"type": "text", "text": {"body": text}}, text, replies_to, number, **options)

    def press(self, phone, label, *, message=None, number=None, **options):
        """Press a button or choose a row, of the newest message that has it by default."""
        chat = self.chat(phone, number)
        shown = [message] if message else reversed(chat.ours)
        found = next(((m, says) for m in shown for name, says in m.buttons if name == label), None)
        if found is None:
            raise NotPossible(f"No message of this chat has the button {label}.")
        pressed, says = found
        if str(says).startswith("http"):
            raise NotPossible(f"{label} opens {says}.")
        if pressed.template:
            content = {"type": "button", "button": {"payload": says, "text": label}}
        else:
            kind = "list_reply" if pressed.told.get("interactive", {}).get("type") == "list" else "button_reply"
            content = {"type": "interactive", "interactive": {"type": kind, kind: {"id": says, "title": label}}}
        return self._say(phone, content, label, pressed.id, number, **options)

    def send_media(self, phone, kind="image", *, caption="", number=None, **options):
        media = {"id": "1003383421387256", "mime_type": "image/jpeg", "sha256": "x"}
        content = {"type": kind, kind: media | ({"caption": caption} if caption else {})}
        return self._say(phone, content, caption, None, number, **options)

    def say(self, phone, content, *, number=None, **options):
        """Let anything else arrive: `content` holds its type and what that type holds."""
        return self._say(phone, content, "", None, number, **options)

    def stop_marketing(self, phone, *, number=None, value="stop", **options):
        """Tell Meta itself: no more offers from this business."""
        (self.stopped.add if value == "stop" else self.stopped.discard)(phone)
        told = {"wa_id": phone[1:], "detail": f"User requested to {value} marketing messages",
                "category": "marketing_messages", "value": value, "timestamp": int(time.time())}  # fmt: skip
        value = {**self._metadata(number), "user_preferences": [told]}
        return self.tell_change("user_preferences", value, number=number, **options)

    def let_the_window_close(self, phone, number=None):
        self.chat(phone, number).written_at = 0.0

    def _say(self, phone, content, text, replies_to, number, *, wamid=None, at=None, **options):
        chat = self.chat(phone, number)
        at = int(at or time.time())
        wamid = wamid or self.new_id()
        told = {"from": phone[1:], "id": wamid, "timestamp": str(at), **content}
        if replies_to:
            told["context"] = {"from": self.number_of(number).display[1:], "id": getattr(replies_to, "id", replies_to)}
        with self._lock:
            chat.written_at = max(chat.written_at, at)
            if chat.message(wamid) is None:
                chat.messages.append(FakeWhatsAppMessage(wamid, False, text, reply_to=replies_to))
        value = {
            **self._metadata(number),
            "contacts": [{"profile": {"name": chat.name}, "wa_id": phone[1:], "user_id": f"UA.{phone[1:]}"}],
            "messages": [told],
        }
        return self.tell_change("messages", value, number=number, **options)
