"""The owner of a mailbox says that an answer is theirs: they see to what, and nobody does it in their place."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import clock
from crm import merges
from crm.models import Consent
from responses.models import Introduction, Response
from responses.open_links import introductions
from responses.open_links.introductions import SaidOfOneself
from tests.factories import ContactFactory, OpenLinkFactory
from tests.responses.open_links.conftest import MACHINE, PERSON, Device

OWN, OTHERS = "+37060000001", "+37069999999"


@pytest.fixture
def contact(db):
    return ContactFactory(email="ona@shop.example", phone=OWN)


def introduced(device, **fields):
    device.answer(3)
    device.introduce(name="Free money at evil.example", email="ona@shop.example", agreed="1", **fields)
    return reverse("open_link_confirm", args=[Introduction.objects.get().token])


def test_the_page_shows_what_is_agreed_to_and_no_words_of_a_stranger(phone, contact, client):
    page = client.get(introduced(phone, phone=OTHERS)).content.decode()

    for said in ("may call me or write to me about this answer.", "ona@shop.example", OTHERS):
        assert said in page
    assert "evil.example" not in page


@pytest.mark.parametrize(("number", "media"), [(OWN, {"email", "sms"}), (OTHERS, {"email"}), ("", {"email"})])
def test_nobody_agrees_to_texts_at_a_number_that_is_not_theirs(phone, contact, client, number, media):
    client.post(introduced(phone, phone=number))

    assert set(Consent.objects.values_list("medium", flat=True)) == media


def test_a_gateway_that_presses_the_button_confirms_nothing(phone, contact, client):
    address = introduced(phone)

    page = client.post(address, {**MACHINE, "shown": str(int(clock.now().timestamp() * 1000))})

    assert "Please press the button once more" in page.content.decode()
    assert Response.objects.get().contact is None
    client.post(address, PERSON)
    assert Response.objects.get().contact == contact


def test_what_was_forgotten_of_a_joined_answer_is_not_said_anew_by_another(phone, contact, client):
    client.post(introduced(phone))
    Introduction.objects.all().delete()

    phone.introduce(email="other@shop.example", agreed="1")

    assert not Introduction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_confirming_while_it_is_changed_waits_and_nothing_breaks():
    phone = Device(OpenLinkFactory())
    contact = ContactFactory(email="ona@shop.example", phone=OWN)
    address, answers = introduced(phone), []

    def confirm():
        answers.append(Client().post(address, PERSON).status_code)
        connection.close()

    thread = threading.Thread(target=confirm)
    with transaction.atomic():
        answer = Response.objects.select_for_update(no_key=True).get()
        thread.start()
        thread.join(1)
        said = SaidOfOneself(email="ona@shop.example", phone=OTHERS)
        introductions.keep(answer, said, language="en", now=clock.now())
    thread.join(20)

    assert answers == [200]
    assert Response.objects.get().contact == contact
    assert set(Consent.objects.values_list("medium", flat=True)) == {"email"}


@pytest.mark.django_db(transaction=True)
def test_confirming_while_its_contact_is_absorbed_names_the_one_that_stays():
    phone = Device(OpenLinkFactory())
    survivor = ContactFactory(email="else@shop.example")
    absorbed = ContactFactory(email="ona@shop.example")
    address = introduced(phone)

    def confirm():
        Client().post(address, PERSON)
        connection.close()

    thread = threading.Thread(target=confirm)
    with transaction.atomic():
        merges.merge(survivor, absorbed)
        thread.start()
        thread.join(1)
    thread.join(20)

    assert Response.objects.get().contact == survivor
