"""Whatever is sent to a widget, it answers with a refusal; and nobody is taken for somebody else."""

import base64
import json
from datetime import timedelta

import jwt
import pytest

from accounts import clock
from responses.models import Response, WebWidget
from responses.open_links import limits
from surveys.models import Invitation
from tests.factories import ContactFactory, WebWidgetFactory
from tests.responses.widgets.conftest import SECRET, SITE, Page, token

pytestmark = pytest.mark.django_db
ALLOWED = "Access-Control-Allow-Origin"


def part(claims):
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


def unsigned(subject="7"):
    until = int((clock.now() + timedelta(minutes=5)).timestamp())
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part({'sub': subject, 'exp': until})}."


WRONG = {
    "another secret": (lambda: token(secret="x" * 40), "wrong_token"),
    "no signature": (unsigned, "wrong_token"),
    "another algorithm": (lambda: token(secret="x" * 64, algorithm="HS512"), "wrong_token"),
    "its own secret, another algorithm": (lambda: token(secret=SECRET, algorithm="HS384"), "wrong_token"),
    "over": (lambda: token(lives=timedelta(minutes=-5)), "expired_token"),
    "too long": (lambda: token(lives=timedelta(hours=3)), "long_token"),
    "without an end": (lambda: jwt.encode({"sub": "7"}, SECRET, algorithm="HS256"), "wrong_token"),
    "without anybody": (lambda: token(subject=""), "wrong_token"),
    "a number for an ID": (lambda: jwt.encode({"sub": 7, "exp": 2**33}, SECRET, algorithm="HS256"), "wrong_token"),
    "a huge ID": (lambda: token(subject="7" * 300), "wrong_token"),
    "an end beyond all days": (lambda: jwt.encode({"sub": "7", "exp": 2**70}, SECRET, algorithm="HS256"), "long_token"),
    "no number for an end": (
        lambda: jwt.encode({"sub": "7", "exp": float("nan")}, SECRET, algorithm="HS256"),
        "expired_token",
    ),
    "later": (lambda: token(nbf=2**33), "wrong_token"),
    "a list for an address": (lambda: token(email=["a@shop.example"]), "wrong_token"),
    "half a letter for an ID": (lambda: token(subject="\ud800"), "wrong_token"),
    "half a letter for an address": (lambda: token(email="\ud800@shop.example"), "wrong_token"),
    "no token at all": (lambda: "7", "wrong_token"),
    "three dots": (lambda: "...", "wrong_token"),
    "a flood": (lambda: "a." * 5000, "wrong_token"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_token_is_refused_and_signs_nobody_in(widget, what):
    ContactFactory(external_id="7")
    make, code = WRONG[what]

    answer = Page(widget, token=make()).ask()

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)
    assert answer.headers[ALLOWED] == SITE
    assert not Invitation.objects.exists()


def test_without_a_secret_no_token_is_right():
    widget = WebWidgetFactory(secret="")

    assert Page(widget, token=token()).ask().status_code == 401


def test_both_secrets_are_good_until_a_third_is_made(widget):
    contact = ContactFactory(external_id="7")
    WebWidget.objects.update(shape="button")
    widget.refresh_from_db()
    second = widget.draw_secret()

    for secret in (SECRET, second):
        assert Page(widget, token=token(secret=secret)).give(9).contact == contact
    widget.draw_secret()

    assert Page(widget, token=token(secret=second)).ask().status_code == 200
    assert Page(widget, token=token()).ask().status_code == 401


def test_a_signed_in_stranger_is_nobody_here(widget):
    assert Page(widget, token=token("unknown")).give(9).contact is None


def test_an_id_of_another_source_is_another_person(widget):
    ContactFactory(external_id="7", source="crm")

    assert Page(widget, token=token("7")).give(9).contact is None


def test_an_address_finds_who_alone_has_it(widget):
    one = ContactFactory(email="ona@shop.example")
    ContactFactory(email="both@shop.example")
    ContactFactory(email="both@shop.example")

    assert Page(widget, token=token("a", email="Ona@shop.example")).give(9).contact == one
    assert Page(widget, token=token("b", email="both@shop.example"), device="e" * 32).give(9).contact is None


@pytest.mark.parametrize("said", ["none", "ona at shop", "@", "a" * 1000 + "@shop.example"])
def test_what_is_no_address_finds_nobody(widget, said):
    assert Page(widget, token=token("a", email=said)).give(9).contact is None


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://shop.example.evil.example", "http://shop.example", "", None]
)
def test_other_sites_are_not_answered(widget, origin):
    page = Page(widget, origin=origin)

    answers = [page.get("rules"), page.ask(), page.post("shown", {}), page.post("answers", {})]

    assert {answer.status_code for answer in answers} == {403}
    assert not any(ALLOWED in answer.headers for answer in answers)


def test_a_listed_site_may_read_and_brings_no_login(page):
    answer = page.ask()

    assert answer.headers[ALLOWED] == SITE
    assert {"Origin", "Authorization"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert not answer.cookies


def test_browsers_ask_beforehand(page):
    answer = page.client.options(
        f"/w/{page.widget.key}/answers/", HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST", **page.headers
    )

    assert (answer.status_code, answer.headers[ALLOWED]) == (204, SITE)
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"


def test_apps_ask_without_a_site_where_the_widget_is_theirs(widget):
    WebWidget.objects.update(takes_apps=True, origins=[])
    app = Page(widget, origin=None)

    said = app.give(8, gesture="touch")

    assert (said.score, said.is_provisional) == (8, False)
    again = {"ticket": app.ticket, "score": 6, "gesture": "touch"}
    assert app.post("answers", again, "application/json").status_code == 200
    assert Page(widget).ask().status_code == 403


NASTY = [
    b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"ticket": NaN}', b"[" * 20000, b'"a"', b'{"ticket": 7}',
    b'{"ticket": "a:b:c"}', b'{"ticket": {"a": 1}}', b'{"ticket": "' + b"a" * 5000 + b'"}',
]  # fmt: skip


@pytest.mark.parametrize("body", NASTY)
@pytest.mark.parametrize("door", ["shown", "answers"])
def test_what_makes_no_sense_is_refused(page, door, body):
    assert page.post(door, body).status_code in (400, 410, 415)
    assert not Response.objects.exists()


SAID = [
    {"score": "9"}, {"score": 11}, {"score": -1}, {"score": 9.0}, {"score": True}, {"score": None}, {"score": 10**30},
    {"score": 9, "topics": "1"}, {"score": 9, "topics": [1] * 60}, {"score": 9, "topics": [-1]},
    {"score": 9, "topics": [10**30]}, {"score": 9, "topics": [[1]]}, {"score": 9, "comment": 7},
    {"score": 9, "comment": ["a"]},
]  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_an_answer_that_is_none_is_refused(page, said):
    page.ask()
    page.show()

    assert page.post("answers", {"ticket": page.ticket, "gesture": "pointer", **said}).status_code == 400
    assert not Response.objects.exists()


def test_strange_words_are_kept_as_they_can_be(page):
    said = page.give(9, comment="a\0b \ud800 \u202eשלום" + "x" * 6000, topics=[2**52], gesture=["pointer"])

    assert said.comment.startswith("ab")
    assert len(said.comment) <= 5000
    assert said.is_provisional


def test_a_body_too_long_is_refused(page):
    assert page.post("answers", "a" * 40_000).status_code == 413


def test_a_form_of_another_site_cannot_answer(page):
    page.ask()
    page.show()
    body = f"ticket={page.ticket}&score=9"

    assert page.post("answers", body, "application/x-www-form-urlencoded").status_code == 415


@pytest.mark.parametrize(
    ("door", "method"), [("rules", "post"), ("may-show", "post"), ("shown", "get"), ("answers", "get")]
)
def test_each_door_has_its_method(page, door, method):
    answer = getattr(page.client, method)(f"/w/{page.widget.key}/{door}/", **page.headers)

    assert answer.status_code == 405


def test_nobody_guesses_a_key(client):
    for key in ("unknown", "a" * 500, "%00", "7"):
        assert client.get(f"/w/{key}/may-show/", HTTP_ORIGIN=SITE).status_code == 404


def test_a_flood_is_turned_away(page, monkeypatch):
    monkeypatch.setattr(limits, "REQUESTS", 3)

    found = [page.ask().status_code for _number in range(5)]

    assert found == [200, 200, 200, 429, 429]
    assert page.ask().headers["Retry-After"] == "60"


def test_too_many_answers_of_one_address_are_not_taken(widget, monkeypatch):
    monkeypatch.setattr(limits, "ANSWERS", 2)
    pages = [Page(widget, device=f"{n:032}") for n in range(3)]
    for page in pages:
        page.ask()
        page.show()

    assert [page.answer(9).status_code for page in pages] == [200, 200, 429]
    assert Response.objects.count() == 2


def test_a_ticket_played_again_is_the_same_answer(widget, page):
    page.give(9)
    thief = Page(widget, address="198.51.100.9")
    thief.ticket = page.ticket

    thief.answer(0)

    assert Response.objects.count() == 1


@pytest.mark.parametrize("name", ["plumb.js", "question.js"])
def test_the_scripts_are_asked_for_once(client, name):
    first = client.get(f"/w/{name}")

    assert first.headers["Content-Type"].startswith("text/javascript")
    assert first.headers[ALLOWED] == "*"
    assert client.get(f"/w/{name}", HTTP_IF_NONE_MATCH=first.headers["ETag"]).status_code == 304
    packed = client.get(f"/w/{name}", HTTP_ACCEPT_ENCODING="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
