from base64 import b64encode
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from anymail.signals import AnymailTrackingEvent, tracking

from accounts import clock
from delivery import services
from delivery.media.email.message_ids import message_id
from delivery.models import Message
from delivery.signals import messages_settled
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def message():
    return MessageFactory(status="sent", sent_at=clock.now(), provider_id="esp-1")


@pytest.fixture
def heard():
    told = []

    def listen(message_ids, **_news):
        told.append(message_ids)

    messages_settled.connect(listen)
    yield told
    messages_settled.disconnect(listen)


def news(kind, message_id="esp-1", **fields):
    event = AnymailTrackingEvent(event_type=kind, message_id=message_id, **fields)
    tracking.send(sender=SimpleNamespace, event=event, esp_name="Test")


def test_delivered_is_noted_once(message, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        news("delivered")
        news("delivered")

    message.refresh_from_db()
    assert message.status == "delivered"
    assert message.delivered_at is not None
    assert heard == [[message.pk]]


@pytest.mark.parametrize(
    ("kind", "reason", "status"),
    [
        ("bounced", "bounced", "bounced"),
        ("bounced", "invalid", "bounced"),
        ("bounced", "timed_out", "failed"),
        ("bounced", "blocked", "failed"),
        ("rejected", "invalid", "bounced"),
        ("rejected", "spam", "failed"),
        ("failed", None, "failed"),
    ],
)
def test_what_does_not_arrive_bounces_only_when_the_address_is_bad(message, kind, reason, status):
    news(kind, reject_reason=reason, description="mailbox gone")

    message.refresh_from_db()
    assert message.status == status
    assert "mailbox gone" in message.error


def test_a_delivery_reported_after_the_bounce_changes_nothing(message):
    news("bounced", reject_reason="bounced")
    news("delivered")

    message.refresh_from_db()
    assert message.status == "bounced"


@pytest.mark.parametrize("kind", ["complained", "unsubscribed"])
def test_an_objection_is_kept_with_its_moment_beside_the_status(message, kind):
    at = clock.now() - timedelta(hours=1)

    news(kind, timestamp=at)

    message.refresh_from_db()
    assert (message.status, message.objection, message.objected_at) == ("sent", kind, at)


@pytest.mark.parametrize("kind", ["queued", "sent", "deferred", "opened", "clicked", "autoresponded", "unknown"])
def test_other_news_changes_nothing(message, kind, heard):
    news(kind)

    message.refresh_from_db()
    assert (message.status, message.has_news) == ("sent", False)
    assert heard == []


def test_news_that_comes_before_the_provider_id_is_recorded_finds_its_message():
    message = MessageFactory(status="sending", claimed_at=clock.now())

    news("delivered", "esp-2", metadata={"message_id": message_id(message)})

    message.refresh_from_db()
    assert message.status == "delivered"


def test_news_of_mail_that_is_not_ours_is_passed_over(message):
    news("bounced", "esp-unknown", reject_reason="bounced", metadata={"message_id": "<a@b.example>"})
    news("bounced", "", reject_reason="bounced")

    assert list(Message.objects.values_list("status", flat=True)) == ["sent"]


def test_news_in_odd_characters_is_kept_printable(message):
    news("bounced", "esp-1\x00", reject_reason="bounced", mta_response="550 no\x00body \ud800here\r\n" + "x" * 5000)

    message.refresh_from_db()
    assert message.status == "bounced"
    assert message.error.startswith("bounced bounced 550 nobody \ufffdhere xxx")
    assert len(message.error) <= 1000


def test_news_that_cannot_be_taken_is_logged_and_asked_for_no_more(message, caplog):
    news("delivered", metadata=["no", "dictionary"])

    message.refresh_from_db()
    assert message.status == "sent"
    assert "rows set aside" in caplog.text


def test_one_bad_event_of_a_post_does_not_hide_those_behind_it(client, message, settings, monkeypatch):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "user:pass"}
    secret = {"Authorization": "Basic " + b64encode(b"user:pass").decode()}
    Message.objects.filter(pk=message.pk).update(provider_id="1001")
    other = MessageFactory(status="sent", sent_at=clock.now(), provider_id="1002")
    hear = services.hear

    def break_at_one(told):
        return 1 / 0 if told.provider_id == "1002" else hear(told)

    monkeypatch.setattr(services, "hear", break_at_one)
    events = [{"event": "sent", "time": 1764579300, "MessageID": number} for number in (1002, 1001)]

    taken = client.post("/anymail/mailjet/tracking/", events, "application/json", headers=secret)

    message.refresh_from_db()
    other.refresh_from_db()
    assert (taken.status_code, message.status, other.status) == (200, "delivered", "sent")


DELIVERY = {
    "RecordType": "Delivery",
    "MessageID": "esp-1",
    "Recipient": "customer@shop.example",
    "DeliveredAt": "2026-11-22T10:00:00Z",
}


def test_the_webhook_takes_news_with_the_secret_only(client, message, settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "user:pass"}
    webhook = "/anymail/postmark/tracking/"

    refused = client.post(webhook, DELIVERY, content_type="application/json")
    message.refresh_from_db()
    assert (refused.status_code, message.status) == (400, "sent")

    secret = {"Authorization": "Basic " + b64encode(b"user:pass").decode()}
    taken = client.post(webhook, DELIVERY, content_type="application/json", headers=secret)
    message.refresh_from_db()
    assert (taken.status_code, message.status) == (200, "delivered")


@pytest.mark.parametrize("esp", ["postmark", "sparkpost", "amazon_ses", "mailgun", "postal", "resend"])
def test_without_a_secret_no_webhook_takes_anything(client, message, settings, esp):
    settings.ANYMAIL = {}

    refused = client.post(f"/anymail/{esp}/tracking/", DELIVERY, "application/json")

    message.refresh_from_db()
    assert (refused.status_code, message.status) == (403, "sent")


def test_a_signing_key_is_proof_enough(client, settings):
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": "key"}

    refused_for_its_signature = client.post("/anymail/mailgun/tracking/", {}, "application/json")

    assert refused_for_its_signature.status_code == 400


def test_staff_and_strangers_alike_reach_no_webhook_without_its_secret(client, message, settings, administrator):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "user:pass"}
    client.force_login(administrator)

    assert client.post("/anymail/postmark/tracking/", DELIVERY, "application/json").status_code == 400
    message.refresh_from_db()
    assert message.status == "sent"


@pytest.mark.parametrize(
    "body", ["{", "[]", "null", "[1]", "\xff\xfe", '{"RecordType": "Bounce", "BouncedAt": 7}', "[" * 50_000]
)
@pytest.mark.parametrize("esp", ["postmark", "mailgun", "sparkpost", "brevo"])
def test_a_body_that_cannot_be_read_is_a_bad_request(client, settings, esp, body):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "user:pass", "MAILGUN_WEBHOOK_SIGNING_KEY": "k"}
    secret = {"Authorization": f"Basic {b64encode(b'user:pass').decode()}"}

    sent = client.post(f"/anymail/{esp}/tracking/", body.encode("latin-1"), "application/json", headers=secret)

    assert sent.status_code in (200, 400)


def test_news_of_an_offset_that_no_country_has_is_taken(message):
    news("delivered", timestamp=datetime.fromisoformat("2026-05-04T08:00:00+17:30"))

    message.refresh_from_db()
    assert message.delivered_at == datetime(2026, 5, 3, 14, 30, tzinfo=UTC)
