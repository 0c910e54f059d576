"""Asking by text message through a gateway: what is written, what is paid, and the way back to the page."""

import json
import re
from datetime import time, timedelta
from decimal import Decimal

import pytest

from accounts import clock
from accounts.models import Brand
from delivery import composers, dispatch
from delivery.media import PutOff
from delivery.media.sms import receipts
from delivery.media.sms.carrier import SmsCarrier
from delivery.models import Message, TextGateway
from delivery.services import recover_stuck
from surveys.fates import delivery_news
from surveys.models import Invitation, Survey
from surveys.services import judge_due, plan_invitations
from tests.delivery.web import serving
from tests.factories import ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "+380501112233"
PRICE = Decimal("0.0350")


def taken(number="aa11"):
    item = {"phone": PHONE[1:], "response_code": 0, "message_id": number, "response_status": "OK"}
    return 200, json.dumps({"response_code": 800, "response_status": "ACCEPTED", "response_result": [item]})


@pytest.fixture
def provider():
    with serving() as server:
        server.script = [taken()]
        yield server


@pytest.fixture
def gateway(provider):
    return TextGateway.objects.create(
        name="Turbo", provider="turbosms", sender="ALDER", secret="t0ken", price=PRICE,
        settings={"base": f"http://127.0.0.1:{provider.port}"},
    )  # fmt: skip


def asked(*media, language="uk", **contact):
    trigger = TriggerFactory(
        survey=SurveyVersionFactory().survey,
        media=list(media or ["sms"]),
        window_weekdays=[1, 2, 3, 4, 5, 6, 7],
        window_start=time(0, 0),
        window_end=time.max,
    )
    contact = ContactFactory(**{"phone": PHONE, "language": language} | contact)
    touchpoint = TouchpointFactory(contact=contact, occurred_at=clock.now() - trigger.delay - timedelta(days=1))
    plan_invitations()
    Invitation.objects.update(due_at=clock.now())
    judge_due()
    return Invitation.objects.get(touchpoint=touchpoint)


def send():
    sent = dispatch.send_due("sms")
    delivery_news.sync()
    return sent


def texts(provider):
    return [content["sms"]["text"] for content in provider.contents if "sms" in content]


def test_a_customer_gets_the_question_and_a_short_link_that_opens_the_page(client, provider, gateway):
    invitation = asked()

    send()

    (text,) = texts(provider)
    link = re.search(r"https?://[^ ]+", text)[0]
    token = link.rstrip("/").rpartition("/")[2]
    assert text.startswith("Наскільки ймовірно, що ви порекомендуєте Ąžuolas & Co другу або колезі? 0-10: http")
    assert len(token) == 22
    page = client.get(f"/s/{token}/")
    assert (page.status_code, b'name="score"' in page.content) == (200, True)
    invitation.refresh_from_db()
    assert (invitation.status, invitation.medium) == ("sent", "sms")


def test_parts_are_paid_and_stand_on_the_message(provider, gateway):
    asked()

    send()

    message = Message.objects.get()
    assert (message.cost, message.provider_id) == (2 * PRICE, f"{gateway.pk}:aa11")


def test_links_use_the_short_address_of_the_brand(provider, gateway):
    invitation = asked()
    Brand.objects.update(short_url="https://ald.example/")
    Message.objects.update(context={**Message.objects.get().context, "text_url": Brand.objects.get().text_url})

    send()

    assert f"https://ald.example/s/{invitation.token}/" in texts(provider)[0]


def test_without_diacritics_a_lithuanian_text_is_one_part(provider, gateway):
    invitation = asked(language="lt")
    Survey.objects.update(sms_plain=True)
    Message.objects.update(context={**Message.objects.get().context, "plain": True})

    send()

    assert texts(provider)[0].startswith("Kiek tiketina, kad rekomenduotumete Azuolas & Co draugui")
    assert Message.objects.get().cost == PRICE
    assert invitation.token in texts(provider)[0]


def test_whoever_can_write_back_is_told_how_to_answer_and_how_to_opt_out(provider, gateway):
    TextGateway.objects.update(takes_replies=True)
    asked(language="en")

    send()

    assert texts(provider)[0].endswith("\nReply: 0-10. No more texts: STOP")


def test_without_a_gateway_the_next_medium_follows_and_the_reason_stands_there(provider):
    asked("sms", "email")

    send()

    failed, queued = Message.objects.order_by("pk")
    assert (failed.medium, failed.status, queued.medium) == ("sms", "failed", "email")
    assert failed.error == "There is no active text gateway for this brand."


def test_a_gateway_of_the_brand_comes_before_one_of_all(provider, gateway):
    invitation = asked()
    own = TextGateway.objects.create(
        name="Own", provider="turbosms", sender="OWN", secret="x", settings=gateway.settings
    )
    own.brands.add(invitation.survey.brand)

    send()

    assert provider.contents[0]["sms"]["sender"] == "OWN"


def test_an_account_out_of_order_keeps_its_texts_until_somebody_mends_it(provider, gateway):
    provider.script = [(200, json.dumps({"response_code": 203, "response_status": "NO_MONEY"}))]
    asked()

    assert send().put_off == 1

    gateway.refresh_from_db()
    assert "NO_MONEY" in gateway.error
    assert Message.objects.get().status == "queued"
    assert Message.objects.get().cost == 0


def test_a_silent_gateway_leaves_an_unknown_text_that_nobody_sends_again(provider, gateway):
    provider.script = ["hang-up"]
    invitation = asked()

    assert send().unclear == 1

    Message.objects.filter(status="unknown").get()
    recover_stuck()
    assert send().claimed == 0
    invitation.refresh_from_db()
    assert invitation.status == "unknown"


def test_a_number_on_the_stop_list_is_never_written_to_again(provider, gateway):
    item = {"phone": PHONE[1:], "response_code": 404, "response_status": "STOP_LIST"}
    provider.script = [(200, json.dumps({"response_code": 0, "response_result": [item]}))]
    invitation = asked("sms", "email")

    send()

    invitation.contact.refresh_from_db()
    assert invitation.contact.do_not_contact_reason == "unsubscribed"
    assert [message.medium for message in Message.objects.exclude(status="cancelled")] == ["sms"]


def test_receipts_are_asked_for_and_taken_once(provider, gateway):
    invitation = asked()
    send()
    told = {"message_id": "aa11", "response_code": 0, "status": "Delivered", "updated": "2026-05-20 10:00:05"}
    provider.script = [(200, json.dumps({"response_code": 0, "response_result": [told]}))] * 2

    changed = [receipts.ask_all(), receipts.ask_all()]
    delivery_news.sync()

    invitation.refresh_from_db()
    assert changed == [1, 0]
    assert invitation.status == "delivered"
    assert [path for path, _headers, _content in provider.taken][1:] == ["/message/status.json"]


def test_a_text_that_is_filled_into_too_many_parts_is_not_sent(provider, gateway):
    asked()
    Message.objects.update(context={**Message.objects.get().context, "text_url": "https://" + "a" * 500})

    send()

    assert Message.objects.get().error == "The text is too long for a text message."
    assert provider.taken == []


def test_a_gateway_that_cannot_be_asked_keeps_no_other_from_it_and_undoes_nothing(provider, gateway):
    asked()
    send()
    nobody = {"base": "http://127.0.0.1:9"}
    broken = TextGateway.objects.create(name="A", provider="turbosms", sender="A", secret="x", settings=nobody)
    Message.objects.create(
        medium="sms", purpose="invite", to_address=PHONE, language="uk", template="surveys.invite", idempotency_key="b",
        status="sent", sent_at=clock.now(), provider_id=f"{broken.pk}:1",
    )  # fmt: skip
    told = {"message_id": "aa11", "response_code": 0, "status": "Delivered"}
    provider.script = [(200, json.dumps({"response_code": 0, "response_result": [told]}))]

    assert receipts.ask_all() == 1


def test_a_gateway_that_was_switched_off_is_still_asked(provider, gateway):
    asked()
    send()
    TextGateway.objects.update(is_active=False)
    told = {"message_id": "aa11", "response_code": 0, "status": "Delivered"}
    provider.script = [(200, json.dumps({"response_code": 0, "response_result": [told]}))]

    assert receipts.ask_all() == 1


def test_texts_in_hand_wait_when_their_gateway_is_switched_off(provider, gateway):
    invitation = asked()
    composed = composers.compose([Message.objects.get()])
    TextGateway.objects.update(is_active=False)

    with pytest.raises(PutOff):
        SmsCarrier().send(next(iter(composed.values())))
    assert invitation.status == "queued"
