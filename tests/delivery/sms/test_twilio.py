import hashlib
from urllib.parse import parse_qs

import pytest
from django.test import RequestFactory

from delivery.media.sms import gateways, twilio
from delivery.media.sms.gateway import NotProven, OutOfOrder, Receipt, Reply, Unreadable
from delivery.media.sms.twilio import Twilio, is_signed, signature
from delivery.models import TextGateway
from tests.delivery.sms.parcels import ANYWHERE, NASTY, SECRET_OF_A_DOOR, keeping, outcome, parcel, says_when
from tests.delivery.smtp import free_port
from tests.fakes.twilio import ACCOUNT, SENDER, TOKEN, FakeTwilio, signed

# The vector of Twilio's own library.
VECTOR = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
VECTOR_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
VECTOR_SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.fixture
def fake(settings):
    settings.DEBUG = True
    with FakeTwilio() as server:
        yield server


def account(fake, **fields):
    return Twilio(
        **{
            "account": ACCOUNT,
            "secret": TOKEN,
            "sender": SENDER,
            "callback": SECRET_OF_A_DOOR,
            "base": fake.url,
            **fields,
        }
    )


def called(form, given, url=VECTOR_URL):
    path = "/" + url.split("/", 3)[3]
    return RequestFactory().post(path, form, headers={"X-Twilio-Signature": given} if given else {})


def test_a_text_arrives_as_it_was_written_once_with_the_address_for_its_receipts(fake):
    sid = account(fake).send(parcel(text=NASTY))

    (text,) = fake.texts
    assert (text.id, text.to, text.sender, text.text) == (sid, "+380501112233", SENDER, NASTY)
    assert text.told["StatusCallback"] == f"{SECRET_OF_A_DOOR}?message=7"
    assert len(fake.requests) == 1


def test_a_messaging_service_is_named_as_one(fake):
    service = "MG" + "a" * 32
    fake.senders.add(service)

    account(fake, sender=service).send(parcel())

    (_request,) = fake.requests
    form = parse_qs(_request[3].decode())
    assert form["MessagingServiceSid"] == [service]
    assert "From" not in form


def test_a_host_that_twilio_does_not_call_is_not_given_to_it(fake):
    account(fake, callback="https://plumb_test.example/sms/").send(parcel())

    assert "StatusCallback" not in fake.texts[0].told


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (21211, "Refused hard"),
        (21614, "Refused hard"),
        (21610, "Refused unsubscribed"),
        (21408, "Refused"),
        (30003, "Refused soft"),
        (21606, "OutOfOrder"),
        (21608, "OutOfOrder"),
        (90010, "OutOfOrder"),
        (20429, "PutOff"),
        (21611, "PutOff"),
        (99999, "Refused"),
    ],
)
def test_what_twilios_errors_mean(fake, code, meaning):
    fake.refused["+380501112233"] = code

    assert outcome(account(fake)) == meaning
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("fields", "meaning"),
    [({"secret": "wrong"}, "OutOfOrder"), ({"account": "AC1"}, "OutOfOrder"), ({"sender": "Stranger"}, "OutOfOrder")],
)
def test_an_account_that_is_not_right_waits_for_a_person(fake, fields, meaning):
    assert outcome(account(fake, **fields)) == meaning


def test_what_the_fake_refuses_the_real_one_would(fake):
    fake.has_balance = False
    assert outcome(account(fake)) == "OutOfOrder"
    assert outcome(account(fake), parcel(to="+1")) == "Refused hard"
    assert outcome(account(fake), parcel(text="x" * 1601)) == "Refused"
    assert outcome(account(fake), parcel(text="")) == "Refused"
    assert fake.texts == []


@ANYWHERE
def test_whatever_the_server_says(fake, answer, meaning):
    fake.script = [answer]

    assert outcome(account(fake)) == meaning
    assert len(fake.requests) == 1
    assert len(fake.texts) == (answer == "hang-up-after")


def test_a_text_that_failed_at_once_was_not_taken(fake):
    fake.script = [(201, {"sid": "SM1", "status": "failed", "error_code": 21610, "error_message": "STOP"})]

    assert outcome(account(fake)) == "Refused unsubscribed"


def test_it_is_asked_again_when_it_says(fake):
    assert says_when(account(fake), fake) == 77


def test_where_nobody_listens_nothing_was_sent(settings):
    settings.DEBUG = True
    nobody = Twilio(account=ACCOUNT, secret=TOKEN, sender=SENDER, base=f"http://127.0.0.1:{free_port()}")

    assert outcome(nobody) == "PutOff"


def test_no_secret_is_shown_even_when_it_is_told_back(fake):
    gateway = account(fake)
    assert TOKEN not in repr(gateway)
    assert "d00r" not in repr(gateway)
    fake.script = [(400, {"code": 21609, "message": f"Invalid StatusCallback {SECRET_OF_A_DOOR} of {TOKEN}"})]

    with pytest.raises(OutOfOrder) as caught:
        gateway.send(parcel())

    assert str(caught.value) == "Twilio answered: 400 21609 Invalid StatusCallback ••• of •••"


def test_the_signature_is_that_of_twilios_own_library():
    assert signature("12345", VECTOR_URL, {name: [value] for name, value in VECTOR.items()}) == VECTOR_SIGNATURE
    assert is_signed(called(VECTOR, VECTOR_SIGNATURE), VECTOR_URL, "12345")


@pytest.mark.parametrize("one", ["https://mycompany.com/a?b=1", "https://mycompany.com:443/a?b=1"])
@pytest.mark.parametrize("other", ["https://mycompany.com/a?b=1", "https://mycompany.com:443/a?b=1"])
def test_the_default_port_may_be_written_by_either(one, other):
    assert is_signed(called(VECTOR, signed("12345", other, VECTOR), one), one, "12345")


def test_another_port_is_another_address():
    url, other = "https://mycompany.com:8443/a", "https://mycompany.com/a"

    assert is_signed(called(VECTOR, signed("12345", url, VECTOR), url), url, "12345")
    assert not is_signed(called(VECTOR, signed("12345", other, VECTOR), url), url, "12345")


@pytest.mark.parametrize(
    ("form", "given", "secret"),
    [
        (VECTOR, VECTOR_SIGNATURE, "54321"),
        (VECTOR, VECTOR_SIGNATURE, ""),
        (VECTOR, signature("", VECTOR_URL, {name: [value] for name, value in VECTOR.items()}), ""),
        (VECTOR, "", "12345"),
        (VECTOR, "Їжак", "12345"),
        ({**VECTOR, "Digits": "4321"}, VECTOR_SIGNATURE, "12345"),
        ({**VECTOR, "More": ""}, VECTOR_SIGNATURE, "12345"),
    ],
)
def test_what_is_not_signed_is_not_twilios(form, given, secret):
    request = called(form, "")
    request.META["HTTP_X_TWILIO_SIGNATURE"] = given

    assert not is_signed(request, VECTOR_URL, secret)


def test_signatures_are_compared_in_constant_time(monkeypatch):
    compared = []
    monkeypatch.setattr(twilio.hmac, "compare_digest", lambda one, other: compared.append(other) or False)

    assert not is_signed(called(VECTOR, VECTOR_SIGNATURE), VECTOR_URL, "12345")
    assert compared == [VECTOR_SIGNATURE.encode()] * 2


def test_a_body_that_is_no_form_is_signed_by_its_digest():
    url = f"https://mycompany.com/a?bodySHA256={hashlib.sha256(b'{}').hexdigest()}"

    def sent(body):
        given = signed("12345", url, {})
        request = RequestFactory().post(url[21:], body, "application/json", headers={"X-Twilio-Signature": given})
        return is_signed(request, url, "12345")

    assert sent(b"{}")
    assert not sent(b"[]")


def test_a_name_that_comes_twice_counts_with_its_different_values_in_order():
    values = {"b": ["2", "1", "2"], "a": ["x"]}

    assert signature("12345", "https://a.example/", values) == signature(
        "12345", "https://a.example/ax", {"b": ["1", "2"]}
    )


@pytest.mark.parametrize(
    ("status", "code", "receipt"),
    [
        ("sent", None, None),
        ("sending", None, None),
        ("delivered", None, {"delivered": True}),
        ("read", None, {"delivered": True}),
        ("undelivered", 30003, {"undeliverable": "Twilio: undelivered 30003", "bounce": "soft"}),
        ("undelivered", 30005, {"undeliverable": "Twilio: undelivered 30005", "bounce": "hard"}),
        ("undelivered", 30006, {"undeliverable": "Twilio: undelivered 30006", "bounce": "hard"}),
        ("undelivered", 30007, {"undeliverable": "Twilio: undelivered 30007"}),
        ("failed", 21610, {"undeliverable": "Twilio: failed 21610", "objection": "unsubscribed"}),
        ("failed", None, {"undeliverable": "Twilio: failed"}),
        ("canceled", None, {"undeliverable": "Twilio: canceled"}),
    ],
)
def test_what_a_receipt_says(fake, status, code, receipt):
    kept, gateway = keeping(fake), account(fake)
    sid = gateway.send(parcel())
    fake.set_status(status, code=code)

    ((request, url),) = kept
    assert gateway.receipt_of(request, url) == (receipt and Receipt(provider_id=sid, message=7, **receipt))


def test_receipts_come_twice_and_out_of_order(fake):
    kept, gateway = keeping(fake), account(fake)
    gateway.send(parcel())
    fake.set_status("delivered", times=2)
    fake.set_status("sent")

    found = [gateway.receipt_of(*one) for one in kept]
    assert found[0] == found[1]
    assert found[0].delivered
    assert found[2] is None


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "9" * 30, "1 or 1"])
def test_a_number_in_our_address_that_is_none_is_left_out(fake, number):
    url = f"https://plumb.example/s/?message={number}"
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    request = RequestFactory().post("/s/", form, query_params={"message": number})
    request.META["HTTP_X_TWILIO_SIGNATURE"] = signed(TOKEN, url, form)

    assert account(fake).receipt_of(request, url) == Receipt(provider_id="SM1", delivered=True)


def test_a_receipt_and_a_text_that_nobody_signed_are_refused(fake):
    for given in ("", "bm9wZQ=="):
        request = called({"MessageSid": "SM1", "MessageStatus": "delivered", "From": "+37060000000"}, given)
        with pytest.raises(NotProven):
            account(fake).receipt_of(request, VECTOR_URL)
        with pytest.raises(NotProven):
            account(fake).reply_of(request, VECTOR_URL)


def test_what_is_no_receipt_and_no_text_is_unreadable(fake):
    request = called({}, signed(TOKEN, VECTOR_URL, {}))

    with pytest.raises(Unreadable):
        account(fake).receipt_of(request, VECTOR_URL)
    with pytest.raises(Unreadable):
        account(fake).reply_of(request, VECTOR_URL)


def test_what_somebody_writes_back_comes_as_it_was_written(fake):
    kept, gateway = keeping(fake), account(fake)
    gateway.send(parcel())
    fake.reply_url = "https://plumb.example/sms/1/d00r/reply/"
    fake.answer("9 дякую & <b>")
    fake.answer(" stop ")

    (thanks, url), (stop, _url) = kept
    assert gateway.reply_of(thanks, url) == Reply(
        provider_id=thanks.POST["MessageSid"], from_number="+380501112233", to_number=SENDER, text="9 дякую & <b>"
    )
    assert gateway.reply_of(stop, url).opt_out
    assert outcome(gateway) == "Refused unsubscribed"


def test_a_text_of_a_machine_is_none_of_a_person(fake):
    form = {"MessageSid": "SM1", "From": "Bank", "Body": "Your code"}

    assert account(fake).reply_of(called(form, signed(TOKEN, VECTOR_URL, form)), VECTOR_URL) is None


def test_another_base_is_for_trying_things_out_only(settings):
    row = TextGateway(
        pk=1, provider="twilio", account="AC1", secret="s3cret", sender="X", settings={"base": "http://x"}
    )
    settings.DEBUG = True
    assert gateways.of(row).base == "http://x"
    settings.DEBUG = settings.PLAIN_HTTP = False
    assert gateways.of(row).base == "https://api.twilio.com"
    assert not gateways.of(row).polls
