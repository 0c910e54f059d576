"""How bots get to know what happened: by posts to a webhook, or in a queue for getUpdates."""

import json
import threading
import time
import urllib.error
import urllib.request

from tests.fakes.provider import Refusal, ScriptedServer, json_of
from tests.fakes.telegram.bots import FakeBot, FakeUpdate, NotPossible

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
# How often a post that is answered with anything but 2xx is made, at once; later, with whatever comes next.
TRIES = 3
# What the answer to a post may not ask for, beside what begins with "get".
NOT_BY_ANSWER = {"setwebhook", "deletewebhook", "close", "logout"}


class StayHere(urllib.request.HTTPRedirectHandler):
    """A webhook that redirects is refused."""

    def redirect_request(self, *_args):
        return None


class TelegramUpdates(ScriptedServer):
    """Bots and what they are told. Posts go through `post_update(url, update, headers)`, which returns a status, a
    status with a body, or a response of Django: a test puts `through(client)` there.
    """

    def __init__(self, **options):
        self.bots = {}
        super().__init__(**options)

    def add_bot(self, token, username, first_name="Plumb"):
        self.bots[token] = FakeBot(token, username, first_name)
        return self.bots[token]

    def bot(self, bot=None):
        """Return a bot by its name or itself; the first where none is given."""
        if isinstance(bot, FakeBot):
            return bot
        found = next((known for known in self.bots.values() if bot in (None, known.username)), None)
        if found is None:
            raise NotPossible(f"There is no bot called {bot}.")
        return found

    def called(self, bot, name, told):
        raise NotImplementedError

    def post_update(self, url, update, headers):
        request = urllib.request.Request(url, json.dumps(update).encode(), dict(headers))
        try:
            with urllib.request.build_opener(StayHere).open(request, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def tell(self, bot, kind, content, chat_id, *, times=1, delay=0):
        """Make an update, if the bot wants its kind, and let the bot know; after a delay in a thread of its own."""
        with self._lock:
            update = FakeUpdate(next(bot.update_ids), kind, json.loads(json.dumps(content)), chat_id)
        if not bot.wants(kind):
            return update

        def tells():
            time.sleep(delay)
            with self._lock:
                bot.pending.append(update)
            self.deliver(bot)
            with bot.posting:
                # What was not taken is told again anyway.
                for _more in range(times - 1 if update.is_taken else 0):
                    self._posted(bot, update)

        if delay:
            threading.Thread(target=tells, daemon=True).start()
        else:
            tells()
        return update

    def deliver(self, bot=None):
        """Post what is pending to the webhook, if there is one; what fails holds back the later ones of its chat."""
        bot = self.bot(bot)
        with bot.posting:
            self._deliver(bot, set())

    def _deliver(self, bot, held):
        for update in list(bot.pending):
            lane = (update.chat_id, update.kind)
            if not bot.webhook or lane in held:
                continue
            if any(self._posted(bot, update) for _try in range(TRIES)):
                with self._lock:
                    bot.pending = [other for other in bot.pending if other is not update]
            else:
                held.add(lane)

    def _posted(self, bot, update):
        headers = {"Content-Type": "application/json"}
        if bot.webhook.secret:
            headers[SECRET_HEADER] = bot.webhook.secret
        status, body = _answer(self.post_update(bot.webhook.url, update.told(), headers))
        update.statuses.append(status)
        if not 200 <= status <= 299:
            said = f"Wrong response from the webhook: {status}" if status else "Webhook connection closed"
            bot.last_error = (int(time.time()), said)
            return False
        self._do_what_it_says(bot, json_of(body) or {})
        return True

    def _do_what_it_says(self, bot, told):
        """Call a method that stands in the answer to a post; nobody learns of a refusal."""
        name = str(told.pop("method", ""))
        if name and name.lower() not in NOT_BY_ANSWER and not name.lower().startswith("get"):
            try:
                self.called(bot, name, told)
            except Refusal:
                return


def through(client):
    """Let updates be posted through a test client of Django."""

    def post_update(url, update, headers):
        path = "/" + url.split("/", 3)[3]
        given = {name: value for name, value in headers.items() if name != "Content-Type"}
        return client.post(path, update, content_type="application/json", headers=given)

    return post_update


def _answer(answer):
    if isinstance(answer, int):
        return answer, b""
    if isinstance(answer, tuple):
        return answer
    return answer.status_code, answer.content
