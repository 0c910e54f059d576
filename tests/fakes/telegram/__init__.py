"""Telegram: its Bot API with the limits and refusals of the real one, and the people who talk to bots.

Descriptions of refusals are those of tdlib/telegram-bot-api. What it is stricter in: a press is answered once, a button
does one thing, and texts are plain (a parse_mode is refused). A webhook at this machine may be plain HTTP at any port.
"""

import re
import time
from urllib.parse import unquote, urlsplit

from tests.fakes.provider import Refusal
from tests.fakes.telegram.bots import PRIVATE, FakeWebhook, NotPossible
from tests.fakes.telegram.parameters import (
    check_secret,
    check_webhook,
    is_true,
    keyboard_of,
    parameters_of,
    structure,
    text_of,
    whole,
)
from tests.fakes.telegram.people import TelegramPeople
from tests.fakes.telegram.refusals import bad, forbidden, no, too_many
from tests.fakes.telegram.updates import SECRET_HEADER, through

__all__ = ["SECRET_HEADER", "TOKEN", "USERNAME", "FakeTelegram", "NotPossible", "no", "through", "too_many"]

TOKEN = "7000000001:" + "AAF-fake_telegram_token_0123456789x"
USERNAME = "plumb_test_bot"
METHODS = {
    name.lower(): name
    for name in (
        "getMe", "setWebhook", "deleteWebhook", "getWebhookInfo", "getUpdates", "sendMessage", "editMessageText",
        "editMessageReplyMarkup", "answerCallbackQuery", "setMyCommands", "setMyDescription", "setMyShortDescription",
        "sendChatAction", "setMessageReaction",
    )
}  # fmt: skip
PATH = re.compile(r"/bot([^/]+)/(\w+)")
ACTIONS = {"typing", "upload_photo", "record_voice", "upload_document", "choose_sticker", "find_location"}
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
WEBHOOK_IS_ON = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
# How long a poll sleeps before it looks again, in seconds.
NAP = 0.02


class FakeTelegram(TelegramPeople):
    """`calls`: (method, parameters) of what bots asked for; `refusals`: (method, code, description) of what of it was
    refused. `scripts` gives the next answers by method, `script` those of any. `per_chat_per_second`: how many messages
    a chat takes from a bot in a second; None for any number.
    """

    def __init__(self, *, token=TOKEN, username=USERNAME, per_chat_per_second=None, **options):
        self.calls, self.refusals, self.scripts = [], [], {}
        self.per_chat_per_second = per_chat_per_second
        super().__init__(**options)
        self.add_bot(token, username)

    def scripted(self, path):
        name = METHODS.get(urlsplit(path).path.rpartition("/")[2].lower())
        if self.scripts.get(name):
            return self.scripts[name].pop(0)
        return super().scripted(path)

    def answered(self, method, url, headers, body):
        path = PATH.fullmatch(unquote(url.path))
        if path is None:
            raise Refusal(*no(404, "Not Found"))
        bot = self.bots.get(path[1])
        if bot is None:
            raise Refusal(*no(401, "Unauthorized"))
        return 200, self.called(bot, path[2], parameters_of(url, headers, body))

    def called(self, bot, name, told):
        """Do what a bot asks for and return the answer."""
        name = METHODS.get(name.lower())
        if name is None:
            raise Refusal(*no(404, "Not Found"))
        self.calls.append((name, told))
        verb = getattr(self, re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), f"_{name}"))
        try:
            result = verb(bot, told)
        except Refusal as refusal:
            self.refusals.append((name, refusal.status, refusal.content["description"]))
            raise
        words = {"description": result[1]} if isinstance(result, tuple) else {}
        return {"ok": True, "result": result[0] if words else result, **words}

    def answer_to(self, press, bot=None):
        """Return how the press of a button was answered, or None."""
        return self.bot(bot).answers.get(press.content["id"])

    def _get_me(self, bot, told):
        return bot.told() | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def _set_webhook(self, bot, told):
        url = told.get("url") or ""
        if not url:
            return self._delete_webhook(bot, told)
        check_webhook(url)
        secret = str(told.get("secret_token") or "")
        check_secret(secret)
        self._allow(bot, told)
        webhook = FakeWebhook(url, secret, min(max(whole(told, "max_connections", 40), 1), 100))
        was_set, bot.webhook = bot.webhook == webhook, webhook
        return True, "Webhook is already set" if was_set else "Webhook was set"

    def _delete_webhook(self, bot, told):
        if is_true(told, "drop_pending_updates"):
            bot.pending = []
        was_set, bot.webhook = bot.webhook is not None, None
        return True, "Webhook was deleted" if was_set else "Webhook is already deleted"

    def _allow(self, bot, told):
        if is_true(told, "drop_pending_updates"):
            bot.pending = []
        kinds = structure(told, "allowed_updates")
        if kinds is not None:
            bot.allowed = list(kinds)

    def _get_webhook_info(self, bot, told):
        info = {
            "url": bot.webhook.url if bot.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(bot.pending),
        }
        if bot.webhook:
            info["max_connections"] = bot.webhook.max_connections
        if bot.allowed:
            info["allowed_updates"] = bot.allowed
        if bot.webhook and bot.last_error:
            info["last_error_date"], info["last_error_message"] = bot.last_error
        return info

    def _get_updates(self, bot, told):
        if bot.webhook:
            raise Refusal(*no(409, WEBHOOK_IS_ON))
        kinds = structure(told, "allowed_updates")
        if kinds is not None:
            bot.allowed = list(kinds)
        bot.polls += 1
        poll, limit = bot.polls, min(max(whole(told, "limit", 100), 1), 100)
        self._confirm(bot, whole(told, "offset"))
        # Naps are counted, so that a clock that a test has stopped stops nothing here.
        for _nap in range(int(whole(told, "timeout") / NAP)):
            if bot.pending or self.over.wait(NAP):
                break
            if bot.polls != poll or bot.webhook:
                raise Refusal(*no(409, WEBHOOK_IS_ON if bot.webhook else OTHER_POLL))
        return [update.told() for update in bot.pending[:limit]]

    def _confirm(self, bot, offset):
        """Forget what comes before an offset; all but the last so many where it is negative."""
        with self._lock:
            if offset < 0:
                bot.pending = bot.pending[offset:]
            elif offset:
                bot.pending = [update for update in bot.pending if update.update_id >= offset]

    def _send_message(self, bot, told):
        chat = self._reached(bot, told)
        text, keyboard = text_of(told), keyboard_of(told)
        reply = structure(told, "reply_parameters") or {}
        if (
            reply
            and chat.message(whole(reply, "message_id")) is None
            and not is_true(reply, "allow_sending_without_reply")
        ):
            raise bad("message to be replied not found")
        self._pace(chat)
        with self._lock:
            known = chat.message(whole(reply, "message_id"))
            message = chat.add(text, bot.told(), keyboard=keyboard, reply_to=known.message_id if known else None)
        return message.told(chat)

    def _edit_message_text(self, bot, told):
        chat, message = self._editable(bot, told)
        return self._edited(chat, message, text_of(told), keyboard_of(told))

    def _edit_message_reply_markup(self, bot, told):
        chat, message = self._editable(bot, told)
        return self._edited(chat, message, message.text, keyboard_of(told))

    def _edited(self, chat, message, text, keyboard):
        if (text, keyboard) == (message.text, message.keyboard):
            raise bad(NOT_MODIFIED)
        self._pace(chat)
        message.change(text, keyboard)
        return message.told(chat)

    def _editable(self, bot, told):
        chat, number = self._reached(bot, told), whole(told, "message_id")
        if not number:
            raise bad("message identifier is not specified")
        message = chat.message(number)
        if message is None:
            raise bad("message to edit not found")
        if not message.from_bot:
            raise bad("message can't be edited")
        return chat, message

    def _answer_callback_query(self, bot, told):
        text = told.get("text") or ""
        if len(text) > 200:
            raise bad("MESSAGE_TOO_LONG")
        chat = bot.presses.pop(str(told.get("callback_query_id", "")), None)
        if chat is None:
            raise bad(TOO_OLD)
        bot.answers[str(told["callback_query_id"])] = told
        if text:
            chat.notices.append(text)
        return True

    def _set_my_commands(self, bot, told):
        commands = structure(told, "commands") or []
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        bot.commands = commands
        return True

    def _set_my_description(self, bot, told):
        if len(told.get("description") or "") > 512:
            raise bad("description is too long")
        bot.description = told.get("description") or ""
        return True

    def _set_my_short_description(self, bot, told):
        if len(told.get("short_description") or "") > 120:
            raise bad("short description is too long")
        bot.short_description = told.get("short_description") or ""
        return True

    def _send_chat_action(self, bot, told):
        chat = self._reached(bot, told)
        if told.get("action") not in ACTIONS:
            raise bad("wrong parameter action in request")
        chat.actions.append(told["action"])
        return True

    def _set_message_reaction(self, bot, told):
        chat, number = self._reached(bot, told), whole(told, "message_id")
        if chat.message(number) is None:
            raise bad("message to react not found")
        chat.reactions[number] = structure(told, "reaction") or []
        return True

    def _reached(self, bot, told):
        """Return the chat a bot may write to; it may not write first."""
        if told.get("chat_id") in (None, ""):
            raise bad("chat_id is empty")
        chat_id = whole(told, "chat_id", None)
        chat, person = bot.chats.get(chat_id), self.people.get(chat_id)
        if chat is None and person is None:
            raise bad("chat not found")
        if person and person.is_deactivated:
            raise forbidden("user is deactivated")
        if chat is None:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.is_blocked:
            raise forbidden(
                "bot was blocked by the user" if chat.kind == PRIVATE else "bot was kicked from the group chat"
            )
        return chat

    def _pace(self, chat):
        now = time.time()
        chat.sent_at = [at for at in chat.sent_at if at > now - 1]
        if self.per_chat_per_second is not None and len(chat.sent_at) >= self.per_chat_per_second:
            raise Refusal(*too_many(1))
        chat.sent_at.append(now)
