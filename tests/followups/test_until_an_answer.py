"""Work that waits until the customer answers goes on when they do, and at the latest on its day."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import clock
from followups.models import Followup, StaffNotice
from followups.services import hear_customer, route_due
from tests.factories import FollowupFactory, InvitationFactory, ResponseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def followup(owner, team):
    now = clock.now() + timedelta(seconds=1)
    return FollowupFactory(
        assignee=owner,
        team=team,
        response__invitation=InvitationFactory(status="answered"),
        response__settled_at=now,
        response__routed_at=now,
    )


def stored(followup):
    return Followup.objects.get(pk=followup.pk)


def test_a_reply_ends_the_waiting_and_tells_whose_work_it_is(followup, owner):
    followup.wait(by=owner, or_answer=True)

    assert hear_customer(followup=followup, occasion="letter-1")
    assert not hear_customer(followup=followup, occasion="letter-1")

    now = stored(followup)
    assert (now.status, now.look_again_on, now.until_answer) == ("in_progress", None, False)
    assert list(StaffNotice.objects.values_list("person", "kind")) == [(owner.pk, "customer_replied")]
    last = followup.activities.latest("pk")
    assert (last.by, last.summary) == (None, "The customer answered. Status: in progress")


def test_who_waits_for_a_day_alone_is_told_and_waits_on(followup, owner):
    followup.wait(by=owner)

    assert not hear_customer(followup=followup, occasion="letter-1")

    assert stored(followup).is_waiting
    assert StaffNotice.objects.count() == 1


def test_another_answer_of_the_same_customer_ends_it(followup, owner):
    contact = followup.response.contact
    followup.wait(by=owner, or_answer=True)
    ResponseFactory(
        score=9,
        settled_at=clock.now(),
        invitation=InvitationFactory(status="answered", contact=contact),
        contact=contact,
    )

    route_due()

    assert stored(followup).is_in_progress
    assert "customer_replied" in StaffNotice.objects.filter(followup=followup).values_list("kind", flat=True)


def test_the_answer_of_another_customer_does_not(followup, owner):
    followup.wait(by=owner, or_answer=True)
    ResponseFactory(score=9, settled_at=clock.now())

    route_due()

    assert stored(followup).is_waiting


def test_the_last_day_stays_as_a_safety_net(followup, owner):
    day = timezone.localdate() + timedelta(days=2)
    followup.wait(by=owner, until=day, or_answer=True)

    assert stored(followup).waits(clock.now())
    assert not stored(followup).waits(clock.now() + timedelta(days=2))


def test_changing_only_the_how_is_a_change(followup, owner):
    assert followup.wait(by=owner)
    day = followup.look_again_on
    assert followup.wait(by=owner, or_answer=True)
    assert not followup.wait(by=owner, or_answer=True)
    assert (followup.look_again_on, followup.until_answer) == (day, True)
    assert followup.wait(by=owner, until=day + timedelta(days=1))
    assert not followup.until_answer


def test_closing_ends_the_waiting(followup, owner):
    followup.wait(by=owner, or_answer=True)
    followup.dismiss(reason="No need.", by=owner)

    assert not stored(followup).until_answer
    assert not hear_customer(followup=followup, occasion="letter-1")


def test_the_database_refuses_what_waits_for_nothing(followup):
    with pytest.raises(IntegrityError), transaction.atomic():
        Followup.objects.filter(pk=followup.pk).update(until_answer=True)


@pytest.mark.parametrize(
    ("sent", "until_answer", "said"),
    [
        ({"or_answer": "on"}, True, "It waits until the customer answers, at the latest until"),
        ({}, False, "It waits for the customer; look again on"),
    ],
)
def test_the_page_asks_how_long(client, followup, owner, sent, until_answer, said):
    client.force_login(owner)

    page = client.post(f"{followup.get_absolute_url()}progress/", {"status": "waiting"} | sent, follow=True)

    assert stored(followup).until_answer is until_answer
    assert said in page.content.decode()
    assert ("or when the customer answers" in page.content.decode()) is until_answer


def test_handing_over_with_words_from_the_page(client, followup, owner, teammate):
    client.force_login(owner)

    client.post(f"{followup.get_absolute_url()}assignment/", {"to": teammate.pk, "words": "They know you."})

    assert StaffNotice.objects.get().activity.text == "They know you."
    assert "They know you." in client.get(followup.get_absolute_url()).content.decode()
