"""Where Meta calls: who is let in, what is answered, and whose events they are."""

import json

import pytest
from django.urls import reverse

from accounts import clock
from delivery.models import Message, WhatsAppNumber, WhatsAppTemplate
from tests.delivery.whatsapp.numbers import connected
from tests.factories import BrandFactory
from tests.fakes.whatsapp import SECRET, NotPossible, signed

pytestmark = pytest.mark.django_db
WAMID = "wamid.HBgM1"


@pytest.fixture
def number(fake, client):
    return connected(fake, BrandFactory(), client, approved=False)


def door(number):
    return reverse("whatsapp:events", args=[number.pk])


def told(number, *statuses, **value):
    metadata = {"display_phone_number": "1555", "phone_number_id": number.phone_number_id}
    change = {"messaging_product": "whatsapp", "metadata": metadata, "statuses": list(statuses), **value}
    event = {"entry": [{"id": number.account_id, "changes": [{"field": "messages", "value": change}]}]}
    return json.dumps(event).encode()


def call(client, number, raw, *, signature=None):
    given = {"X-Hub-Signature-256": signed(SECRET, raw) if signature is None else signature}
    return client.post(door(number), raw, content_type="application/json", headers=given).status_code


def sent(number, *, wamid=WAMID, **fields):
    return Message.objects.create(
        **{
            "medium": "whatsapp", "purpose": "invite", "to_address": "+380501112233", "language": "uk", "template": "x",
            "status": "sent", "sent_at": clock.now(), "provider_id": f"{number.pk}:{wamid}", "idempotency_key": wamid,
            "context": {"brand_id": number.brand_id},
        } | fields
    )  # fmt: skip


def delivered(wamid=WAMID, **more):
    return {"id": wamid, "status": "delivered", "timestamp": "1698266945", **more}


def test_the_challenge_is_repeated_to_whoever_knows_our_token(fake, client, number):
    fake.subscribe(f"http://testserver{door(number)}", number.verify_token)

    with pytest.raises(NotPossible, match="403"):
        fake.subscribe(f"http://testserver{door(number)}", "guessed")


def test_a_renewed_token_shuts_out_the_old_one(client, number):
    asked = {"hub.mode": "subscribe", "hub.verify_token": number.verify_token, "hub.challenge": "1"}
    assert client.get(door(number), asked).content == b"1"

    WhatsAppNumber.objects.update(door=2)

    assert client.get(door(number), asked).status_code == 403


def test_a_challenge_is_plain_text_and_nothing_else(client, number):
    asked = {"hub.mode": "subscribe", "hub.verify_token": number.verify_token, "hub.challenge": "<script>"}

    answer = client.get(door(number), asked)

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "sha256=ї"])
def test_a_wrong_signature_changes_nothing(client, number, signature):
    message = sent(number)

    assert call(client, number, told(number, delivered()), signature=signature.encode().decode("latin-1")) == 403

    message.refresh_from_db()
    assert message.status == "sent"


def test_the_signature_is_of_every_byte(client, number):
    raw = told(number, delivered())

    assert call(client, number, raw + b" ", signature=signed(SECRET, raw)) == 403


def test_a_secret_that_is_empty_proves_nothing(client, number):
    number.app_secret = ""
    number.save()
    raw = told(number, delivered())

    assert call(client, number, raw, signature=signed("", raw)) == 403


@pytest.mark.parametrize(
    "raw", [b"[]", b'"x"', b"{}", b'{"entry": 7}', b'{"entry": [{"changes": [{"field": "messages", "value": 3}]}]}']
)
def test_nonsense_that_is_signed_does_no_harm(client, number, raw):
    assert call(client, number, raw) in (200, 400)


def test_what_is_no_json_is_told(client, number):
    assert call(client, number, b"\xff{") == 400


def test_more_than_meta_ever_says_is_not_read(client, number):
    raw = b" " * (3 * 1024 * 1024 + 1)

    assert call(client, number, raw) == 413


def test_nobody_lives_behind_another_door(client, number):
    assert client.post("/whatsapp/999999/", b"{}", content_type="application/json").status_code == 404
    assert client.post("/whatsapp/9999999999999999999/", b"{}", content_type="application/json").status_code == 404


def test_numbers_that_are_not_ours_are_passed_over(client, number):
    stranger = WhatsAppNumber(phone_number_id="1", account_id="2")

    assert call(client, number, told(stranger, delivered())) == 200


def test_a_number_of_the_same_app_is_heard_at_the_door_of_another(client, number):
    other = WhatsAppNumber.objects.create(
        brand=BrandFactory(name="B"), phone_number_id="77", account_id="78", token="t", app_secret=SECRET
    )
    message = sent(other)

    call(client, number, told(other, delivered()))

    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_number_of_another_app_is_not(client, number):
    other = WhatsAppNumber.objects.create(
        brand=BrandFactory(name="B"), phone_number_id="77", account_id="78", token="t", app_secret="its-own"
    )
    message = sent(other)

    assert call(client, number, told(other, delivered())) == 200

    message.refresh_from_db()
    assert message.status == "sent"


def test_states_of_templates_are_told(fake, client, number):
    row = WhatsAppTemplate.objects.create(number=number, kind="invitation", language="uk", name="plumb_invitation")
    value = {"event": "REJECTED", "message_template_name": row.name, "message_template_language": "uk",
             "reason": "TAG_CONTENT_MISMATCH"}  # fmt: skip

    assert fake.tell_change("message_template_status_update", value) == [200]

    row.refresh_from_db()
    assert (row.state, row.reason) == ("rejected", "TAG_CONTENT_MISMATCH")


def test_a_category_that_meta_changed_is_told(fake, client, number):
    row = WhatsAppTemplate.objects.create(
        number=number, kind="invitation", language="uk", name="plumb_invitation", state="approved", category="utility"
    )
    value = {"message_template_name": row.name, "message_template_language": "uk", "new_category": "MARKETING"}

    fake.tell_change("template_category_update", value)

    row.refresh_from_db()
    assert (row.state, row.is_advertising) == ("approved", True)


def test_a_flood_of_statuses_in_one_call_is_taken(client, number):
    messages = [sent(number, wamid=f"wamid.{place}") for place in range(40)]
    statuses = [delivered(f"wamid.{place}") for place in range(40)]

    assert call(client, number, told(number, *statuses, *statuses, {"id": 7}, {"status": "delivered"})) == 200

    assert {Message.objects.get(pk=message.pk).status for message in messages} == {"delivered"}
