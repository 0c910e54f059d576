"""What people left to be called is forgotten: in time by itself, and at once when they wish it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts import clock, roles
from accounts.models import SecurityEvent
from responses.models import Introduction, Response
from responses.open_links import introductions
from responses.tasks import forget_introductions
from tests.conftest import person
from tests.factories import ContactFactory


@pytest.fixture
def left(phone):
    phone.answer(3)
    phone.introduce(name="Ona Ona", email="ona@shop.example", phone="+37060000000", agreed="1")
    return Introduction.objects.get()


def test_details_are_forgotten_in_time_and_the_answer_stays(left):
    at = left.agreed_at + Introduction.KEPT_FOR

    assert introductions.forget_old(now=at - timedelta(seconds=1)) == 0
    assert introductions.forget_old(now=at) == 1
    assert Response.objects.get().score == 3
    assert forget_introductions() == 0


def test_whose_answer_it_is_stays_though_the_details_are_forgotten(phone, client):
    contact = ContactFactory(email="ona@shop.example")
    phone.answer(3)
    phone.introduce(email="ona@shop.example", agreed="1")
    client.post(reverse("open_link_confirm", args=[Introduction.objects.get().token]))

    introductions.forget_old(now=clock.now() + Introduction.KEPT_FOR)

    assert Response.objects.get().contact == contact


def test_an_administrator_finds_and_deletes_them_and_no_log_keeps_them(client, left):
    client.force_login(person(roles.ADMINISTRATORS))
    rows = reverse("admin:responses_introduction_changelist")
    assert "ona@shop.example" in client.get(rows, {"q": "ona@shop"}).content.decode()
    assert client.get(reverse("admin:responses_introduction_change", args=[left.pk])).status_code == 200

    deleted = client.post(reverse("admin:responses_introduction_delete", args=[left.pk]), {"post": "yes"})

    assert deleted.status_code == 302
    assert not Introduction.objects.exists()
    assert Response.objects.count() == 1
    noted = SecurityEvent.objects.get(kind="setting_changed")
    assert (noted.subject, noted.details["deed"]) == (f"responses.Introduction {left.pk}", "deleted")
    assert not LogEntry.objects.exists()


def test_others_see_no_list_of_them(client, left):
    client.force_login(person(roles.MANAGERS))

    assert client.get(reverse("admin:responses_introduction_changelist")).status_code in (302, 403)
