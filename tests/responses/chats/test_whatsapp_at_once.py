"""What is told by WhatsApp under workers that race: each is kept, taken up and answered once."""

import pytest

from accounts import clock
from delivery.media.whatsapp import arrivals
from delivery.models import ChatEvent, IncomingText, Message
from responses.chats import presses
from responses.models import Response, ResponseTopic, Topic
from responses.texts import intake
from tests.delivery.whatsapp import told
from tests.delivery.whatsapp.told import PHONE
from tests.factories import ContactFactory
from tests.followups.test_letters_at_once import at_once
from tests.responses.chats.phone_talk import Customer, asked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def customer(meta, number):
    asked(ContactFactory(language="en", email="", phone=PHONE), number)
    return Customer(meta, number)


def test_what_meta_tells_at_two_doors_at_once_is_kept_once(customer):
    customer.write("3")
    labels = [label for label in customer.shown[-1].buttons if label not in ("Done", "Change my answer")]
    news = [customer.pressed(label) for label in labels] + [told.text(f"слово {'о' * n}") for n in range(10)]

    assert at_once(lambda: arrivals.keep(customer.number, news, now=clock.now())) == []

    assert ChatEvent.objects.count() == len(labels)
    assert IncomingText.objects.count() == 11


def test_workers_that_race_take_each_up_once(customer):
    customer.write("3")
    labels = [label for label in customer.shown[-1].buttons if label not in ("Done", "Change my answer")]
    news = [customer.pressed(label) for label in labels] + [told.text(f"слово {'о' * n}") for n in range(10)]
    arrivals.keep(customer.number, news, now=clock.now())

    def take():
        presses.take_due()
        intake.take_due(batch=2)

    assert at_once(take) == []

    assert Response.objects.count() == 1
    assert ResponseTopic.objects.count() == len(labels) == min(8, Topic.objects.filter(is_offered=True).count())
    assert sorted(Response.objects.get().comment.splitlines()) == sorted(f"слово {'о' * n}".strip() for n in range(10))
    assert Message.objects.filter(purpose="echo").count() == 1 + len(labels) + 10
