import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import RequestFactory

from delivery.media import PutOff
from delivery.media.sms import gateways
from delivery.media.sms.gateway import OutOfOrder, Receipt
from delivery.media.sms.parcel import ViberText
from delivery.media.sms.turbosms import TurboSms
from delivery.models import TextGateway
from tests.delivery.sms.parcels import ANYWHERE, NASTY, outcome, parcel, says_when
from tests.delivery.smtp import free_port
from tests.fakes.turbosms import SENDER, TOKEN, FakeTurboSms

# In winter Kyiv is two hours ahead.
UPDATED = datetime(2026, 11, 28, 10, tzinfo=UTC)


@pytest.fixture
def fake(settings):
    settings.DEBUG = True
    with FakeTurboSms() as server:
        yield server


def account(fake, **fields):
    return TurboSms(**{"secret": TOKEN, "sender": SENDER, "base": fake.url, **fields})


def item(code, phone="380501112233", sid="id-1"):
    return {"phone": phone, "response_code": code, "message_id": sid, "response_status": "?"}


def answer(code, *items):
    return (200, {"response_code": code, "response_status": "?", "response_result": list(items) or None})


def test_a_text_arrives_as_it_was_written_once(fake):
    sid = account(fake).send(parcel(text=NASTY))

    (text,) = fake.texts
    assert (text.id, text.to, text.sender, text.text) == (sid, "+380501112233", SENDER, NASTY)
    assert text.told == {"recipients": ["380501112233"], "sms": {"sender": SENDER, "text": NASTY}}
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (305, "Refused hard"),
        (404, "Refused unsubscribed"),
        (406, "Refused"),
        (412, "Refused"),
        (401, "OutOfOrder"),
        (503, "PutOff"),
        (500, "Unclear"),
        (999, "Unclear"),
        (77, "Unclear"),
    ],
)
def test_the_code_of_the_recipient_counts_not_that_of_the_whole(fake, code, meaning):
    fake.refused["+380501112233"] = code

    assert outcome(account(fake)) == meaning
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("fields", "text", "meaning"),
    [
        ({"secret": "wrong"}, {}, "OutOfOrder"),
        ({"sender": "Stranger"}, {}, "OutOfOrder"),
        ({"sender": ""}, {}, "OutOfOrder"),
        ({"secret": "two\nlines"}, {}, "OutOfOrder"),
        ({"secret": "ключ"}, {}, "OutOfOrder"),
        ({}, {"to": "+1"}, "Refused hard"),
        ({}, {"text": ""}, "Refused"),
        ({}, {"text": "x" * 1522}, "Refused"),
    ],
)
def test_what_turbosms_refuses(fake, fields, text, meaning):
    assert outcome(account(fake, **fields), parcel(**text)) == meaning
    assert fake.texts == []


def test_an_empty_account_waits_for_a_person(fake):
    fake.has_balance = False

    assert outcome(account(fake)) == "OutOfOrder"


@ANYWHERE
def test_whatever_the_server_says(fake, answer, meaning):
    fake.script = [answer]

    assert outcome(account(fake)) == meaning
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("told", "meaning"),
    [
        (answer(800), "Unclear"),
        (answer(800, item(0, phone="380509999999")), "Unclear"),
        (answer(802, item(0)), "id-1"),
        (answer(802, item(0, phone=None)), "id-1"),
        (answer(802, item(0, phone="+380501112233")), "id-1"),
        (answer(802, item(305, phone="380509999999"), item(0)), "id-1"),
        (answer(802, item(0, phone="380509999999"), item(305)), "Refused hard"),
        (answer(0, item(0, sid=None)), ""),
        (answer(800, item("0")), "id-1"),
        (answer(800, item(True)), "Unclear"),
        (answer(203), "OutOfOrder"),
        (answer("203"), "OutOfOrder"),
        (answer(None), "Unclear"),
        ((500, {"response_code": 203}), "OutOfOrder"),
        ((200, {"response_code": 800, "response_result": {"0": item(0)}}), "Unclear"),
        ((200, {"response_code": 800, "response_result": ["x"]}), "Unclear"),
    ],
    ids=str,
)
def test_an_answer_is_read_for_our_recipient(fake, told, meaning):
    fake.script = [told]

    assert outcome(account(fake)) == meaning


def test_it_is_asked_again_when_it_says(fake):
    assert says_when(account(fake), fake) == 77


def test_where_nobody_listens_nothing_was_sent_and_nothing_is_known(settings):
    settings.DEBUG = True
    nobody = TurboSms(secret=TOKEN, sender=SENDER, base=f"http://127.0.0.1:{free_port()}")

    assert outcome(nobody) == "PutOff"
    with pytest.raises(PutOff):
        nobody.receipts(["id-1"])


def test_no_secret_is_shown_even_when_it_is_told_back(fake):
    fake.script = [(200, {"response_code": 301, "response_status": f"INVALID_TOKEN {TOKEN}"})]
    gateway = account(fake)

    with pytest.raises(OutOfOrder) as caught:
        gateway.send(parcel())

    assert str(caught.value) == "TurboSMS answered: 301 INVALID_TOKEN •••"
    assert TOKEN not in repr(gateway)


@pytest.mark.parametrize(
    ("status", "receipt"),
    [
        ("Queued", None),
        ("Accepted", None),
        ("Sent", None),
        ("Unknown", None),
        ("delivered", None),
        ("Delivered", {"delivered": True}),
        ("Read", {"delivered": True}),
        ("Undelivered", {"undeliverable": "TurboSMS: Undelivered", "bounce": "soft"}),
        ("Expired", {"undeliverable": "TurboSMS: Expired", "bounce": "soft"}),
        ("Failed", {"undeliverable": "TurboSMS: Failed", "bounce": "soft"}),
        ("Rejected", {"undeliverable": "TurboSMS: Rejected"}),
        ("Cancelled", {"undeliverable": "TurboSMS: Cancelled"}),
    ],
)
def test_a_state_is_read_as_a_whole(fake, status, receipt):
    gateway = account(fake)
    sid = gateway.send(parcel())
    fake.set_status(status)

    assert gateway.receipts([sid]) == ([Receipt(provider_id=sid, at=UPDATED, **receipt)] if receipt else [])


def test_many_are_asked_for_at_once_and_strangers_are_left_out(fake):
    gateway = account(fake)
    ids = [gateway.send(parcel(to=f"+3805011122{place:02}")) for place in range(100)]
    for text in fake.texts:
        text.status = "Delivered"
    asked = len(fake.requests)

    found = gateway.receipts([*ids[:99], "unknown"])

    assert [receipt.provider_id for receipt in found] == ids[:99]
    assert len(fake.requests) == asked + 1
    fake.script = [(200, {"response_code": 0, "response_result": [{"message_id": "other", "status": "Delivered"}]})]
    assert gateway.receipts(ids[:1]) == []


def test_a_time_that_is_none_is_left_out(fake):
    gateway = account(fake)
    sid = gateway.send(parcel())
    fake.updated = "yesterday"
    fake.set_status("Delivered")

    assert gateway.receipts([sid]) == [Receipt(provider_id=sid, delivered=True)]


@pytest.mark.parametrize(
    "told",
    ["hang-up", (500, "Oops"), (200, ""), (200, "<h1>"), (429, ""), (400, "no"), (200, {"response_code": 500})],
    ids=str,
)
def test_a_question_that_was_not_answered_is_asked_again(fake, told):
    fake.script = [told]

    with pytest.raises(PutOff) as caught:
        account(fake).receipts(["id-1"])
    assert not isinstance(caught.value, OutOfOrder)


def test_a_question_with_a_wrong_token_waits_for_a_person(fake):
    with pytest.raises(OutOfOrder):
        account(fake, secret="wrong").receipts(["id-1"])


def test_it_pushes_nothing(fake):
    request = RequestFactory().post("/s/", json.dumps({"status": "Delivered"}), "application/json")

    assert account(fake).receipt_of(request, "https://plumb.example/s/") is None
    assert account(fake).reply_of(request, "https://plumb.example/s/") is None


def test_it_is_built_from_its_row():
    gateway = gateways.of(TextGateway(pk=1, provider="turbosms", secret="t0ken", sender="ACME"))

    assert (gateway.base, gateway.sender, gateway.secret) == ("https://api.turbosms.ua", "ACME", "t0ken")
    assert gateway.polls


VIBER = ViberText(sender=SENDER, text="In Viber", seconds=3600)


def test_viber_is_tried_first_and_says_so_when_it_arrives(fake):
    fake.on_viber.add("+380501112233")

    sid = account(fake).send(parcel(text="As a text", viber=VIBER))

    (text,) = fake.texts
    assert text.text == "In Viber"
    assert text.told["viber"] == {"sender": SENDER, "text": "In Viber", "ttl": 3600, "is_transactional": 1}
    assert text.told["sms"] == {"sender": SENDER, "text": "As a text"}
    text.status = "Delivered"
    assert account(fake).receipts([sid]) == [Receipt(provider_id=sid, delivered=True, at=UPDATED, by_viber=True)]


def test_who_has_no_viber_gets_the_text(fake):
    sid = account(fake).send(parcel(text="As a text", viber=VIBER))

    (text,) = fake.texts
    text.status = "Delivered"
    assert text.text == "As a text"
    assert account(fake).receipts([sid]) == [Receipt(provider_id=sid, delivered=True, at=UPDATED)]


def test_a_button_in_viber_leads_where_the_link_would(fake):
    button = replace(VIBER, button="Answer", link="https://nps.example/s/x/")

    account(fake).send(parcel(viber=button))

    sent = fake.texts[0].told["viber"]
    assert (sent["caption"], sent["action"], sent["is_transactional"]) == ("Answer", "https://nps.example/s/x/", 0)


@pytest.mark.parametrize(("status", "is_over"), [("Undelivered", False), ("Expired", False), ("Failed", False),
                                                 ("Rejected", True), ("Cancelled", True)])  # fmt: skip
def test_what_viber_has_not_delivered_is_not_over_for_the_text_follows(fake, status, is_over):
    fake.on_viber.add("+380501112233")
    sid = account(fake).send(parcel(viber=VIBER))
    fake.set_status(status)
    assert bool(account(fake).receipts([sid])) is is_over

    fake.on_viber.clear()
    fake.set_status("Delivered")
    assert account(fake).receipts([sid]) == [Receipt(provider_id=sid, delivered=True, at=UPDATED)]
