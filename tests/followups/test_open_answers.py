"""An answer by an open link is work like any other, with or without a name."""

import pytest
from django.urls import reverse

from accounts import clock
from followups import services as followups
from followups.models import Followup, StaffNotice
from followups.tasks import route_responses
from responses import services
from responses.models import Introduction, Response
from surveys.models import Hold
from tests.factories import ContactFactory, OpenLinkFactory, UserFactory
from tests.responses.open_links.conftest import Device

pytestmark = pytest.mark.django_db


@pytest.fixture
def ceo():
    return UserFactory(is_superuser=True)


def settle():
    services.settle_due(now=clock.now())
    return followups.route_due()


@pytest.fixture
def link(owner, team):
    return OpenLinkFactory(manager=owner, team=team, name="Till 2", place="Gedimino 9", campaign="Summer")


def test_a_low_score_without_a_name_is_work_of_the_manager_of_the_link(link, owner, team, client):
    phone = Device(link)
    phone.answer(2)
    phone.say("Cold soup")

    assert settle().followups == 1

    followup = Followup.objects.get()
    assert (followup.assignee, followup.team, followup.contact) == (owner, team, None)
    assert StaffNotice.objects.filter(person=owner, followup=followup).exists()
    client.force_login(owner)
    page = client.get(reverse("followup", args=[followup.pk])).content.decode()
    for said in ("Cold soup", "Till 2", "Gedimino 9", "Summer", "Who answered left no name and no address."):
        assert said in page
    assert "Cold soup" in client.get(reverse("inbox")).content.decode()


def test_without_a_manager_it_is_work_of_those_who_see_all(client, ceo):
    phone = Device(OpenLinkFactory())
    phone.answer(2)
    phone.say("Cold soup")

    assert settle().followups == 1

    followup = Followup.objects.get()
    assert (followup.assignee, followup.team) == (None, None)
    client.force_login(ceo)
    assert client.get(reverse("followup", args=[followup.pk])).status_code == 200


def test_staff_see_how_to_reach_who_answered_and_what_they_agreed_to(link, owner, client):
    phone = Device(link)
    phone.answer(2)
    phone.say("Cold soup")
    phone.introduce(name="Ona", email="ona@shop.example", phone="+37060000000", agreed="1")
    settle()
    client.force_login(owner)

    page = client.get(reverse("followup", args=[Followup.objects.get().pk])).content.decode()

    assert 'href="mailto:ona@shop.example"' in page
    assert 'href="tel:+37060000000"' in page
    assert "not confirmed" in page
    assert Introduction.objects.get().agreed_to.replace("&", "&amp;") in page


def test_the_page_of_an_answer_shows_what_was_seen_of_it(link, ceo, client):
    Device(link).answer(9)
    client.force_login(ceo)

    page = client.get(reverse("answer", args=[Response.objects.get().pk])).content.decode()

    assert "touched, clicked or typed" in page
    assert "Till 2" in page


def test_a_promoter_whom_nobody_knows_gets_no_letter(link):
    phone = Device(link)
    phone.answer(10)
    phone.say("Great")

    routed = settle()

    assert (routed.responses, routed.thanks) == (1, 0)


def test_who_turns_out_to_be_a_customer_is_not_asked_while_it_is_worked_on(link, owner, client):
    contact = ContactFactory(email="ona@shop.example")
    phone = Device(link)
    phone.answer(2)
    phone.say("Cold soup")
    phone.introduce(email="ona@shop.example", agreed="1")
    settle()
    followup = Followup.objects.get()
    route_responses()
    assert not Hold.objects.exists()

    client.post(reverse("open_link_confirm", args=[Introduction.objects.get().token]))
    for _time in range(2):
        route_responses()

    assert list(Hold.objects.standing().values_list("contact", "cause")) == [(contact.pk, f"followup-{followup.pk}")]
    followup = Followup.objects.get()
    followup.dismiss(reason="A joke", by=owner)
    route_responses()
    assert not Hold.objects.standing().exists()


def test_what_waits_for_a_person_is_no_work(link):
    phone = Device(link)
    phone.answer(2, gesture="", scripted="1")

    assert settle().responses == 0
    assert not Followup.objects.exists()


def test_an_address_that_somebody_made_up_writes_to_nobody_else(link, owner, client):
    phone = Device(link)
    phone.answer(2)
    phone.say("Cold soup")
    phone.introduce(email="a?cc=other&body=hi@shop.example", agreed="1")
    settle()
    client.force_login(owner)

    page = client.get(reverse("followup", args=[Followup.objects.get().pk])).content.decode()

    assert 'href="mailto:a%3Fcc%3Dother%26body%3Dhi@shop.example"' in page
