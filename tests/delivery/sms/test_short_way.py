"""Gateways are answered before sessions and cookies come in; what guards every request guards their doors too."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from accounts.media import Medium
from delivery.media.sms import receipts
from delivery.media.sms.twilio import signature
from delivery.models import TextGateway
from responses.page import middleware
from tests.delivery.test_fencing import on_its_own_connection
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
TOKEN = "auth-token"


@pytest.fixture
def gateway():
    return TextGateway.objects.create(name="T", provider="twilio", account="AC1", sender="+12025550100", secret=TOKEN)


def door(gateway, name="status"):
    return reverse(f"sms:{name}", args=[gateway.pk, gateway.door_token])


def knock(client, settings, path, secret=TOKEN, **headers):
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signed = signature(secret, settings.BASE_URL + path, {name: [value] for name, value in fields.items()})
    return client.post(path, fields, headers={"X-Twilio-Signature": signed} | headers)


def test_a_receipt_takes_two_statements_and_leaves_no_cookie(client, settings, gateway):
    text = MessageFactory(medium=Medium.SMS, status="sent", sent_at=clock.now(), provider_id=f"{gateway.pk}:SM1")
    path = f"{door(gateway)}?message={text.pk}"
    knock(client, settings, path)
    type(text).objects.update(status="sent")

    with CaptureQueriesContext(connection) as queries:
        answer = knock(client, settings, path)

    assert len(queries) == 2
    assert (answer.status_code, dict(answer.cookies), "Vary" in answer.headers) == (204, {}, False)
    text.refresh_from_db()
    assert text.status == "delivered"


@pytest.mark.parametrize("token", ["right", "wrong"])
def test_every_answer_says_what_a_browser_should_know(client, settings, gateway, token):
    path = door(gateway) if token == "right" else reverse("sms:status", args=[gateway.pk, "x" * 32])
    answer = knock(client, settings, path)

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.get("Content-Length") == (None if token == "right" else "0")


def test_the_host_of_a_brand_has_no_doors(client, settings, gateway, monkeypatch):
    settings.ALLOWED_HOSTS = ["*"]
    monkeypatch.setattr(middleware, "_hosts_of_brands", lambda _period: frozenset({"ask.example"}))

    assert knock(client, settings, door(gateway), host="ask.example").status_code == 404
    assert knock(client, settings, door(gateway), host="plumb.example").status_code == 204


def test_a_host_that_is_not_ours_has_none_either(client, settings, gateway):
    settings.ALLOWED_HOSTS = ["plumb.example"]

    assert knock(client, settings, door(gateway), host="other.example").status_code == 400


def test_plain_http_is_sent_to_tls_where_that_is_wanted(client, settings, gateway):
    settings.SECURE_SSL_REDIRECT = True

    assert knock(client, settings, door(gateway)).status_code == 301


def test_a_body_that_is_too_large_is_refused_by_its_head(client, gateway):
    answer = client.generic("POST", door(gateway), b"x", CONTENT_LENGTH=str(10**6))

    assert answer.status_code == 413


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods_are_refused(client, gateway, method):
    assert getattr(client, method)(door(gateway)).status_code == 405


@pytest.mark.parametrize("key", [2**63, 10**17, 10**30])
def test_a_number_that_no_gateway_has_is_none(client, key):
    assert client.post(f"/sms/{key}/{'x' * 32}/status/").status_code == 404


def test_a_new_address_and_a_new_secret_count_at_once(client, settings, gateway):
    old = door(gateway)
    assert knock(client, settings, old).status_code == 204

    gateway.secret = "another"
    gateway.door += 1
    gateway.save()

    assert knock(client, settings, old, "another").status_code == 404
    assert knock(client, settings, door(gateway)).status_code == 403
    assert knock(client, settings, door(gateway), "another").status_code == 204


def test_a_door_behind_which_something_breaks_answers_500_and_the_next_call_is_heard(settings, gateway, monkeypatch):
    client = Client(raise_request_exception=False)
    with monkeypatch.context() as patch:
        patch.setattr(receipts, "hear", lambda *_args, **_facts: 1 / 0)
        assert knock(client, settings, door(gateway)).status_code == 500

    assert knock(client, settings, door(gateway)).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_a_connection_to_the_database_that_died_meanwhile_loses_no_receipt(client, settings, gateway):
    text = MessageFactory(medium=Medium.SMS, status="sent", sent_at=clock.now(), provider_id=f"{gateway.pk}:SM1")
    path = f"{door(gateway)}?message={text.pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((backend,),) = cursor.fetchall()
    on_its_own_connection(end, backend)

    assert knock(client, settings, path).status_code == 204

    text.refresh_from_db()
    assert text.status == "delivered"


def end(backend):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
