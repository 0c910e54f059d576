"""Texts that go to Viber first, by a gateway that can: one message, one receipt, one price."""

from datetime import time, timedelta
from decimal import Decimal

import pytest

from accounts import clock
from delivery import dispatch
from delivery.media.sms import receipts
from delivery.models import Message, TextGateway
from surveys.fates import delivery_news, ledger
from surveys.models import Invitation
from surveys.services import judge_due, plan_invitations
from tests.factories import ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory
from tests.fakes.turbosms import SENDER, TOKEN, FakeTurboSms

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = "+380501112233"


@pytest.fixture
def fake(settings):
    settings.DEBUG = True
    with FakeTurboSms() as server:
        yield server


def gateway(fake, **fields):
    viber = {"viber_sender": SENDER, "viber_price": Decimal("0.0100"), "viber_minutes": 30} | fields
    return TextGateway.objects.create(
        name="Turbo", provider="turbosms", sender=SENDER, secret=TOKEN, price=Decimal("0.0350"),
        settings={"base": fake.url}, **viber,
    )  # fmt: skip


def asked(language="uk", **survey):
    trigger = TriggerFactory(
        survey=SurveyVersionFactory(**survey).survey,
        media=["sms"],
        window_weekdays=[1, 2, 3, 4, 5, 6, 7],
        window_start=time.min,
        window_end=time.max,
    )
    contact = ContactFactory(phone=PHONE, language=language)
    TouchpointFactory(contact=contact, occurred_at=clock.now() - trigger.delay - timedelta(days=1))
    plan_invitations()
    Invitation.objects.update(due_at=clock.now())
    judge_due()
    dispatch.send_due("sms")
    delivery_news.sync()
    return Invitation.objects.get()


def arrived(fake, status="Delivered"):
    fake.texts[0].status = status
    receipts.ask_all()
    delivery_news.sync()
    return Message.objects.get()


def test_what_arrived_in_viber_costs_what_viber_costs(fake):
    fake.on_viber.add(PHONE)
    gateway(fake)

    invitation = asked()

    assert Message.objects.get().cost == 2 * Decimal("0.0350"), "until it is known, what a text would cost"
    message = arrived(fake)
    assert (message.status, message.arrived_by, message.cost) == ("delivered", "viber", Decimal("0.0100"))
    invitation.refresh_from_db()
    assert (invitation.status, invitation.medium) == ("delivered", "sms")
    assert ("Message delivered", "Viber") in [(moment.what, moment.detail) for moment in ledger.of(invitation)]


def test_what_went_as_a_text_in_the_end_costs_what_a_text_costs(fake):
    gateway(fake)
    asked()

    message = arrived(fake)

    assert (message.status, message.arrived_by, message.cost) == ("delivered", "", 2 * Decimal("0.0350"))


def test_a_receipt_that_comes_twice_changes_nothing_more(fake):
    fake.on_viber.add(PHONE)
    gateway(fake)
    asked()
    first = arrived(fake)
    Message.objects.update(cost=Decimal("9"))

    again = receipts.Receipt(provider_id=fake.texts[0].id, delivered=True, by_viber=True)
    receipts.hear(TextGateway.objects.get(), again, now=clock.now())

    assert Message.objects.get().cost == Decimal("9")
    assert Message.objects.get().changed_at == first.changed_at


def test_viber_has_the_words_with_the_link_and_all_their_letters(fake):
    gateway(fake)

    invitation = asked("lt", survey__sms_plain=True)

    told = fake.texts[0].told
    assert invitation.token in told["viber"]["text"]
    assert "Ąžuolas" in told["viber"]["text"]
    assert "Azuolas" in told["sms"]["text"]
    assert (told["viber"]["ttl"], told["viber"]["is_transactional"]) == (1800, 1)


@pytest.mark.parametrize(
    ("language", "button"), [("en", "Answer"), ("uk", "Відповісти"), ("ru", "Ответить"), ("lt", "Atsakyti")]
)
def test_a_button_stands_in_place_of_the_link(fake, language, button):
    gateway(fake, viber_has_button=True)

    invitation = asked(language)

    viber = fake.texts[0].told["viber"]
    assert (viber["caption"], viber["is_transactional"]) == (button, 0)
    assert viber["action"].endswith(f"/s/{invitation.token}/")
    assert invitation.token not in viber["text"]
    assert not viber["text"].endswith(":")


def test_a_text_that_is_only_its_link_keeps_it_in_viber(fake):
    gateway(fake, viber_has_button=True)

    invitation = asked("en", texts={"en": {"sms_body": "{link}"}})

    viber = fake.texts[0].told["viber"]
    assert viber["text"].endswith(f"/s/{invitation.token}/")
    assert "caption" not in viber


def test_without_a_sender_in_viber_texts_are_texts(fake):
    gateway(fake, viber_sender="")

    asked()

    assert "viber" not in fake.texts[0].told
