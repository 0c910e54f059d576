"""What is wrong with a template is said before anything is sent by it."""

import pytest
from django.utils.translation import override

from delivery.media.sms import generic
from tests.delivery.sms.test_generic import JSON

STATES = {
    "status_url": "https://gate.example/state",
    "status_body": '{"id": "{id}"}',
    "status_path": "state",
    "status_delivered": ["DONE"],
}


def test_a_good_one_is_not_complained_of():
    assert generic.check(JSON) == []
    assert generic.check({**JSON, **STATES}) == []


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"body": '{"to": "{to}",\n "text": {text}}'}, "body is no JSON: look at line 2, column 11."),
        ({"body": ""}, "body is no JSON: look at line 1, column 1."),
        ({"body": '{"text": "{text}"}'}, "Nowhere does it say who gets the text: use {to} or {digits}."),
        ({"body": '{"to": "{to}"}'}, "Nowhere does it say what is sent: use {text}."),
        ({"body": '{"to": "{to}", "text": "{text}{phone}"}'}, "body: there is no {phone}; there are {callback}, "),
        ({"headers": {"A": "{password}"}}, "body: there is no {password}; there are "),
        ({"format": "form", "body": "to={to}\n{text}"}, "body: write one name=value in each line."),
        ({"format": "xml"}, "The format is json, form or query."),
        ({"method": "PUT"}, "The method is POST or GET."),
        ({"method": "GET"}, "GET carries no body: use the format query with it."),
        ({"url": "gate.example"}, "url: This is not a web address."),
        ({"url": "https://me:pw@gate.example/"}, "url: Write the address without a user name."),
        ({"url": "https://{sender}.example/"}, "url may hold placeholders only after its host."),
        ({"url": "https://gate.example{sender}/"}, "url may hold placeholders only after its host."),
        ({"id_path": "data..id"}, "id_path leads nowhere: “data..id” is no path such as data.0.id."),
        ({"id_path": ".id"}, "id_path leads nowhere: “.id” is no path"),
        ({"id_path": "data.*.id"}, "id_path leads nowhere: “data.*.id” is no path"),
        ({"ok_path": "ok, data."}, "ok_path leads nowhere: “data.” is no path"),
        ({"id_path": 5}, "“id_path” must be a text."),
        ({"status_failed": "LATE"}, "“status_failed” must be a list of texts."),
        ({"errors_dead": [305]}, "“errors_dead” must be a list of texts."),
        ({"heders": {}}, "“heders” is not known here."),
        ({"headers": []}, None),
        ({"headers": ["A"]}, "The headers are a JSON object: a text for each name."),
        ({"headers": {"A B": "x"}}, "“A B” is no header."),
        ({"headers": {"A": "x\r\nB: y"}}, "“A” is no header."),
        ({**STATES, "status_body": "{}"}, "The question for the state of a text does not say which one: use {id}."),
        (
            {**STATES, "status_body": '{"id": "{id}{text}"}'},
            "status_body: there is no {text}; there are {id}, ",
        ),
        ({**STATES, "id_path": ""}, "Without id_path no text has an ID by which its state could be asked for."),
        ({**STATES, "status_path": ""}, "Say with status_path where the answer has the state."),
        ({**STATES, "status_delivered": []}, "Say with status_delivered what a text that arrived is called."),
        ({**STATES, "status_path": "a..b"}, "status_path leads nowhere: "),
        ({**STATES, "status_path": "a.*.b"}, "status_path and status_id_path must be the same up to the *."),
        ({**STATES, "status_path": "a.*.b", "status_id_path": "c.*.d"}, "must be the same up to the *."),
        ({**STATES, "status_path": "info.{id}"}, None),
        ({**STATES, "status_path": "a.*.b", "status_id_path": "a.*.d"}, None),
        ({"url": "https://gate.example?key={secret}"}, None),
    ],
    ids=str,
)
@pytest.mark.usefixtures("production")
def test_what_is_wrong_is_said_in_a_sentence(fields, fault):
    faults = generic.check({**JSON, **fields})

    assert (faults == []) if fault is None else any(fault in said for said in faults), faults


def test_something_that_is_no_description_is_no_error():
    assert generic.check([]) == ["Write it as a JSON object."]
    assert generic.check({})


def test_plain_http_is_for_trying_things_out_only(settings):
    plain = {**JSON, "url": "http://gate.example/"}
    settings.DEBUG = settings.PLAIN_HTTP = False
    assert generic.check(plain) == ["url: The address must begin with https://."]
    settings.DEBUG = True
    assert generic.check(plain) == []


@pytest.fixture
def production(settings):
    settings.DEBUG = settings.PLAIN_HTTP = False
    with override("en"):
        yield
