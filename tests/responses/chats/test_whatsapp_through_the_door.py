"""The whole way, as Meta goes it: signed calls at our door, and messages that its API takes."""

import pytest
from django.urls import reverse

from delivery.media.whatsapp import templates
from delivery.models import IncomingLetter, Message, WhatsAppNumber
from responses.models import Response, ResponseTopic
from responses.page import offers
from tests.factories import BrandFactory, ContactFactory
from tests.fakes.whatsapp import ACCOUNT, PHONE_NUMBER_ID, SECRET, TOKEN, FakeWhatsApp, through
from tests.responses.chats.phone_talk import PHONE, asked, go_on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fake(client, settings):
    settings.DEBUG = True
    offers.forget()
    with FakeWhatsApp() as server:
        yield through(server, client)


@pytest.fixture
def number(fake):
    number = WhatsAppNumber.objects.create(
        brand=BrandFactory(), phone_number_id=PHONE_NUMBER_ID, account_id=ACCOUNT, token=TOKEN, app_secret=SECRET,
        base=fake.url,
    )  # fmt: skip
    templates.hand_in(number)
    fake.approve()
    templates.read(number)
    fake.subscribe(f"https://plumb.example{reverse('whatsapp:events', args=[number.pk])}", number.verify_token)
    return number


@pytest.fixture
def contact(number):
    contact = ContactFactory(language="uk", email="", phone=PHONE)
    asked(contact, number)
    return contact


def heard(fake):
    return fake.chat(PHONE).ours[-1]


def press(fake, label):
    assert fake.press(PHONE, label) == [200]
    go_on()


def write(fake, text, **options):
    assert set(fake.write(PHONE, text, **options)) == {200}
    go_on()


def test_a_whole_answer(fake, contact):
    write(fake, "3")
    topic = heard(fake).labels[0]
    press(fake, topic)
    write(fake, "Дуже довго", times=3)
    press(fake, heard(fake).labels[0])

    given = Response.objects.get()
    assert (given.score, given.comment, given.medium) == (3, "Дуже довго", "whatsapp")
    assert ResponseTopic.objects.get().topic.name_in("uk") == topic
    assert heard(fake).text.endswith("Напишіть число тут.\n\nБільше не писати: СТОП")
    assert fake.refusals == []
    assert not Message.objects.filter(status__in=["failed", "bounced", "unknown"]).exists()


def test_the_button_of_the_template_ends_all(fake, contact):
    press(fake, fake.chat(PHONE).ours[0].labels[1])
    contact.refresh_from_db()
    assert not contact.may_be_contacted

    press(fake, heard(fake).labels[0])
    contact.refresh_from_db()
    assert contact.may_be_contacted


def test_what_was_told_to_whatsapp_itself_ends_all(fake, contact):
    said = len(fake.sent)
    assert fake.stop_marketing(PHONE) == [200]
    go_on()

    contact.refresh_from_db()
    assert not contact.may_be_contacted
    assert len(fake.sent) == said


def test_nobody_speaks_in_the_name_of_meta(fake, contact):
    assert fake.write(PHONE, "0", secret="another") == [403]
    go_on()

    assert not Response.objects.exists()
    assert not IncomingLetter.objects.exists()
