"""A low score at a kiosk is work like any other, of nobody whom anybody knows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from followups import services as followups
from followups.models import Followup
from responses import services
from responses.models import Response
from tests.factories import KioskFactory, UserFactory
from tests.responses.kiosks.conftest import PairedTablet

pytestmark = pytest.mark.django_db


def settle():
    services.settle_due(now=clock.now())
    return followups.route_due()


@pytest.fixture
def tablet(owner, team):
    return PairedTablet(KioskFactory(manager=owner, team=team, place="Gedimino 9", campaign="Summer"))


def test_a_low_score_is_work_of_the_manager_of_the_kiosk(tablet, owner, team, client):
    tablet.send(tablet.answer(2, comment="Cold soup", ago=timedelta(hours=20)))

    assert settle().followups == 1

    followup = Followup.objects.get()
    assert (followup.assignee, followup.team, followup.contact) == (owner, team, None)
    # The clock of the work begins as it arrives, however long it waited on the tablet.
    assert followup.first_contact_due_at > clock.now()
    client.force_login(owner)
    page = client.get(reverse("followup", args=[followup.pk])).content.decode()
    for said in ("Cold soup", "Hall", "Gedimino 9", "Tablet 1", "Summer", "At a kiosk"):
        assert said in page
    assert "Cold soup" in client.get(reverse("inbox")).content.decode()


def test_the_page_of_an_answer_shows_what_was_seen_of_it(tablet, client):
    tablet.send(tablet.answer(9))
    client.force_login(UserFactory(is_superuser=True))

    page = client.get(reverse("answer", args=[Response.objects.get().pk])).content.decode()

    for said in ("touched, clicked or typed", "Hall", "Tablet 1"):
        assert said in page


def test_what_was_drummed_is_no_work_until_a_person_says_so(tablet):
    tablet.kiosk.crowd = 1
    tablet.kiosk.save()
    tablet.send(tablet.answer(9), tablet.answer(0))

    assert settle().responses == 1
    assert Response.objects.provisional().get().score == 0
