"""A gateway of which only a template is known."""

import json
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.test import RequestFactory

from delivery.media import PutOff
from delivery.media.sms import gateways, generic
from delivery.media.sms.gateway import OutOfOrder, Receipt, Reply, Unreadable
from delivery.media.sms.generic import GenericGateway
from delivery.models import TextGateway
from tests.delivery.sms.parcels import ANYWHERE, NASTY, SECRET_OF_A_DOOR, outcome, parcel, says_when
from tests.delivery.smtp import free_port
from tests.fakes.provider import Provider

SECRET = 's3"cret & key'
JSON = {
    "url": "https://gate.example/send",
    "body": '{"to": "{to}", "text": "{text}", "key": "{secret}"}',
    "ok_path": "ok",
    "ok_value": "true",
    "id_path": "id",
}


@pytest.fixture
def server(settings):
    """A server that takes whatever comes and tells what its script says."""
    settings.DEBUG = True
    with Provider() as running:
        running.answered = lambda *_request: (200, {"ok": True, "id": 5})
        yield running


def gateway(server, **settings):
    return GenericGateway(
        secret=SECRET,
        sender="ACME",
        callback=SECRET_OF_A_DOOR,
        settings={**JSON, "url": f"{server.url}/send", **settings},
    )


def sent(server):
    ((method, path, headers, body),) = server.requests
    return method, path, headers, body


def test_json_is_written_around_the_values_not_with_them(server):
    body = """{"to": ["{to}", "{digits}"], "text": "» {text} «", "by": {"{sender}": "{reference}"},
        "n": "{number}", "n text": "no. {number}", "phone": "{digits:int}", "key": "{secret}",
        "hook": "{callback}", "plain": [1, true]}"""

    assert gateway(server, body=body).send(parcel(text=NASTY)) == "5"

    method, path, headers, content = sent(server)
    assert (method, path, headers["Content-Type"]) == ("POST", "/send", "application/json; charset=utf-8")
    assert json.loads(content) == {
        "to": ["+380501112233", "380501112233"],
        "text": f"» {NASTY} «",
        "by": {"ACME": "ref-1"},
        "n": 7,
        "n text": "no. 7",
        "phone": 380501112233,
        "key": SECRET,
        "hook": f"{SECRET_OF_A_DOOR}?message=7",
        "plain": [1, True],
    }


def test_a_form_is_written_around_the_values(server):
    gateway(server, format="form", body="\n to[{digits}] = {text}\nkey={secret}\nfixed=a=b\n").send(parcel(text=NASTY))

    _method, _path, headers, content = sent(server)
    assert headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert parse_qsl(content.decode()) == [("to[380501112233]", NASTY), ("key", SECRET), ("fixed", "a=b")]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("url", ["/send", "/send?v=2"])
def test_a_query_is_written_around_the_values(server, method, url):
    made = gateway(
        server, url=server.url + url, method=method, format="query", body="to={to}\ntext={text}\nkey={secret}"
    )
    made.send(parcel(text=NASTY))

    asked, path, _headers, content = sent(server)
    told = parse_qs(urlsplit(path).query)
    told.pop("v", None)
    assert (asked, content) == (method, b"")
    assert told == {"to": ["+380501112233"], "text": [NASTY], "key": [SECRET]}


def test_a_value_stays_in_its_part_of_the_address(server):
    gateway(server, url=f"{server.url}/a/{{text}}/b?to={{to}}").send(parcel(text="../x?y=#&z"))

    assert sent(server)[1] == "/a/..%2Fx%3Fy%3D%23%26z/b?to=%2B380501112233"


def test_headers_hold_values_too_and_may_say_what_the_body_is(server):
    headers = {"Authorization": "Bearer {secret}", "Content-Type": "application/x-json"}
    gateway(server, headers=headers).send(parcel())

    told = sent(server)[2]
    assert (told["Authorization"], told["Content-Type"]) == (f"Bearer {SECRET}", "application/x-json")


@pytest.mark.parametrize("secret", ["two\r\nX-More: lines", "ключ"])
def test_a_secret_that_no_header_can_hold_sends_nothing_and_is_not_shown(server, secret):
    made = GenericGateway(
        secret=secret, sender="ACME", settings={**JSON, "url": server.url, "headers": {"X-Key": "{secret}"}}
    )

    assert outcome(made) == "OutOfOrder"
    assert server.requests == []


@ANYWHERE
def test_whatever_the_server_says(server, answer, meaning):
    server.script = [answer]

    assert outcome(gateway(server)) == meaning
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("told", "meaning"),
    [
        ({"ok": True, "id": 7}, "7"),
        ({"ok": "true", "id": "a.b"}, "a.b"),
        ({"ok": True}, ""),
        ({"ok": True, "id": {"x": 1}}, ""),
        ({"ok": False, "id": 7, "error": "no such"}, "Refused"),
        ({"ok": 1, "id": 7}, "Refused"),
        ({"id": 7}, "Unclear"),
        ({"ok": False, "error": "Bad Number "}, "Refused hard"),
        ({"ok": False, "error": "Bad Number indeed"}, "Refused"),
        ({"ok": False, "error": 404}, "Refused unsubscribed"),
        ({"ok": False, "error": "no money"}, "OutOfOrder"),
    ],
    ids=str,
)
def test_an_answer_of_200_may_hold_an_error(server, told, meaning):
    server.script = [(200, told)]
    errors = {"errors_dead": ["bad number"], "errors_stop": ["404"], "errors_account": ["no money"]}

    assert outcome(gateway(server, error_path="error", **errors)) == meaning


def test_the_outermost_of_several_speaks_of_the_account(server):
    made = gateway(server, ok_path="ok, item.0.ok")
    server.script = [
        (200, {"ok": False}),
        (200, {"ok": True, "item": [{"ok": False}]}),
        (200, {"ok": True, "item": []}),
        (200, {"ok": True, "item": [{"ok": True}], "id": 9}),
    ]

    assert [outcome(made) for _time in range(4)] == ["OutOfOrder", "Refused", "Unclear", "9"]


def test_an_error_with_a_status_of_its_own_is_read_first(server):
    server.script = [(500, {"error": "bad number"}), (403, {"error": "stop"})]
    made = gateway(server, error_path="error", errors_dead=["bad number"], errors_stop=["stop"])

    assert [outcome(made), outcome(made)] == ["Refused hard", "Refused unsubscribed"]


@pytest.mark.parametrize(
    ("told", "fields", "meaning"),
    [
        ("", {}, ""),
        ("OK 17", {"ok_value": "OK"}, ""),
        ("ERROR 3", {"ok_value": "OK"}, "Unclear"),
        ("ERROR 3", {}, ""),
    ],
)
def test_an_answer_may_be_plain_text(server, told, fields, meaning):
    server.script = [(200, told)]
    made = gateway(server, **{"ok_path": "", "ok_value": "", "id_path": "", **fields})

    assert outcome(made) == meaning


def test_it_is_asked_again_when_it_says(server):
    assert says_when(gateway(server), server) == 77


def test_where_nobody_listens_nothing_was_sent(server):
    assert outcome(gateway(server, url=f"http://127.0.0.1:{free_port()}/")) == "PutOff"


def test_no_private_network_is_reached(server, settings):
    settings.DEBUG = settings.PLAIN_HTTP = False

    assert outcome(gateway(server, url="https://10.0.0.1/send")) == "OutOfOrder"
    assert outcome(gateway(server, url="https://[::1]/send")) == "OutOfOrder"
    assert outcome(gateway(server)) == "OutOfOrder"
    assert server.requests == []


@pytest.mark.parametrize("body", ["{", '{"a": "{unheard}"}', "[" * 100_000])
def test_a_template_that_makes_no_request_sends_nothing(server, body):
    assert outcome(gateway(server, body=body)) == "OutOfOrder"
    assert server.requests == []


def test_a_secret_that_is_told_back_is_not_shown(server):
    server.script = [(400, f"{SECRET} {json.dumps(SECRET)} s3%22cret%20%26%20key s3%22cret+%26+key")]
    made = gateway(server)

    assert SECRET not in repr(made)
    with pytest.raises(generic.Refused) as caught:
        made.send(parcel())
    assert str(caught.value) == 'The gateway answered: 400 ••• "•••" ••• •••'


def test_an_id_path_that_leads_nowhere_is_said(server):
    with pytest.raises(ValueError, match="Nothing stands at id in the gateway's answer"):
        generic.id_in(JSON, '{"ID": 5}')
    with pytest.raises(ValueError, match="Nothing stands at id"):
        generic.id_in(JSON, "OK")
    assert generic.id_in({}, "OK") == ""


def asking(server, **settings):
    states = {"status_delivered": ["DONE"], "status_failed": ["LATE"], "status_dead": ["NO SUCH"]}
    url = {"status_url": f"{server.url}/state", "status_body": '{"id": "{id}"}', "status_path": "state"}
    return gateway(server, **url, **states, **settings)


@pytest.mark.parametrize(
    ("state", "receipt"),
    [
        ("DONE", {"delivered": True}),
        ("done", {"delivered": True}),
        ("UNDONE", None),
        ("NOT DONE", None),
        ("", None),
        ("LATE", {"undeliverable": "The gateway: LATE", "bounce": "soft"}),
        ("NO SUCH", {"undeliverable": "The gateway: NO SUCH", "bounce": "hard"}),
    ],
)
def test_a_state_is_read_as_a_whole(server, state, receipt):
    server.script = [(200, {"state": state})]

    assert asking(server).receipts(["a.1"]) == ([Receipt(provider_id="a.1", **receipt)] if receipt else [])
    assert json.loads(server.requests[0][3]) == {"id": "a.1"}


def test_each_is_asked_for_alone_where_the_question_holds_one(server):
    server.script = [(200, {"state": "DONE"}), (200, {"state": "LATE"})]

    found = asking(server).receipts(["a", "b"])

    assert [(receipt.provider_id, receipt.delivered) for receipt in found] == [("a", True), ("b", False)]
    assert asking(server).polls
    assert not gateway(server).polls


@pytest.mark.parametrize("told", ["hang-up", (500, ""), (200, "<h1>"), (429, ""), (400, "no")], ids=str)
def test_a_question_that_was_not_answered_is_asked_again(server, told):
    server.script = [told]

    with pytest.raises(PutOff) as caught:
        asking(server).receipts(["a"])
    assert not isinstance(caught.value, OutOfOrder)


PUSHED = {"pushed_id": "msg.id", "pushed_status": "msg.state", "status_delivered": ["DONE"], "status_dead": ["DEAD"]}


def test_a_receipt_is_pushed_as_json_a_form_or_a_query(server):
    made = gateway(server, **PUSHED)
    told = {"msg": {"id": 5, "state": "DONE"}}
    flat = {"msg.id": "5", "msg.state": "DONE"}
    requests = [
        RequestFactory().post("/s/?message=7", json.dumps(told), "application/json"),
        RequestFactory().post("/s/?message=7", flat),
        RequestFactory().get("/s/", {**flat, "message": "7"}),
    ]

    assert [made.receipt_of(one, "") for one in requests] == [Receipt(provider_id="5", message=7, delivered=True)] * 3


def test_a_receipt_that_settles_nothing_or_is_none(server):
    made = gateway(server, **PUSHED)
    assert made.receipt_of(RequestFactory().post("/s/", {"msg.id": "5", "msg.state": "ON ITS WAY"}), "") is None
    assert gateway(server).receipt_of(RequestFactory().post("/s/", {"x": "y"}), "") is None
    for request in (
        RequestFactory().post("/s/", {"msg.id": "5"}),
        RequestFactory().post("/s/", {"msg.state": "DONE"}),
        RequestFactory().post("/s/", "{", "application/json"),
        RequestFactory().post("/s/", "[" * 100_000, "application/json"),
        RequestFactory().post("/s/", "[]", "application/json"),
    ):
        with pytest.raises(Unreadable):
            made.receipt_of(request, "")


@pytest.mark.parametrize("written", ["380501112233", "+380501112233", "00380501112233"])
def test_a_text_from_a_customer(server, written):
    made = gateway(server, reply_from="phone", reply_text="text", reply_id="id", reply_to="to")
    request = RequestFactory().post("/r/", {"phone": written, "text": NASTY, "id": "9", "to": "ACME"})

    assert made.reply_of(request, "") == Reply(
        provider_id="9", from_number="+380501112233", to_number="ACME", text=NASTY
    )


def test_a_text_of_a_machine_is_none_of_a_person_and_one_of_nobody_is_unreadable(server):
    made = gateway(server, reply_from="phone", reply_text="text")

    assert made.reply_of(RequestFactory().post("/r/", {"phone": "Bank", "text": "x"}), "") is None
    assert gateway(server).reply_of(RequestFactory().post("/r/", {"phone": "380501112233"}), "") is None
    with pytest.raises(Unreadable):
        made.reply_of(RequestFactory().post("/r/", {"text": "x"}), "")


def test_it_is_built_from_its_row():
    made = gateways.of(TextGateway(pk=1, provider="generic", secret="k", sender="ACME", settings=JSON))

    assert isinstance(made, GenericGateway)
    assert made.callback.endswith("/status/")
    assert (made.settings, made.secret, made.sender) == (JSON, "k", "ACME")
