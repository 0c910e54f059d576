"""Calls that are signed and hold what nobody expects: the good events beside it are kept, each once."""

import json

import pytest
from django.urls import reverse

from delivery.media.messenger.buttons import Action, data
from delivery.media.whatsapp import receipts
from delivery.models import ChatEvent, IncomingText, Message, WhatsAppTemplate
from tests.delivery.whatsapp import told
from tests.delivery.whatsapp.numbers import connected
from tests.delivery.whatsapp.test_doors import WAMID, delivered, sent
from tests.factories import BrandFactory
from tests.fakes.whatsapp import SECRET, signed

pytestmark = pytest.mark.django_db
NUL, HALF = "\x00", "\ud800"
DEEP = {"deep": 1}
for _level in range(400):
    DEEP = {"deep": DEEP}
ODD = [None, True, 0, -1, 1e308, 10**40, "", NUL, HALF, "x" * 5000, [], {}, [[]], DEEP, {"id": NUL}]


@pytest.fixture
def number(fake, client):
    return connected(fake, BrandFactory(), client, approved=False)


def call(client, number, event):
    raw = event if isinstance(event, bytes) else json.dumps(event).encode()
    given = {"X-Hub-Signature-256": signed(SECRET, raw)}
    door = reverse("whatsapp:events", args=[number.pk])
    return client.post(door, raw, content_type="application/json", headers=given).status_code


def change(number, *, field="messages", **value):
    metadata = {"display_phone_number": "1555", "phone_number_id": number.phone_number_id}
    return {"field": field, "value": {"metadata": metadata, **value}}


def event(number, *changes):
    return {"entry": [{"id": number.account_id, "changes": list(changes)}]}


@pytest.mark.parametrize("odd", ODD, ids=[str(place) for place in range(len(ODD))])
def test_what_is_odd_anywhere_keeps_nothing_good_away(client, number, odd):
    message = sent(number)
    row = WhatsAppTemplate.objects.create(number=number, kind="invitation", language="uk", name="plumb_invitation")
    approved = {"event": "APPROVED", "message_template_name": row.name, "message_template_language": "uk"}
    category = {"message_template_name": row.name, "message_template_language": "uk", "new_category": odd}
    statuses = [
        dict.fromkeys((*delivered(), "errors", "pricing"), odd),
        delivered("x", errors=odd),
        delivered("y", pricing=odd, timestamp=odd, biz_opaque_callback_data=odd),
        delivered("z") | {"status": odd},
        delivered("f", errors=[odd]) | {"status": "failed"},
        delivered("g", errors=[{"code": odd, "title": odd, "error_data": odd}]) | {"status": "failed"},
    ]
    messages = [
        *(told.text("x") | {name: odd} for name in ("id", "from", "type", "timestamp", "text")),
        *(told.message(kind, odd) for kind in ("button", "interactive", "system", "edit", "image")),
        *(told.text("x", context=odd), told.text("x", context={"id": odd}), told.text(odd)),
        *(told.button(odd, label=odd), told.row(odd, title=odd)),
    ]
    oddly = [
        odd,
        {"field": odd, "value": odd},
        {"field": "messages", "value": {"metadata": {"phone_number_id": odd}, "statuses": [delivered()]}},
        {"field": "messages", "value": {"metadata": odd, "messages": [told.text("x")]}},
        change(number, statuses=odd, messages=odd),
        change(number, statuses=statuses, messages=messages),
        change(number, field="user_preferences", user_preferences=[odd, {"wa_id": odd, "value": odd}]),
        change(number, field="message_template_status_update", message_template_name=odd, event=odd),
        change(number, field="message_template_status_update", message_template_language=odd),
        change(number, field="template_category_update", **category),
        change(number, field="message_template_quality_update", **category, new_quality_score=odd),
    ]
    good = [
        change(number, statuses=[delivered()], messages=[told.text("Hello", name="wamid.good")]),
        change(number, field="message_template_status_update", **approved),
    ]

    for entry_id in (odd, number.account_id):
        assert call(client, number, {"entry": [odd, {"id": entry_id, "changes": [*oddly, *good]}]}) == 200

    message.refresh_from_db()
    row.refresh_from_db()
    assert message.status == "delivered"
    assert IncomingText.objects.filter(text="Hello").count() == 1
    assert row.state == "approved"


def test_a_call_that_fails_half_way_is_told_again_and_kept_once(client, number, monkeypatch):
    message = sent(number)
    said = [told.text("One", name="a"), told.button(data(Action.STOP), name="b"), told.text("Two", name="c")]
    whole = event(number, change(number, messages=said, statuses=[delivered()]))
    client.raise_request_exception = False
    monkeypatch.setattr("delivery.media.whatsapp.receipts.hear", lambda *_a, **_b: (_ for _ in ()).throw(MemoryError))
    assert call(client, number, whole) == 500
    monkeypatch.undo()

    assert [call(client, number, whole) for _time in range(2)] == [200, 200]

    message.refresh_from_db()
    assert message.status == "delivered"
    assert sorted(IncomingText.objects.values_list("text", flat=True)) == ["One", "Two"]
    assert ChatEvent.objects.count() == 1


def test_a_thousand_events_in_one_call_are_taken(client, number):
    """Meta tells up to 3 MB at once."""
    said = [told.text(f"Word {place} " + "x" * 2000, name=f"w{place}") for place in range(500)]
    pressed = [told.button(data(Action.STOP), name=f"p{place}") for place in range(500)]

    assert call(client, number, event(number, change(number, messages=[*said, *pressed]))) == 200

    assert (IncomingText.objects.count(), ChatEvent.objects.count()) == (500, 500)


def test_a_status_that_cannot_be_taken_stops_no_other(client, number, monkeypatch):
    message, hear = sent(number), receipts.hear

    def fails(number, told, *, now):
        if told["id"] == "bad":
            raise ValueError("bad")
        return hear(number, told, now=now)

    monkeypatch.setattr("delivery.media.whatsapp.receipts.hear", fails)

    assert call(client, number, event(number, change(number, statuses=[delivered("bad"), delivered(WAMID)]))) == 200

    message.refresh_from_db()
    assert message.status == "delivered"
    assert Message.objects.count() == 1
