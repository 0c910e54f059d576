"""What gateways tell us: proven, in any order, twice, and never of somebody else's texts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from accounts.media import Medium
from delivery.media.sms import replies
from delivery.media.sms.gateway import Reply
from delivery.media.sms.twilio import signature
from delivery.models import Handover, IncomingText, Message, TextGateway
from delivery.signals import texts_arrived
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
PHONE = "+380501112233"
TOKEN = "auth-token"


def sent(**columns):
    known = {"medium": Medium.SMS, "purpose": "invite", "to_address": PHONE, "status": "sent", "sent_at": clock.now()}
    return MessageFactory(**known | columns)


@pytest.fixture
def gateway():
    return TextGateway.objects.create(
        name="T", provider="twilio", account="AC1", sender="+12025550100", secret=TOKEN, takes_replies=True
    )


@pytest.fixture
def text(gateway):
    return sent(provider_id=f"{gateway.pk}:SM1")


@pytest.fixture
def heard():
    told = []

    def hear(text_ids, **_kwargs):
        told.extend(text_ids)

    texts_arrived.connect(hear, weak=False, dispatch_uid="test")
    yield told
    texts_arrived.disconnect(dispatch_uid="test")


def call(client, settings, gateway, name, query="", *, secret=TOKEN, token=None, **fields):
    path = reverse(f"sms:{name}", args=[gateway.pk, token or gateway.door_token]) + query
    told = {key: [value] for key, value in fields.items()}
    return client.post(path, fields, headers={"X-Twilio-Signature": signature(secret, settings.BASE_URL + path, told)})


def receipt(client, settings, gateway, status, *, sid="SM1", query="", **options):
    return call(client, settings, gateway, "status", query, MessageSid=sid, MessageStatus=status, **options)


def test_a_receipt_marks_the_text(client, settings, gateway, text):
    assert receipt(client, settings, gateway, "delivered").status_code == 204

    text.refresh_from_db()
    assert (text.status, text.has_news) == ("delivered", True)


def test_receipts_may_come_twice_and_in_any_order(client, settings, gateway, text):
    for status in ("delivered", "sent", "queued", "delivered"):
        assert receipt(client, settings, gateway, status).status_code == 204

    text.refresh_from_db()
    assert text.status == "delivered"


def test_a_receipt_that_comes_before_we_noted_the_text_finds_it(client, settings, gateway, text):
    Message.objects.update(provider_id="", status="sending", claimed_at=clock.now())

    receipt(client, settings, gateway, "delivered", query=f"?message={text.pk}")

    text.refresh_from_db()
    assert text.status == "delivered"


def test_a_text_that_is_only_noted_as_handed_over_is_found(client, settings, gateway, text):
    Message.objects.update(provider_id="", status="sending", claimed_at=clock.now())
    Handover.objects.create(message=text, claim=text.claim, at=clock.now(), provider_id=f"{gateway.pk}:SM1")

    receipt(client, settings, gateway, "delivered")

    text.refresh_from_db()
    assert text.status == "delivered"


def test_a_gateway_speaks_of_its_own_texts_only(client, settings, gateway, text):
    other = TextGateway.objects.create(name="O", provider="twilio", account="AC2", sender="x", secret=TOKEN)

    receipt(client, settings, other, "failed")
    receipt(client, settings, other, "failed", sid="SM9", query=f"?message={text.pk}")

    text.refresh_from_db()
    assert text.status == "sent"


def test_a_letter_is_no_text(client, settings, gateway):
    letter = MessageFactory(status="sent", sent_at=clock.now())

    receipt(client, settings, gateway, "failed", query=f"?message={letter.pk}")

    letter.refresh_from_db()
    assert letter.status == "sent"


def test_a_number_that_is_none_bounces(client, settings, gateway, text):
    receipt(client, settings, gateway, "undelivered", ErrorCode="30005")

    text.refresh_from_db()
    assert (text.status, text.bounce) == ("bounced", "hard")


@pytest.mark.parametrize("name", ["status", "reply"])
def test_nobody_opens_a_door_without_its_token_or_without_the_signature(client, settings, gateway, text, name):
    fields = {"MessageSid": "SM1", "MessageStatus": "failed", "From": PHONE, "Body": "9"}

    guessed = call(client, settings, gateway, name, token="x" * 32, **fields)
    forged = call(client, settings, gateway, name, secret="other", **fields)
    bare = client.post(reverse(f"sms:{name}", args=[gateway.pk, gateway.door_token]), fields)

    assert [answer.status_code for answer in (guessed, forged, bare)] == [404, 403, 403]
    assert not IncomingText.objects.exists()
    text.refresh_from_db()
    assert text.status == "sent"


def test_renewed_doors_leave_the_old_ones_closed(admin_client, client, settings, gateway):
    old = gateway.door_token
    admin_client.post(
        reverse("admin:delivery_textgateway_changelist"),
        {"action": "renew_doors", "_selected_action": [gateway.pk]},
    )

    assert call(client, settings, gateway, "status", token=old, MessageSid="a", MessageStatus="b").status_code == 404


def test_a_text_is_kept_once_and_told(client, settings, gateway, text, heard, django_capture_on_commit_callbacks):
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            call(client, settings, gateway, "reply", MessageSid="SM7", From=PHONE, To="+12025550100", Body="9 дякую\0")

    kept = IncomingText.objects.get()
    assert (kept.from_number, kept.text, kept.answers, kept.opt_out) == (PHONE, "9 дякую", text, False)
    assert heard == [kept.pk]


def test_a_text_answers_the_newest_one_that_was_sent(client, settings, gateway, text):
    for status, days in (("sent", 3), ("failed", 0)):
        sent(status=status, sent_at=clock.now() - timedelta(days=days))

    call(client, settings, gateway, "reply", MessageSid="SM7", From=PHONE, Body="9")

    assert IncomingText.objects.get().answers == text


def test_a_text_to_nobody_we_wrote_to_answers_nothing(client, settings, gateway, text):
    call(client, settings, gateway, "reply", MessageSid="SM7", From="+380501112200", Body="9")

    assert IncomingText.objects.get().answers is None


def test_what_the_provider_took_for_a_no_is_known(client, settings, gateway, text):
    call(client, settings, gateway, "reply", MessageSid="SM7", From=PHONE, Body="STOP", OptOutType="STOP")

    assert IncomingText.objects.get().opt_out


def test_what_makes_no_sense_is_a_bad_request(client, settings, gateway):
    assert call(client, settings, gateway, "status", MessageSid="SM1").status_code == 400
    assert call(client, settings, gateway, "reply", Body="9").status_code == 400


@pytest.mark.parametrize("sid", ["SM1\0", "SM1" * 2000])
def test_an_id_that_no_text_has_is_refused_in_one_line(client, settings, gateway, text, caplog, sid):
    answer = receipt(client, settings, gateway, "delivered", sid=sid)

    (line,) = [record for record in caplog.records if "could not be understood" in record.getMessage()]
    assert (answer.status_code, line.msg.get("exc_info")) == (400, None)
    assert len(line.getMessage()) < 300
    text.refresh_from_db()
    assert text.status == "sent"


def test_a_receipt_of_the_first_try_leaves_a_second_one_alone(client, settings, gateway, text):
    Message.objects.update(provider_id="", status="queued", sent_at=None)

    receipt(client, settings, gateway, "failed", query=f"?message={text.pk}")

    text.refresh_from_db()
    assert text.status == "queued"


def test_a_text_answers_what_its_own_gateway_sent_and_no_old_one_of_unknown_fate(client, settings, gateway, text):
    other = TextGateway.objects.create(name="O", provider="twilio", account="AC2", sender="x", secret=TOKEN)
    sent(provider_id=f"{other.pk}:SM1", sent_at=clock.now() + timedelta(minutes=1))
    sent(status="unknown", sent_at=None, created_at=clock.now() - timedelta(days=50))

    call(client, settings, gateway, "reply", MessageSid="SM7", From=PHONE, Body="9")

    assert IncomingText.objects.get().answers == text


@pytest.mark.parametrize(("later", "is_new"), [(timedelta(minutes=4), False), (timedelta(minutes=11), True)])
def test_the_same_words_without_an_id_are_new_once_some_minutes_have_passed(gateway, text, later, is_new):
    now = clock.now()
    said = Reply(provider_id="", from_number=PHONE, to_number="", text="9")
    replies.keep(gateway, said, now=now)

    assert replies.keep(gateway, said, now=now + later) == is_new


@pytest.mark.parametrize("written", ["0501112233", "501112233", "050 111-22-33", "00380501112233", "380501112233"])
def test_a_number_written_as_within_its_country_is_the_one_we_wrote_to(gateway, text, written):
    replies.keep(gateway, Reply(provider_id="1", from_number=written, to_number="", text="STOP"), now=clock.now())

    assert IncomingText.objects.get().answers == text


@pytest.mark.parametrize("written", ["0501112234", "112233", "2233", "SHOP"])
def test_another_number_is_nobodys(gateway, text, written):
    replies.keep(gateway, Reply(provider_id="1", from_number=written, to_number="", text="STOP"), now=clock.now())

    assert IncomingText.objects.get().answers is None


def test_an_ending_that_two_numbers_have_is_nobodys(gateway, text):
    sent(to_address="+48501112233")

    replies.keep(gateway, Reply(provider_id="1", from_number="0501112233", to_number="", text="9"), now=clock.now())

    assert IncomingText.objects.get().answers is None
