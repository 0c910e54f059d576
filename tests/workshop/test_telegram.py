"""The stand-in for Telegram refuses what the real one refuses, and tells bots what people do."""

import json
import threading
import urllib.error
import urllib.request

import pytest

from tests.fakes.provider import ScriptedServer, json_of
from tests.fakes.telegram import SECRET_HEADER, TOKEN, FakeTelegram, NotPossible, no, too_many

ANN = 501
SCALE = [[{"text": "9", "callback_data": "n:1:9"}, {"text": "10", "callback_data": "n:1:10"}]]
LINK = [[{"text": "Open", "url": "https://nps.example.com/s/x/"}]]


@pytest.fixture
def telegram():
    with FakeTelegram() as running:
        yield running


class Hook(ScriptedServer):
    def answered(self, method, url, headers, body):
        return 200, {}


def ask(telegram, method, token=TOKEN, **told):
    request = urllib.request.Request(
        f"{telegram.url}/bot{token}/{method}", json.dumps(told).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def wanted(telegram, method, **told):
    answer = ask(telegram, method, **told)
    assert answer["ok"], answer
    return answer["result"]


def refused(telegram, method, **told):
    answer = ask(telegram, method, **told)
    assert not answer["ok"]
    return answer["error_code"], answer["description"]


def sent(telegram, keyboard=SCALE, **told):
    return wanted(
        telegram, "sendMessage", chat_id=ANN, text="How likely?", reply_markup={"inline_keyboard": keyboard}, **told
    )


def listening(telegram, *answers, **options):
    """Set a webhook that answers so, and 200 when nothing is left."""
    told, left = [], list(answers)
    telegram.post_update = lambda *post: told.append(post) or (left.pop(0) if left else 200)
    wanted(telegram, "setWebhook", url="https://plumb.example/telegram/1/", **options)
    return told


def test_only_a_known_token_and_a_known_method_are_answered(telegram):
    assert wanted(telegram, "getMe")["username"] == "plumb_test_bot"
    assert refused(telegram, "getMe", token="7000000001:other") == (401, "Unauthorized")
    assert refused(telegram, "makeCoffee") == (404, "Not Found")
    assert telegram.calls == [("getMe", {})]


def test_a_bot_cannot_write_first(telegram):
    assert refused(telegram, "sendMessage", chat_id=ANN, text="Hi") == (400, "Bad Request: chat not found")

    telegram.meet(ANN)
    first = refused(telegram, "sendMessage", chat_id=ANN, text="Hi")
    telegram.start(ANN, "abc")

    assert first == (403, "Forbidden: bot can't initiate conversation with a user")
    assert sent(telegram)["message_id"] == 2
    assert [(message.from_bot, message.text) for message in telegram.chat(ANN).messages] == [
        (False, "/start abc"),
        (True, "How likely?"),
    ]


def test_who_blocked_a_bot_or_left_gets_nothing(telegram):
    telegram.start(ANN)
    telegram.block(ANN)
    blocked = refused(telegram, "sendMessage", chat_id=ANN, text="Hi")
    telegram.start(ANN)
    sent(telegram)
    telegram.deactivate(ANN)

    assert blocked == (403, "Forbidden: bot was blocked by the user")
    assert refused(telegram, "sendMessage", chat_id=ANN, text="Hi") == (403, "Forbidden: user is deactivated")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"text": " "}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"chat_id": ""}, "chat_id is empty"),
    ],
)
def test_a_message_that_is_none_is_refused(telegram, told, said):
    telegram.start(ANN)

    assert refused(telegram, "sendMessage", **{"chat_id": ANN, "text": "Hi"} | told) == (400, f"Bad Request: {said}")
    assert len(telegram.chat(ANN).messages) == 1


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ({"text": "9", "callback_data": "я" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "9", "callback_data": ""}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "", "callback_data": "9"}, 'Field "text" must be of type String'),
        ({"text": "9", "callback_data": "9", "url": "https://a.example"}, "Exactly one of"),
        ({"text": "9", "url": "http://localhost:8000/s/"}, "'http://localhost:8000/s/' is invalid: Wrong HTTP URL"),
        ({"text": "9", "url": "ftp://a.example"}, "Unsupported URL protocol"),
    ],
)
def test_a_button_that_telegram_does_not_take_is_refused(telegram, button, said):
    telegram.start(ANN)

    code, words = refused(telegram, "sendMessage", chat_id=ANN, text="Hi", reply_markup={"inline_keyboard": [[button]]})

    assert code == 400
    assert said in words


def test_buttons_at_the_limits_are_taken(telegram):
    telegram.start(ANN)

    sent(telegram, [[{"text": "9", "callback_data": "я" * 32}]] * 100)
    sent(telegram, [[{"text": "Here", "url": "http://127.0.0.1:8000/s/"}]])

    assert refused(telegram, "sendMessage", chat_id=ANN, text="Hi", reply_markup={"inline_keyboard": SCALE * 51}) == (
        400,
        "Bad Request: reply markup is too long",
    )


def test_a_message_is_edited_into_another_one_only(telegram):
    telegram.start(ANN)
    told = {"chat_id": ANN, "message_id": sent(telegram)["message_id"]}

    same = refused(telegram, "editMessageText", text="How likely?", reply_markup={"inline_keyboard": SCALE}, **told)
    wanted(telegram, "editMessageText", text="How likely?", **told)

    assert same[0] == 400
    assert same[1].startswith("Bad Request: message is not modified: ")
    (message,) = telegram.chat(ANN).messages[1:]
    assert (message.keyboard, message.edits) == ([], 1)
    assert refused(telegram, "editMessageText", text="x", **told | {"message_id": 9})[1].endswith("edit not found")
    assert refused(telegram, "editMessageText", text="x", **told | {"message_id": 1})[1].endswith("can't be edited")


def test_a_press_is_told_and_answered_once(telegram):
    told = listening(telegram, secret_token="s3cret")
    telegram.start(ANN, language_code="lt")
    sent(telegram)

    press = telegram.press(ANN, "10")
    query = press.content["id"]
    wanted(telegram, "answerCallbackQuery", callback_query_id=query, text="Thanks!")

    url, update, headers = told[-1]
    assert (url, headers[SECRET_HEADER]) == ("https://plumb.example/telegram/1/", "s3cret")
    assert update["callback_query"]["data"] == "n:1:10"
    assert update["callback_query"]["from"]["language_code"] == "lt"
    assert update["callback_query"]["message"]["reply_markup"] == {"inline_keyboard": SCALE}
    assert telegram.answer_to(press)["text"] == "Thanks!"
    assert telegram.chat(ANN).notices == ["Thanks!"]
    assert "query is too old" in refused(telegram, "answerCallbackQuery", callback_query_id=query)[1]


def test_only_what_is_on_the_screen_is_pressed(telegram):
    telegram.start(ANN)
    message_id = sent(telegram)["message_id"]
    wanted(
        telegram,
        "editMessageText",
        chat_id=ANN,
        message_id=message_id,
        text="Why?",
        reply_markup={"inline_keyboard": LINK},
    )

    for button in ("10", "Open"):
        with pytest.raises(NotPossible):
            telegram.press(ANN, button)

    late = telegram.press(ANN, "10", before_edits=True)
    assert late.content["message"]["text"] == "Why?"


def test_what_a_webhook_refuses_is_told_again_and_nothing_of_its_chat_overtakes(telegram):
    told = listening(telegram, 500, 502, 0, 500, 500, 500)
    telegram.start(ANN)
    error = wanted(telegram, "getWebhookInfo")["last_error_message"]
    telegram.write(ANN, "nine")
    left = wanted(telegram, "getWebhookInfo")["pending_update_count"]
    telegram.deliver()

    assert (error, left) == ("Webhook connection closed", 2)
    assert [update["message"]["text"] for _url, update, _headers in told] == ["/start"] * 7 + ["nine"]
    assert len({update["update_id"] for _url, update, _headers in told}) == 2
    assert wanted(telegram, "getWebhookInfo")["pending_update_count"] == 0


def test_an_update_is_told_twice_on_demand(telegram):
    told = listening(telegram, 204)

    update = telegram.start(ANN, times=2)

    assert update.statuses == [204, 200]
    assert told[0] == told[1]


def test_a_method_in_the_answer_to_an_update_is_called(telegram):
    reply = json.dumps({"method": "sendMessage", "chat_id": ANN, "text": "Welcome"}).encode()
    listening(telegram, (200, reply), (200, b'{"method": "deleteWebhook"}'))

    telegram.start(ANN)
    telegram.write(ANN, "nine")

    assert telegram.chat(ANN).last.text == "Welcome"
    assert telegram.bot().webhook is not None


def test_only_the_kinds_that_a_bot_asked_for_are_told(telegram):
    told = listening(telegram, allowed_updates=["my_chat_member"])
    telegram.start(ANN)
    telegram.block(ANN)

    (update,) = [update for _url, update, _headers in told]
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


def test_updates_are_fetched_and_an_offset_forgets_the_earlier_ones(telegram):
    telegram.start(ANN)
    telegram.write(ANN, "nine")
    first, second = wanted(telegram, "getUpdates")

    assert [update["update_id"] for update in wanted(telegram, "getUpdates", offset=second["update_id"])] == [
        first["update_id"] + 1
    ]
    assert wanted(telegram, "getUpdates", offset=second["update_id"] + 1) == []
    assert wanted(telegram, "getUpdates") == []


def test_a_long_poll_ends_with_what_comes(telegram):
    found = []
    poll = threading.Thread(target=lambda: found.extend(wanted(telegram, "getUpdates", timeout=50)))
    poll.start()
    telegram.start(ANN)
    poll.join(10)

    assert [update["message"]["text"] for update in found] == ["/start"]


def test_updates_are_not_fetched_while_a_webhook_is_set(telegram):
    listening(telegram)

    code, words = refused(telegram, "getUpdates")

    assert code == 409
    assert words.startswith("Conflict: can't use getUpdates method while webhook is active")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"url": "http://plumb.example/"}, "An HTTPS URL must be provided for webhook"),
        ({"url": "https://plumb.example:8000/"}, "only on ports 80, 88, 443 or 8443"),
        ({"url": "https://10.0.0.1/"}, "IP address 10.0.0.1 is reserved"),
        ({"url": "https://plumb/"}, "Failed to resolve host"),
        ({"secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"secret_token": "a" * 257}, "secret token is too long"),
    ],
)
def test_an_address_or_a_secret_that_telegram_does_not_take_is_refused(telegram, told, said):
    code, words = refused(telegram, "setWebhook", **{"url": "https://plumb.example/"} | told)

    assert code == 400
    assert said in words
    assert telegram.bot().webhook is None


def test_this_machine_is_called_in_plain_http(telegram):
    wanted(telegram, "setWebhook", url="http://127.0.0.1:8000/telegram/")

    assert telegram.bot().webhook.url == "http://127.0.0.1:8000/telegram/"


def test_a_script_answers_by_method(telegram):
    telegram.start(ANN)
    telegram.scripts["sendMessage"] = [too_many(7), no(502, "Bad Gateway")]

    wanted(telegram, "getMe")
    slow = ask(telegram, "sendMessage", chat_id=ANN, text="Hi")

    assert slow["parameters"] == {"retry_after": 7}
    assert refused(telegram, "sendMessage", chat_id=ANN, text="Hi") == (502, "Bad Gateway")
    sent(telegram)


def test_a_chat_takes_so_many_a_second(telegram):
    telegram.per_chat_per_second = 1
    telegram.start(ANN)
    telegram.start(502)

    sent(telegram)

    assert ask(telegram, "sendMessage", chat_id=ANN, text="Hi")["parameters"] == {"retry_after": 1}
    wanted(telegram, "sendMessage", chat_id=502, text="Hi")


def test_bots_know_nothing_of_each_other(telegram):
    other = telegram.add_bot("7000000002:other", "other_bot")
    telegram.start(ANN, bot="other_bot")

    assert refused(telegram, "sendMessage", chat_id=ANN, text="Hi")[0] == 403
    assert telegram.bot().pending == []
    assert len(other.pending) == 1


def test_updates_are_posted_with_the_secret_and_follow_no_redirect(telegram):
    with Hook() as hook:
        hook.script = [(302, "", {"Location": f"{hook.url}/elsewhere"})]
        wanted(telegram, "setWebhook", url=f"{hook.url}/door/", secret_token="s3cret")
        update = telegram.start(ANN, "abc")

    assert update.statuses == [302, 200]
    assert [(method, path) for method, path, _headers, _body in hook.requests] == [("POST", "/door/")] * 2
    _method, _path, headers, body = hook.requests[-1]
    assert headers[SECRET_HEADER] == "s3cret"
    assert headers["Content-Type"] == "application/json"
    assert json_of(body)["message"]["text"] == "/start abc"
