"""The few methods of Telegram's Bot API that Plumb uses: JSON by POST, one object back.

https://core.telegram.org/bots/api, “Making requests”: {"ok": true, "result": …}, else {"ok": false, "error_code": …,
"description": …, "parameters": {"retry_after": seconds}}.
"""

import json
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache

from accounts.plaintext import clean
from delivery.media import web
from delivery.models import TelegramBot

HOST = "https://api.telegram.org"
HEADERS = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Plumb"}
TOO_MANY = 429
# An answer repeats the message with all its buttons, and news come many at once.
LONGEST_ANSWER = 1 << 20
LONGEST_REASON = 200
LONGEST_PAUSE = timedelta(hours=1)
QUIET = "The bot has to be quiet, as Telegram said before."


def stand_in(bot: TelegramBot) -> str:
    """Return where a stand-in speaks for Telegram while somebody tries things out, "" in earnest."""
    return bot.base if web.is_tried_out() else ""


class ApiRefusal(Exception):
    """The Bot API says no. `code`: as in HTTP; `after`: for how long the bot has to be quiet, where it says so."""

    def __init__(self, code: int, reason: str, after: timedelta | None = None) -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code, self.reason, self.after = code, reason, after


class BotApi:
    """Speaks to Telegram as one bot. No text of an error holds the token, which stands in the path.

    When Telegram wants a bot to be quiet, no worker says anything as this bot for so long.
    """

    def __init__(self, bot: TelegramBot) -> None:
        self._url = f"{stand_in(bot) or HOST}/bot{bot.token}/"
        self._quiet = f"telegram-quiet-{bot.pk}"

    def call(self, method: str, *, seconds: float | None = None, **parameters: Any) -> Any:
        """Return the result of a method.

        Raises ApiRefusal; web.NotReached where nothing was sent, web.NotAnswered where nobody knows what became of it.
        """
        if (rest := (cache.get(self._quiet) or 0) - time.time()) > 0:
            raise ApiRefusal(TOO_MANY, QUIET, timedelta(seconds=rest))
        content = json.dumps(parameters, ensure_ascii=False).encode()
        wait = settings.TELEGRAM_TIMEOUT if seconds is None else seconds
        answer = web.post(self._url + method, content, headers=HEADERS, seconds=wait, longest=LONGEST_ANSWER)
        told = _object(answer.body)
        if told.get("ok") is True and answer.status == 200:
            return told.get("result")
        if answer.status >= 500:
            raise web.NotAnswered(f"Telegram answered {answer.status}")
        after = _pause(told)
        if answer.status == TOO_MANY and after:
            cache.set(self._quiet, time.time() + after.total_seconds(), timeout=after.total_seconds() + 1)
        raise ApiRefusal(answer.status, clean(str(told.get("description") or ""), limit=LONGEST_REASON), after)


def _object(body: str) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _pause(told: dict[str, Any]) -> timedelta | None:
    parameters = told.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        return None
    return min(timedelta(seconds=min(seconds, 10**6)), LONGEST_PAUSE)
