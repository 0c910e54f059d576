"""What Meta tells of messages: late, twice, out of order, and of tries that are over."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts import clock
from delivery import outbox
from delivery.media.whatsapp import receipts
from delivery.models import Message, WhatsAppNumber, WhatsAppTemplate
from tests.factories import BrandFactory

pytestmark = pytest.mark.django_db
WAMID = "wamid.HBgM1"


@pytest.fixture
def number():
    return WhatsAppNumber.objects.create(
        brand=BrandFactory(), phone_number_id="1", account_id="2", token="t", app_secret="s",
        utility_price=Decimal("0.04"), marketing_price=Decimal("0.09"),
    )  # fmt: skip


def message(number, **fields):
    return Message.objects.create(
        **{
            "medium": "whatsapp", "purpose": "invite", "to_address": "+380501112233", "language": "uk", "template": "x",
            "status": "sent", "sent_at": clock.now(), "provider_id": f"{number.pk}:{WAMID}", "idempotency_key": "k",
            "context": {"brand_id": number.brand_id}, "claim": 3, "cost": Decimal("0.04"), "attempts": 1,
        } | fields
    )  # fmt: skip


def hear(number, status, *, code=None, **more):
    told = {"id": WAMID, "status": status, "timestamp": str(int(clock.now().timestamp())), **more}
    if code:
        told["errors"] = [{"code": code, "title": "Oops", "error_data": {"details": "Because"}}]
    return receipts.hear(number, told, now=clock.now())


def test_each_thing_is_news_once(number):
    known = message(number)

    assert [hear(number, "delivered"), hear(number, "delivered")] == [True, False]

    known.refresh_from_db()
    assert known.status == "delivered"


def test_read_says_that_it_was_delivered_and_nothing_goes_backwards(number):
    known = message(number)

    hear(number, "read")
    hear(number, "delivered")
    hear(number, "sent")
    hear(number, "failed", code=131026)

    known.refresh_from_db()
    assert (known.status, known.error) == ("delivered", "")


def test_it_may_come_before_our_own_record(number):
    known = message(number, status="sending", claimed_at=clock.now(), provider_id="", sent_at=None)

    hear(number, "delivered", biz_opaque_callback_data=f"{known.pk}.3")

    known.refresh_from_db()
    assert known.status == "delivered"


def test_what_is_told_of_an_earlier_try_does_not_touch_the_next_one(number):
    known = message(number, status="sending", claimed_at=clock.now(), provider_id="", sent_at=None, claim=5)

    assert not hear(number, "failed", code=131026, biz_opaque_callback_data=f"{known.pk}.3")

    known.refresh_from_db()
    assert known.status == "sending"


@pytest.mark.parametrize("claim", [1, 3])
def test_what_arrived_by_an_earlier_try_is_not_sent_again(number, claim):
    known = message(number, status="queued", provider_id="", sent_at=None, claim=4, cost=0)

    assert hear(number, "delivered", biz_opaque_callback_data=f"{known.pk}.{claim}", pricing={"category": "utility"})

    known.refresh_from_db()
    assert (known.status, known.cost) == ("delivered", Decimal("0.04"))


@pytest.mark.parametrize("told", [("failed", 131026), ("failed", 131049), ("sent", None)])
def test_else_what_waits_goes_on_waiting(number, told):
    known = message(number, status="queued", provider_id="", sent_at=None, claim=4)

    assert not hear(number, told[0], code=told[1], biz_opaque_callback_data=f"{known.pk}.3")

    known.refresh_from_db()
    assert (known.status, known.claim) == ("queued", 4)


def test_a_try_that_was_only_noted_is_over_when_the_next_one_waits(number):
    known = message(number, status="sending", claimed_at=clock.now(), provider_id="", sent_at=None)
    outbox.note_sent(known, provider_id=f"{number.pk}:{WAMID}", now=clock.now())

    assert hear(number, "failed", code=131049, biz_opaque_callback_data=f"{known.pk}.3")
    assert not hear(number, "failed", code=131049)

    known.refresh_from_db()
    assert (known.status, known.claim) == ("queued", 4)


def test_one_number_does_not_speak_of_the_messages_of_another(number):
    other = WhatsAppNumber.objects.create(
        brand=BrandFactory(name="B"), phone_number_id="3", account_id="4", token="t", app_secret="s"
    )
    known = message(number, provider_id="")

    assert not hear(other, "delivered", biz_opaque_callback_data=f"{known.pk}.3")
    assert not hear(other, "delivered")

    known.refresh_from_db()
    assert known.status == "sent"


@pytest.mark.parametrize("reference", [None, 7, "", "x", "1.", ".1", "9" * 40 + ".1", "1.1.1", "١.١"])
def test_a_reference_that_is_none_of_ours_means_nothing(number, reference):
    message(number, provider_id="")

    assert not hear(number, "delivered", biz_opaque_callback_data=reference)


def test_a_phone_without_whatsapp_bounces_and_costs_nothing(number):
    known = message(number)

    hear(number, "failed", code=131026)

    known.refresh_from_db()
    assert (known.status, known.bounce, known.cost) == ("bounced", "hard", 0)
    assert known.error == "131026 Oops: Because"


def test_a_no_told_to_meta_is_an_objection(number):
    known = message(number)

    hear(number, "failed", code=131050)

    known.refresh_from_db()
    assert (known.status, known.bounce, known.objection) == ("failed", "", "unsubscribed")


def test_what_will_pass_goes_again_after_a_day_and_not_before(number):
    known = message(number)

    hear(number, "failed", code=131049)

    known.refresh_from_db()
    assert (known.status, known.provider_id, known.claim, known.cost) == ("queued", "", 4, 0)
    assert known.send_after > clock.now() + timedelta(hours=24)


def test_a_repeated_word_on_it_puts_nothing_off_again(number):
    known = message(number)
    hear(number, "failed", code=131049, biz_opaque_callback_data=f"{known.pk}.3")

    assert not hear(number, "failed", code=131049, biz_opaque_callback_data=f"{known.pk}.3")

    known.refresh_from_db()
    assert (known.status, known.claim) == ("queued", 4)


def test_in_the_end_it_has_failed(number):
    known = message(number, attempts=4)

    hear(number, "failed", code=131049)

    known.refresh_from_db()
    assert known.status == "failed"


def test_a_payment_method_that_is_missing_lets_the_number_rest_and_says_why(number):
    known = message(number)

    hear(number, "failed", code=131042)

    known.refresh_from_db()
    number.refresh_from_db()
    assert (known.status, number.error) == ("queued", "131042 Oops: Because")
    assert number.rests_until > clock.now()


def test_what_is_wrong_with_a_template_stands_beside_it(number):
    template = WhatsAppTemplate.objects.create(
        number=number, kind="invitation", language="uk", name="plumb_invitation", state="approved"
    )
    message(number, context={"brand_id": number.brand_id, "default_language": "en"})

    hear(number, "failed", code=132015)

    template.refresh_from_db()
    assert (template.state, template.reason) == ("paused", "132015 Oops: Because")


@pytest.mark.parametrize(
    "pricing",
    [{"billable": False, "category": "utility"},
     {"pricing_model": "PMP", "type": "free_customer_service", "category": "utility"},
     {"pricing_model": "PMP", "type": "free_entry_point", "category": "marketing"}],
)  # fmt: skip
def test_what_is_free_was_free(number, pricing):
    known = message(number)

    hear(number, "delivered", pricing=pricing)

    known.refresh_from_db()
    assert (known.status, known.cost) == ("delivered", 0)


def test_the_price_may_be_told_last(number):
    known = message(number)
    hear(number, "delivered")

    assert hear(number, "read", pricing={"billable": True, "category": "marketing"})
    assert not hear(number, "read", pricing={"billable": True, "category": "marketing"})

    known.refresh_from_db()
    assert (known.status, known.cost) == ("delivered", Decimal("0.09"))


@pytest.mark.parametrize(
    "told",
    [{}, {"id": 7, "status": "delivered"}, {"id": "x" * 500, "status": "delivered"}, {"id": "a\x00", "status": "read"},
     {"id": WAMID, "status": ["delivered"]}, {"id": WAMID, "status": "failed", "errors": "x"},
     {"id": WAMID, "status": "delivered", "timestamp": "1e400", "pricing": 3}],
)  # fmt: skip
def test_nonsense_breaks_nothing(number, told):
    receipts.hear(number, told, now=clock.now())
