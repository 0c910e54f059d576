"""A phone is one address by whichever medium it rings: two records that carry it are asked as one."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from delivery.models import WhatsAppNumber, WhatsAppTemplate
from surveys.models import Invitation
from surveys.services import Judged, judge_due, plan_invitations
from tests.factories import (
    ContactFactory,
    InvitationFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday, 13:00 in Vilnius
DAY = timedelta(days=1)
PHONE = "+37060000001"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def survey():
    survey = SurveyVersionFactory().survey
    number = WhatsAppNumber.objects.create(
        brand=survey.brand, phone_number_id="1", account_id="2", token="t", app_secret="s"
    )
    for language in ("en", "lt"):
        WhatsAppTemplate.objects.create(
            number=number, kind="invitation", language=language, name="x", state="approved", category="utility"
        )
    return survey


def contact():
    return ContactFactory(email="", phone=PHONE, language="lt", region="LT")


def due(carrier, trigger):
    touchpoint = TouchpointFactory(contact=carrier, occurred_at=NOW - trigger.delay)
    plan_invitations()
    Invitation.objects.filter(touchpoint=touchpoint).update(due_at=NOW)
    return Invitation.objects.get(touchpoint=touchpoint)


@pytest.mark.parametrize("media", [["sms"], ["whatsapp"]])
@pytest.mark.parametrize("asked_by", ["sms", "whatsapp"])
def test_whoever_shares_the_phone_was_asked(survey, asked_by, media):
    at = NOW - DAY
    earlier = InvitationFactory(
        version=survey.versions.get(), contact=contact(), kind=survey.kind, status="answered", asked_at=at, sent_at=at,
        answered_at=at, expires_at=at + 30 * DAY,
    )  # fmt: skip
    earlier.note_address(asked_by, PHONE)
    earlier.save()
    invitation = due(contact(), TriggerFactory(survey=survey, media=media, asks_since=NOW - 365 * DAY))

    assert judge_due() == Judged(suppressed=1)

    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason) == ("suppressed", "survey_clock")


@pytest.mark.parametrize("media", [["sms"], ["whatsapp"], ["whatsapp", "sms"]])
def test_of_two_in_one_batch_one_is_asked(survey, media):
    trigger = TriggerFactory(survey=survey, media=media, asks_since=NOW - 365 * DAY)
    due(contact(), trigger)
    due(contact(), trigger)

    assert judge_due() == Judged(asked=1, suppressed=1)
