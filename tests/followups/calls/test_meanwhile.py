"""Between taking a call and making it a customer may say no, be called about something else, or be asked no more."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from crm import consents
from crm.consents import Word
from followups.calls import desk
from followups.models import CustomerCall
from surveys.models import Invitation
from tests.factories import InvitationFactory, SurveyVersionFactory
from tests.followups.calls.test_calls import called, page, unanswered  # noqa: F401 fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(unanswered):  # noqa: F811
    """Two letters to one customer, the older one first."""
    first = unanswered()
    asked_at = first.asked_at + timedelta(days=1)
    facts = {"contact": first.contact, "manager": first.manager, "version": SurveyVersionFactory()}
    return first, InvitationFactory(asked_at=asked_at, queued_at=asked_at, planned_at=asked_at, **facts)


def object_to_surveys(letter, by):
    consents.record(Word(letter.contact_id, "email", "surveys", "objected", clock.now(), "Said so."), by=by)


def test_whoever_did_not_reply_about_one_letter_is_not_called_about_another_at_once(owner, two):
    now = clock.now()
    for _try in range(CustomerCall.MOST_TRIES):
        assert called(owner, now) == [two[0]]
        call = desk.claim(two[0], by=owner, now=now)
        desk.note(call, "missed", by=owner, now=now)
        assert called(owner, now) == []
        now += CustomerCall.AGAIN_AFTER

    assert called(owner, now) == []


def test_one_customer_is_not_called_by_two_about_two_letters(page, owner, manager, two):  # noqa: F811
    desk.claim(two[0], by=manager, now=clock.now())

    page.post(reverse("call_claim", args=[two[1].pk]))

    assert called(owner) == [two[0]]
    assert CustomerCall.objects.get().claimed_by == manager
    with pytest.raises(desk.Taken):
        desk.claim(two[1], by=owner, now=clock.now())
    assert desk.claim(two[1], by=owner, now=clock.now() + CustomerCall.LEASE).claimed_by == owner


def test_whoever_objected_since_the_list_was_shown_is_not_called(page, owner, unanswered):  # noqa: F811
    letter = unanswered()
    object_to_surveys(letter, owner)

    answer = page.post(reverse("call_claim", args=[letter.pk]), follow=True)

    assert CustomerCall.objects.count() == 0
    assert "this call is over" in answer.content.decode()


def test_a_call_at_hand_says_that_the_customer_said_no_or_is_asked_no_more(page, owner, unanswered):  # noqa: F811
    letter = unanswered()
    page.post(reverse("call_claim", args=[letter.pk]))
    assert "tel:+37060000001" in page.get(reverse("calls")).content.decode()
    letter.survey.status = "paused"
    letter.survey.save()

    over = page.get(reverse("calls")).content.decode()
    object_to_surveys(letter, owner)
    refused = page.get(reverse("calls")).content.decode()

    assert "Do not call now. This call is over" in over
    assert "Do not call now. The contact objected" in refused
    assert "tel:" not in over + refused
    assert "Never again, they say" in refused
    assert Invitation.objects.count() == 1
