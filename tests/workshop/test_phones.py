"""The phones of a demo: a page of what was sent, and what is answered there is told as the provider would."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request

import pytest

from demo import texts
from tests.fakes import twilio
from tests.fakes.phone import Phones

TEXT = {"To": "+380501112233", "From": twilio.SENDER, "Body": "How likely? https://a.example/s/x/ <b>"}
DOOR = "http://127.0.0.1:9/sms/1/token/"


@pytest.fixture
def phones(monkeypatch):
    with Phones() as running:
        running.told = []
        monkeypatch.setattr(running, "post", lambda url, form, headers: running.told.append((url, form)) or 204)
        monkeypatch.setattr("tests.fakes.phone.RINGS_AFTER", 0)
        yield running


def ask(phones, path, form=None, **headers):
    content = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(phones.url + path, content, headers)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


def send(phones, **form):
    form = TEXT | {"StatusCallback": f"{DOOR}status/?message=7"} | form
    path = f"/2010-04-01/Accounts/{twilio.ACCOUNT}/Messages.json"
    status, _content = ask(phones, path, form, Authorization="Basic " + _proof())
    assert status == 201


def _proof():
    return base64.b64encode(f"{twilio.ACCOUNT}:{twilio.TOKEN}".encode()).decode()


def test_the_demo_knows_the_account_of_its_stand_in():
    assert (texts.ACCOUNT, texts.TOKEN, texts.SENDER) == (twilio.ACCOUNT, twilio.TOKEN, twilio.SENDER)


def test_a_text_is_shown_with_its_link_and_nothing_in_it_is_markup(phones):
    send(phones)

    status, page = ask(phones, "/")

    assert status == 200
    assert "Caught texts (1)" in page
    assert '<a href="https://a.example/s/x/" target="_blank" rel="noreferrer">' in page
    assert "&lt;b&gt;" in page
    assert [text["to"] for text in json.loads(ask(phones, "/texts")[1])] == [TEXT["To"]]


def test_the_lines_of_a_text_are_shown_as_they_are(phones):
    send(phones, Body="How likely?\nhttps://a.example/s/x/\n\nOpt out:  STOP")

    shown = "</a>\n\nOpt out:  STOP</p>"
    assert shown in ask(phones, "/")[1]
    assert ".text, .answer {" in ask(phones, "/style.css")[1]
    assert "white-space: pre-wrap" in ask(phones, "/style.css")[1]


def test_its_delivery_is_told(phones):
    send(phones)

    assert [(url, form["MessageStatus"]) for url, form in phones.told] == [(f"{DOOR}status/?message=7", "delivered")]


def test_what_is_answered_goes_to_the_door_beside_that_of_receipts(phones):
    send(phones)

    status, _content = ask(phones, "/answer", {"id": phones.texts[0].id, "text": "9 <i>"})

    url, form = phones.told[-1]
    assert (status, url, form["From"], form["Body"]) == (303, f"{DOOR}reply/", TEXT["To"], "9 <i>")
    assert "9 &lt;i&gt;" in ask(phones, "/")[1]


@pytest.mark.parametrize(
    ("form", "headers", "status"),
    [
        ({"id": "SM1", "text": "9"}, {}, 400),
        ({"id": "", "text": ""}, {}, 400),
        ({"id": "SM1", "text": "9"}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({"id": "SM1", "text": "9"}, {"Host": "evil.example:80"}, 403),
    ],
)
def test_nobody_else_answers_and_nothing_unknown_is_answered(phones, form, headers, status):
    assert ask(phones, "/answer", form, **headers)[0] == status
    assert phones.told == []
