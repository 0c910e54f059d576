"""The same page shows what is said by WhatsApp, and what is done there is told as Meta would."""

import json
import time
import urllib.request

import pytest

from tests.fakes.messenger import Messenger
from tests.fakes.whatsapp import PHONE_NUMBER_ID, SECRET, TOKEN, signed
from tests.workshop.test_messenger import ask

PHONE = "+380501112233"
WEBHOOK = {"url": "https://plumb.example/whatsapp/1/", "verify_token": "x"}
ROWS = {"button": "Choose", "sections": [{"rows": [{"id": "t+1:x", "title": "Price"}, {"id": "d:x", "title": "Done"}]}]}


@pytest.fixture
def messenger(monkeypatch):
    monkeypatch.setattr("tests.fakes.messenger.WAITS", 0)
    monkeypatch.setattr("tests.fakes.messenger.REPEATS_AFTER", 600)
    with Messenger() as running:
        running.told, running.takes = [], True
        phones = running.whatsapp
        phones.fates = ()
        phones.get_challenge = lambda url, asked: (200, asked["hub.challenge"])
        phones._posted = lambda url, raw, headers: (
            (running.takes and (running.told.append((raw, headers)) or 200)) or 503
        )
        assert ask(running, "/whatsapp/subscribe", WEBHOOK)[0] == 303
        yield running


def taking(messenger):
    """Return what takes a call, or does not."""

    def posted(url, raw, headers):
        if messenger.takes:
            messenger.told.append((raw, headers))
        return 200 if messenger.takes else 503

    return posted


def say(messenger, kind, content):
    body = json.dumps({"messaging_product": "whatsapp", "to": PHONE, "type": kind, kind: content}).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{messenger.url}/v23.0/{PHONE_NUMBER_ID}/messages", body, headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


def listed(messenger):
    say(messenger, "interactive", {"type": "list", "body": {"text": "What <b>stood out</b>?"}, "action": ROWS})


def messages_told(messenger):
    values = [json.loads(raw)["entry"][0]["changes"][0]["value"] for raw, _headers in messenger.told]
    return [value["messages"][0] for value in values if "messages" in value]


def test_somebody_writes_and_it_is_told_with_its_signature(messenger):
    status, _page = ask(messenger, "/whatsapp/write", {"phone": PHONE, "text": "9"})

    assert status == 303
    (said,) = messages_told(messenger)
    assert (said["from"], said["text"]) == (PHONE[1:], {"body": "9"})
    raw, headers = messenger.told[0]
    assert headers["X-Hub-Signature-256"] == signed(SECRET, raw)
    page = ask(messenger, "/")[1]
    assert "Caught chats (1)" in page
    assert f'<h2 id="h-whatsapp-{PHONE[1:]}">{PHONE} <small>in WhatsApp with +15550783881</small></h2>' in page


def test_a_list_is_folded_and_a_row_of_it_chosen(messenger):
    listed(messenger)
    page = ask(messenger, "/")[1]
    assert "What &lt;b&gt;stood out&lt;/b&gt;?" in page
    assert "<details><summary>Choose</summary>" in page
    (shown,) = json.loads(ask(messenger, "/whatsapp/chats")[1])[0]["messages"]

    ask(messenger, "/whatsapp/press", {"phone": PHONE, "message": shown["id"], "label": "Price"})

    (chosen,) = messages_told(messenger)
    assert chosen["interactive"]["list_reply"] == {"id": "t+1:x", "title": "Price"}
    assert chosen["context"]["id"] == shown["id"]


def test_a_button_that_leads_somewhere_is_a_link(messenger):
    link = "https://plumb.example/s/x/?a=1&b=2"
    parameters = {"display_text": "Open", "url": link}
    content = {"type": "cta_url", "body": {"text": "Hello"}, "action": {"parameters": parameters}}
    say(messenger, "interactive", content)

    page = ask(messenger, "/")[1]

    assert '<a href="https://plumb.example/s/x/?a=1&amp;b=2" target="_blank" rel="noreferrer">Open</a>' in page
    assert ask(messenger, "/whatsapp/press", {"phone": PHONE, "label": "Open"})[0] == 400


def test_what_was_not_taken_is_told_again_in_its_order(messenger):
    messenger.takes = False
    for text in ("3", "9"):
        ask(messenger, "/whatsapp/write", {"phone": PHONE, "text": text})
    assert "Not taken by WhatsApp’s webhook yet: 2. It is told again." in ask(messenger, "/")[1]

    messenger.takes = True
    messenger.whatsapp.tell_again()

    assert [said["text"]["body"] for said in messages_told(messenger)] == ["3", "9"]
    assert "Not taken" not in ask(messenger, "/")[1]


@pytest.mark.parametrize(
    ("path", "form", "headers", "status"),
    [
        ("/whatsapp/write", {"phone": "0501112233x", "text": "9"}, {}, 400),
        ("/whatsapp/write", {"phone": PHONE, "text": " "}, {}, 400),
        ("/whatsapp/press", {"phone": PHONE, "label": "None"}, {}, 400),
        ("/whatsapp/write", {"phone": PHONE, "text": "9"}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ("/whatsapp/write", {"phone": PHONE, "text": "9"}, {"Host": "evil.example:80"}, 403),
        ("/whatsapp/other", {"phone": PHONE, "text": "9"}, {}, 404),
    ],
)
def test_nobody_else_acts_and_nothing_impossible_is_done(messenger, path, form, headers, status):
    assert ask(messenger, path, form, **headers)[0] == status
    assert messenger.told == []


def test_everything_is_told_twice_where_that_is_wished(messenger, monkeypatch):
    monkeypatch.setattr("tests.fakes.whatsapp.caught.REPEATED_WITHIN", 0)
    messenger.whatsapp.twice = True

    ask(messenger, "/whatsapp/write", {"phone": PHONE, "text": "9"})

    until = time.monotonic() + 5
    while len(messages_told(messenger)) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    first, again = messages_told(messenger)
    assert first == again


def test_its_clock_is_that_of_plumb(messenger, monkeypatch, tmp_path):
    (tmp_path / "offset").write_text("432000.0")
    monkeypatch.setenv("CLOCK_OFFSET_FILE", str(tmp_path / "offset"))

    ask(messenger, "/whatsapp/write", {"phone": PHONE, "text": "9"})

    assert int(messages_told(messenger)[0]["timestamp"]) - time.time() == pytest.approx(432000, abs=60)
