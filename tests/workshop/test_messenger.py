"""The chats of a demo: a page of what bots and people said, and what is done there is told as Telegram would."""

import json
import re
import threading
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.fakes.messenger import Messenger
from tests.fakes.telegram import USERNAME

LINK = f"https://t.me/{USERNAME}?start=Ab3dEf"
PERSON = 1_800_000_001
SCALE = [[{"text": "9", "callback_data": "n:1:9"}], [{"text": "Open", "url": "https://nps.example.com/s/x/?a=1&b=2"}]]


@pytest.fixture
def messenger(monkeypatch):
    monkeypatch.setattr("tests.fakes.messenger.WAITS", 0)
    monkeypatch.setattr("tests.fakes.messenger.REPEATS_AFTER", 600)
    monkeypatch.setattr("time.time", lambda: PERSON)
    with Messenger() as running:
        running.told = []
        running.post_update = lambda url, update, headers: running.told.append(update) or 200
        say(running, "setWebhook", url="https://plumb.example/telegram/")
        yield running


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


def ask(messenger, path, form=None, **headers):
    content = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(messenger.url + path, content, headers)
    try:
        with urllib.request.build_opener(StayHere).open(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def say(messenger, method, **told):
    return messenger.called(messenger.bot(), method, told)


def started(messenger, **form):
    status, _content = ask(messenger, "/start", {"link": LINK, "name": "Ona", "language": "lt"} | form)
    assert status == 303


def asked(messenger):
    started(messenger)
    say(messenger, "sendMessage", chat_id=PERSON, text="How <b>likely</b>?\n\nhttps://a.example/s/x/",
        reply_markup={"inline_keyboard": SCALE})  # fmt: skip


def whose(**form):
    return {"bot": USERNAME, "chat_id": PERSON} | form


def test_a_link_starts_the_bot_for_somebody_new(messenger):
    started(messenger)

    (update,) = messenger.told
    assert update["message"]["text"] == "/start Ab3dEf"
    assert update["message"]["from"] == {"id": PERSON, "is_bot": False, "first_name": "Ona", "language_code": "lt"}


def test_a_link_starts_the_bot_again_for_somebody_known(messenger):
    started(messenger)
    started(messenger, person=PERSON, name="Somebody else")
    started(messenger, name="Jonas")

    chats = json.loads(ask(messenger, "/chats")[1])
    assert [(chat["chat_id"], chat["name"], len(chat["messages"])) for chat in chats] == [
        (PERSON + 1, "Jonas", 1),
        (PERSON, "Ona", 2),
    ]


def test_the_page_behind_a_link_has_it_in_its_form(messenger):
    status, page = ask(messenger, f"/t.me/{USERNAME}?start=Ab3dEf")

    assert status == 200
    assert f'value="{LINK}" readonly' in page
    assert "<button>Start</button>" in page


def test_a_message_is_shown_with_its_buttons_and_nothing_in_it_is_markup(messenger):
    asked(messenger)

    status, page = ask(messenger, "/")

    assert status == 200
    assert "Caught chats (1)" in page
    assert "How &lt;b&gt;likely&lt;/b&gt;?\n\n<a href" in page
    assert '<button name="data" value="n:1:9">9</button>' in page
    assert '<a href="https://nps.example.com/s/x/?a=1&amp;b=2" target="_blank" rel="noreferrer">Open</a>' in page


def test_what_is_said_is_told_as_json(messenger):
    asked(messenger)

    (chat,) = json.loads(ask(messenger, "/chats")[1])

    assert (chat["chat_id"], chat["bot"], chat["name"], chat["is_blocked"]) == (PERSON, USERNAME, "Ona", False)
    assert [(message["message_id"], message["from_bot"]) for message in chat["messages"]] == [(1, False), (2, True)]
    assert chat["messages"][1]["keyboard"] == SCALE


def test_a_button_is_pressed_and_its_answer_shown_until_the_next_act(messenger):
    asked(messenger)
    ask(messenger, "/press", whose(message_id=2, data="n:1:9"))
    press = messenger.told[-1]["callback_query"]
    say(messenger, "answerCallbackQuery", callback_query_id=press["id"], text="Thanks <i>")

    shown = ask(messenger, "/")[1]
    ask(messenger, "/write", whose(text="Always in time"))

    assert press["data"] == "n:1:9"
    assert "Thanks &lt;i&gt;" in shown
    assert "Thanks" not in ask(messenger, "/")[1]
    assert messenger.told[-1]["message"]["text"] == "Always in time"


def test_a_bot_is_blocked_and_let_in_again(messenger):
    asked(messenger)

    ask(messenger, "/block", whose(now="1"))
    blocked = ask(messenger, "/")[1]
    ask(messenger, "/block", whose(undo="1"))

    assert "Ona has blocked this bot." in blocked
    assert 'action="/write"' not in blocked
    assert [update["my_chat_member"]["new_chat_member"]["status"] for update in messenger.told[1:]] == [
        "kicked",
        "member",
    ]
    assert 'action="/write"' in ask(messenger, "/")[1]


def test_what_a_bot_did_not_take_is_told_again(messenger):
    answers = [500] * 3
    messenger.post_update = lambda *post: answers.pop() if answers else 200
    started(messenger)

    assert "Not taken by the bot yet: 1. It is told again." in ask(messenger, "/")[1]


def test_it_is_told_again_until_it_is_taken(monkeypatch):
    monkeypatch.setattr("tests.fakes.messenger.REPEATS_AFTER", 0.01)
    answers, taken = [500] * 7, threading.Event()
    with Messenger() as messenger:
        messenger.post_update = lambda *post: answers.pop() if answers else taken.set() or 200
        say(messenger, "setWebhook", url="https://plumb.example/telegram/")
        started(messenger)

        assert taken.wait(20)


@pytest.mark.parametrize(
    ("path", "form", "headers", "status"),
    [
        ("/press", whose(message_id=2, data="n:1:10"), {}, 400),
        ("/press", whose(chat_id=7, data="n:1:9"), {}, 400),
        ("/press", whose(bot="other", data="n:1:9"), {}, 400),
        ("/write", whose(text=" "), {}, 400),
        ("/start", {"link": "https://example.com/"}, {}, 400),
        ("/start", {"link": "https://t.me/other?start=a"}, {}, 400),
        ("/start", {"link": f"{LINK}%20"}, {}, 400),
        ("/start", {"link": LINK}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ("/write", whose(text="9"), {"Sec-Fetch-Site": "same-site"}, 403),
        ("/write", whose(text="9"), {"Host": "evil.example:80"}, 403),
        ("/other", whose(text="9"), {}, 404),
    ],
)
def test_nobody_else_acts_and_nothing_impossible_is_done(messenger, path, form, headers, status):
    asked(messenger)

    assert ask(messenger, path, form, **headers)[0] == status
    assert len(messenger.told) == 1


def test_every_field_of_the_page_has_a_label_of_its_own(messenger):
    started(messenger)
    started(messenger)

    page = ask(messenger, "/")[1]

    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    fields = re.findall(r'<(?:input|select) id="([^"]+)"', page)
    assert fields == re.findall(r'<label for="([^"]+)"', page)
    assert len(fields) == 8
