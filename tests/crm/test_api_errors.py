"""Every error has one shape, and nothing that a client sends is answered 5xx."""

import pytest

from crm.models import Company
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db

ONE = "/api/v1/companies/1/"


def error_of(answer):
    assert answer["Content-Type"] == "application/json"
    assert list(answer.json()) == ["error"]
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "fields"}
    assert error["message"]
    return error


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("get", ONE, 404, "not_found"),
        ("get", "/api/v1/", 404, "not_found"),
        ("get", "/api/v1/nothing/", 404, "not_found"),
        ("get", "/api/v1/companies", 404, "not_found"),
        ("put", "/api/v1/companies/1", 404, "not_found"),
        ("delete", ONE, 405, "method_not_allowed"),
        ("patch", ONE, 405, "method_not_allowed"),
        ("post", "/api/v1/companies/", 405, "method_not_allowed"),
        ("get", "/api/v1/companies/bulk/", 405, "method_not_allowed"),
        ("options", ONE, 405, "method_not_allowed"),
    ],
)
def test_what_is_not_there_or_not_possible_is_said_in_one_shape(api, method, address, status, code):
    answer = getattr(api, method)(address)

    assert answer.status_code == status
    assert error_of(answer)["code"] == code


def test_other_formats_are_refused_in_one_shape(api):
    form = api.put(ONE, "name=One", content_type="application/x-www-form-urlencoded")
    xml = api.get("/api/v1/companies/", headers={"Accept": "text/xml"})

    assert (form.status_code, error_of(form)["code"]) == (415, "unsupported_media_type")
    assert (xml.status_code, error_of(xml)["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nothing",
        b"\xff\xfe",
        b'{"name": "\xc3\x28"}',
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b"[" * 100_000,
        b'{"name": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"name": ' + b'{"a":' * 500 + b"1" + b"}" * 501,
        b"9" * 5000,
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_refused(api, body):
    answer = api.generic("PUT", ONE, body, content_type="application/json")

    assert answer.status_code == 400
    assert error_of(answer)["code"] in ("parse_error", "invalid")
    assert not Company.objects.exists()


def test_a_body_that_is_too_large_is_refused(api):
    answer = api.put(ONE, {"name": "x" * 3_000_000})

    assert answer.status_code == 413
    assert error_of(answer)["code"] == "too_large"


@pytest.mark.parametrize(
    "value",
    [
        "a\\u0000b", "\\ud800", "a\\udfffb",
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["name", "domain", "size_band", "timezone", "unknown"])
def test_text_that_cannot_be_kept_is_refused(api, field, value):
    name = "" if field == "name" else '"name": "One", '
    body = f'{{{name}"{field}": "{value}", "{value}": 1}}'.encode()

    one = api.generic("PUT", ONE, body, content_type="application/json")
    rows = b'{"rows": [{"external_id": "' + value.encode() + b'", "name": "One"}]}'
    many = api.generic(
        "POST", "/api/v1/companies/bulk/", rows, content_type="application/json", headers={"Idempotency-Key": "1"}
    )

    assert one.status_code == 400
    assert field in error_of(one)["fields"]
    assert many.status_code == 200
    assert many.json()["counts"]["rejected"] == 1
    assert not Company.objects.exists()


@pytest.mark.parametrize(
    "value", [True, 1.5, 10**400, -(10**30), [], {}, [[]], "", " ", "1e999999999", "NaN", "-Infinity", "x" * 500]
)
@pytest.mark.parametrize("many", ["contacts", "deals"])
def test_wrong_types_and_wild_numbers_are_never_a_server_error(api, many, value):
    ContactFactory(source="hubspot", external_id="1")
    from crm.api import write_serializers

    serializer = {"contacts": write_serializers.ContactRow, "deals": write_serializers.DealRow}[many]()

    for field in serializer.fields:
        answer = api.post(f"/api/v1/{many}/bulk/", {"rows": [{"external_id": "1", "contact": "1", field: value}]})
        assert answer.status_code == 200
        assert answer.json()["rows"][0]["outcome"] in ("created", "updated", "unchanged", "rejected")


def test_what_nobody_foresaw_is_logged_and_answered_in_the_same_shape(api, monkeypatch, caplog):
    def break_down(*args, **kwargs):
        raise ZeroDivisionError("the secret reason")

    monkeypatch.setattr("crm.api.views.take_over", break_down)
    api.raise_request_exception = False

    answer = api.put(ONE, {"name": "One"})

    assert answer.status_code == 500
    assert error_of(answer) == {
        "code": "internal_error",
        "message": "Something went wrong here. Send the request again later.",
        "fields": {},
    }
    assert "the secret reason" in caplog.text


def test_a_clash_in_the_database_asks_for_another_try(api, monkeypatch):
    from django.db import IntegrityError

    def clash(*args, **kwargs):
        raise IntegrityError("crm_touchpoint_once_per_deal_and_kind")

    monkeypatch.setattr("crm.api.views.take_over", clash)

    answer = api.put(ONE, {"name": "One"})

    assert answer.status_code == 409
    assert error_of(answer)["code"] == "conflict"


@pytest.mark.parametrize(
    "body", ['{"name": "A", "name": "B"}', '{"rows": [{"external_id": "1", "name": "A", "name": "A"}]}']
)
def test_a_name_that_stands_twice_in_one_object_is_refused_and_nothing_taken(api, body):
    is_bulk = "rows" in body
    send = api.post if is_bulk else api.put
    answer = send("/api/v1/companies/bulk/" if is_bulk else ONE, body, content_type="application/json")

    assert answer.status_code == 400
    assert "“name”" in error_of(answer)["message"]
    assert not Company.objects.exists()
