"""What a refusal means for its message, its customer, its template and its number."""

import json
from datetime import timedelta

import pytest

from accounts import clock
from delivery.media.carrier import PutOff, Refused, Unclear
from delivery.media.whatsapp.carrier import WhatsAppCarrier
from delivery.media.whatsapp.parcel import WhatsAppParcel
from delivery.models import WhatsAppNumber
from tests.delivery.whatsapp.numbers import connected
from tests.factories import BrandFactory
from tests.fakes.whatsapp import TOKEN, error

pytestmark = pytest.mark.django_db
HELLO = {"type": "text", "text": {"body": "Hello"}}


@pytest.fixture
def number(fake):
    return connected(fake, BrandFactory(), approved=False)


def parcel(number, **fields):
    told = {"number": number.pk, "to": "+380501112233", "content": HELLO, "message": 5, "claim": 2}
    return WhatsAppParcel(**told | fields)


def refused(fake, number, code, *, status=400, carrier=None, **fields):
    fake.script.append((status, json.dumps(error(code))))
    with pytest.raises((PutOff, Refused, Unclear)) as caught:
        (carrier or WhatsAppCarrier()).send(parcel(number, **fields))
    return caught.value


def test_what_is_taken_names_our_message_and_the_try(fake, number):
    fake.chat("+380501112233").written_at = 2e12

    named = WhatsAppCarrier().send(parcel(number))

    (message,) = fake.sent
    assert named == f"{number.pk}:{message.id}"
    assert message.reference == "5.2"


@pytest.mark.parametrize("code", [4, 80007, 130429, 131048, 131016, 131000])
def test_too_much_at_once_lets_the_number_be_quiet(fake, number, code):
    carrier = WhatsAppCarrier()

    assert isinstance(refused(fake, number, code, carrier=carrier), PutOff)

    with pytest.raises(PutOff):
        carrier.send(parcel(number, to="+380671112233"))
    assert len(fake.requests) == 1
    number.refresh_from_db()
    assert number.error == ""


@pytest.mark.parametrize(("code", "hours"), [(131056, 0), (131049, 24)])
def test_one_customer_who_gets_too_much_keeps_no_other_waiting(fake, number, code, hours):
    carrier = WhatsAppCarrier()
    fake.chat("+380671112233").written_at = 2e12

    put_off = refused(fake, number, code, carrier=carrier)

    assert put_off.after >= timedelta(hours=hours)
    carrier.send(parcel(number, to="+380671112233"))
    assert len(fake.sent) == 1


@pytest.mark.parametrize(
    ("code", "bounce", "objection"),
    [
        (131026, "hard", ""),
        (131050, "", "unsubscribed"),
        (131047, "", ""),
        (131009, "", ""),
        (100, "", ""),
        (7, "", ""),
    ],
)
def test_what_would_be_refused_again_is_not_sent_again(fake, number, code, bounce, objection):
    told = refused(fake, number, code)

    assert isinstance(told, Refused)
    assert (told.bounce, told.objection) == (bounce, objection)


@pytest.mark.parametrize(("code", "status"), [(190, 401), (10, 403), (200, 403), (299, 403), (131042, 400), (368, 400)])
def test_what_a_person_must_mend_lets_the_number_rest_over_all_workers(fake, number, code, status):
    assert isinstance(refused(fake, number, code, status=status), PutOff)

    number.refresh_from_db()
    assert number.error.startswith(f"{code} ")
    with pytest.raises(PutOff):
        WhatsAppCarrier().send(parcel(number))
    assert len(fake.requests) == 1


def test_a_test_does_not_mind_that_the_number_rests(fake, number):
    WhatsAppNumber.objects.update(rests_until=clock.now() + timedelta(hours=1))
    fake.chat("+380501112233").written_at = 2e12

    WhatsAppCarrier().send(parcel(number, is_trial=True))

    number.refresh_from_db()
    assert (number.rests_until, number.sent_at is not None) == (None, True)


def test_a_phone_number_id_that_meta_does_not_know_is_the_numbers_fault(fake, number):
    WhatsAppNumber.objects.update(phone_number_id="404")

    with pytest.raises(PutOff):
        WhatsAppCarrier().send(parcel(number))

    number.refresh_from_db()
    assert number.error.startswith("100 ")


@pytest.mark.parametrize("said", ["hang-up-after", (502, "<html>"), (200, "{}"), (200, '{"messages": [{}]}')])
def test_what_nobody_can_tell_is_unclear(fake, number, said):
    fake.script.append(said)

    with pytest.raises(Unclear):
        WhatsAppCarrier().send(parcel(number))


@pytest.mark.parametrize("code", [1, 2])
def test_meta_itself_may_not_know(fake, number, code):
    assert isinstance(refused(fake, number, code, status=500), Unclear)


def test_no_text_of_an_error_holds_the_token(fake, number):
    fake.script.append((400, json.dumps({"error": {"code": 190, "message": f"Bad token {TOKEN}"}})))

    with pytest.raises(PutOff) as caught:
        WhatsAppCarrier().send(parcel(number))

    number.refresh_from_db()
    assert TOKEN not in str(caught.value)
    assert number.error == "190 Bad token •••"


def test_a_number_that_is_switched_off_lets_its_messages_wait(fake, number):
    WhatsAppNumber.objects.update(is_active=False)

    with pytest.raises(PutOff, match="switched off"):
        WhatsAppCarrier().send(parcel(number))
