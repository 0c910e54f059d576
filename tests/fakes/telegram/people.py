"""What people do in Telegram, and what their bots are told of it."""

import re
import time

from tests.fakes.telegram.bots import GROUP, FakeChat, FakePerson, NotPossible
from tests.fakes.telegram.updates import TelegramUpdates

COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}")
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class TelegramPeople(TelegramUpdates):
    """Every act takes `bot`, where there are several, and `times` and `delay` of its update, which it returns."""

    def __init__(self, **options):
        self.people = {}
        super().__init__(**options)

    def meet(self, chat_id, first_name="", language_code=""):
        """Let there be a person, who may not have started any bot."""
        person = self.people.setdefault(chat_id, FakePerson(chat_id))
        person.first_name = first_name or person.first_name
        person.language_code = language_code or person.language_code
        return person

    def chat(self, chat_id, bot=None):
        chat = self.bot(bot).chats.get(chat_id)
        if chat is None:
            raise NotPossible(f"{chat_id} has no chat with this bot.")
        return chat

    def start(self, chat_id, payload="", *, bot=None, first_name="", language_code="", **options):
        """Press Start, with what stands behind `?start=` in the link; a bot that was blocked is let in again first."""
        if not PAYLOAD.fullmatch(payload):
            raise NotPossible("A link starts a bot with 1 to 64 of A-Z a-z 0-9 _ - only.")
        bot, person = self.bot(bot), self.meet(chat_id, first_name, language_code)
        chat = bot.chats.setdefault(chat_id, FakeChat(chat_id, person.first_name))
        if chat.is_blocked:
            self.unblock(chat_id, bot=bot)
        return self._say(bot, chat, f"/start {payload}".strip(), **options)

    def write(self, chat_id, text, *, reply_to=None, bot=None, **options):
        if not text.strip() or len(text) > 4096:
            raise NotPossible("A message has 1 to 4096 characters.")
        bot, chat = self._open(chat_id, bot)
        if reply_to is not None and chat.message(reply_to) is None:
            raise NotPossible(f"There is no message {reply_to} to reply to.")
        return self._say(bot, chat, text.strip(), reply_to=reply_to, **options)

    def send_photo(self, chat_id, caption="", *, bot=None, **options):
        sizes = [_file(self, width=width, height=width) for width in (90, 800)]
        extra = {"photo": sizes} | ({"caption": caption} if caption else {})
        return self._say(*self._open(chat_id, bot), "", extra=extra, **options)

    def send_voice(self, chat_id, *, bot=None, **options):
        voice = _file(self, duration=3, mime_type="audio/ogg")
        return self._say(*self._open(chat_id, bot), "", extra={"voice": voice}, **options)

    def edit_written(self, chat_id, message_id, text, *, bot=None, **options):
        bot, chat = self._open(chat_id, bot)
        message = chat.message(message_id)
        if message is None or message.from_bot or not message.text:
            raise NotPossible(f"{message_id} is no text of this person.")
        message.change(text, [])
        return self.tell(bot, "edited_message", message.told(chat), chat_id, **options)

    def press(
        self, chat_id, label_or_data, *, message_id=None, bot=None, before_edits=False, inaccessible=False, **options
    ):
        """Press a button of a message, of the newest that has it by default.

        `before_edits`: the screen still shows what the message was before it was edited last. `inaccessible`: the
        message is too old for Telegram to tell what stood in it.
        """
        bot, chat = self._open(chat_id, bot)
        message, button = _button(chat, label_or_data, message_id, before_edits)
        if "url" in button:
            raise NotPossible(f"{button['text']} opens {button['url']}.")
        told = message.told(chat)
        if inaccessible:
            told = {"message_id": message.message_id, "chat": chat.told(), "date": 0}
        query = f"{4_382_000_000_000_000_000 + self.number()}"
        content = {"id": query, "from": self._person(chat, bot), "message": told, "chat_instance": f"{-chat_id}",
                   "data": button["callback_data"]}  # fmt: skip
        # The answer may come while the press is being told.
        bot.presses[query] = chat
        return self.tell(bot, "callback_query", content, chat_id, **options)

    def forget_presses(self, bot=None):
        """Let time pass, until no press can be answered any more."""
        self.bot(bot).presses.clear()

    def block(self, chat_id, *, bot=None, **options):
        return self._admit(chat_id, bot, is_blocked=True, **options)

    def unblock(self, chat_id, *, bot=None, **options):
        return self._admit(chat_id, bot, is_blocked=False, **options)

    def deactivate(self, chat_id):
        """Delete the account; no bot is told."""
        self.meet(chat_id).is_deactivated = True

    def add_to_group(self, group_id, title="Team", *, by=1, bot=None, **options):
        bot = self.bot(bot)
        chat = bot.chats[group_id] = FakeChat(group_id, title, GROUP)
        return self._member(bot, chat, "left", "member", self.meet(by).told(), **options)

    def write_in_group(self, group_id, text, *, by=1, bot=None, **options):
        """Write in a group, which the bot is added to where it was not."""
        bot = self.bot(bot)
        if group_id not in bot.chats:
            self.add_to_group(group_id, by=by, bot=bot)
        return self._say(bot, bot.chats[group_id], text, author=self.meet(by).told(), **options)

    def _open(self, chat_id, bot):
        bot, chat = self.bot(bot), self.chat(chat_id, bot)
        if chat.is_blocked:
            raise NotPossible(f"{chat_id} has blocked this bot.")
        if chat_id in self.people and self.people[chat_id].is_deactivated:
            raise NotPossible(f"{chat_id} has deleted the account.")
        return bot, chat

    def _say(self, bot, chat, text, *, author=None, extra=None, reply_to=None, **options):
        extra = dict(extra or {})
        command = COMMAND.match(text)
        if command:
            extra["entities"] = [{"offset": 0, "length": len(command[0]), "type": "bot_command"}]
        with self._lock:
            message = chat.add(text, author or self._person(chat, bot), extra=extra, reply_to=reply_to)
        return self.tell(bot, "message", message.told(chat), chat.id, **options)

    def _admit(self, chat_id, bot, *, is_blocked, **options):
        bot, chat = self.bot(bot), self.chat(chat_id, bot)
        if chat.is_blocked == is_blocked:
            raise NotPossible("It is so already.")
        chat.is_blocked = is_blocked
        before, after = ("member", "kicked") if is_blocked else ("kicked", "member")
        return self._member(bot, chat, before, after, self._person(chat, bot), **options)

    def _member(self, bot, chat, before, after, by, **options):
        states = [{"user": bot.told(), "status": status} for status in (before, after)]
        for state in states:
            if state["status"] == "kicked":
                state["until_date"] = 0
        content = {"chat": chat.told(), "from": by, "date": int(time.time()), "old_chat_member": states[0],
                   "new_chat_member": states[1]}  # fmt: skip
        return self.tell(bot, "my_chat_member", content, chat.id, **options)

    def _person(self, chat, bot):
        return self.meet(chat.id).told()


def _button(chat, wanted, message_id, before_edits):
    for message in reversed(chat.messages):
        if not message.from_bot or message_id not in (None, message.message_id):
            continue
        keyboard = message.earlier[-1][1] if before_edits and message.earlier else message.keyboard
        buttons = [button for row in keyboard for button in row]
        for key in ("callback_data", "text"):
            found = next((button for button in buttons if button.get(key) == wanted), None)
            if found:
                return message, found
    raise NotPossible(f"No message has a button {wanted!r} now.")


def _file(server, **details):
    number = server.number()
    return {"file_id": f"AgAD{number:08}", "file_unique_id": f"AQ{number:06}", "file_size": 1024, **details}
