"""Every clock of how often counts for the mailbox too: two records that carry it get one letter."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from delivery.models import Message
from surveys.judging import by_hand
from surveys.models import AskingPolicy, Invitation
from surveys.services import Judged, judge_due, plan_invitations, remind_due
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    DealFactory,
    InvitationFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
    UserFactory,
)
from tests.noes import move_to

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday, 13:00 in Vilnius
DAY = timedelta(days=1)
MAILBOX = "ona@shop.example"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def trigger():
    return TriggerFactory(survey=SurveyVersionFactory(survey__name="Deals").survey, asks_since=NOW - 365 * DAY)


def twins(**fields):
    return ContactFactory(email=MAILBOX, **fields), ContactFactory(email=MAILBOX.upper(), **fields)


def due(contact, trigger, **facts):
    touchpoint = TouchpointFactory(contact=contact, **{"occurred_at": NOW - trigger.delay} | facts)
    plan_invitations()
    Invitation.objects.filter(touchpoint=touchpoint).update(due_at=NOW)
    return Invitation.objects.get(touchpoint=touchpoint, trigger=trigger)


def asked(contact, survey, *, days_ago=1, mailbox=MAILBOX, **fields):
    """An invitation that went to the mailbox and was answered, so that only clocks are left of it."""
    at = NOW - days_ago * DAY
    usual = {"status": "answered", "asked_at": at, "sent_at": at, "answered_at": at, "expires_at": at + 30 * DAY}
    version = survey.versions.get()
    invitation = InvitationFactory(version=version, contact=contact, kind=survey.kind, **usual | fields)
    invitation.note_address("email", mailbox)
    invitation.save()
    return invitation


def refusal(invitation):
    invitation.refresh_from_db()
    return invitation.status, invitation.reason


def test_of_two_records_in_one_batch_one_is_asked(trigger):
    one, other = twins()
    first, second = due(one, trigger), due(other, trigger)

    assert judge_due() == Judged(asked=1, suppressed=1)

    assert refusal(first) == ("queued", "")
    assert refusal(second) == ("suppressed", "survey_clock")
    assert Message.objects.filter(to_address=MAILBOX).count() == 1


def test_of_two_records_in_two_batches_one_is_asked(trigger):
    one, other = twins()
    due(one, trigger), due(other, trigger)

    assert judge_due(limit=1) == Judged(asked=1)
    assert judge_due(limit=1) == Judged(suppressed=1)


@pytest.mark.parametrize(
    ("days_ago", "of", "reason"),
    [(6, "another kind", "floor"), (60, "this kind", "kind_clock"), (60, "itself", "survey_clock")],
)
def test_the_clocks_of_the_other_record_count(trigger, days_ago, of, reason):
    AskingPolicy.objects.create(pk=1, days_late=0)
    one, other = twins()
    kind = "relational" if of == "another kind" else "transactional"
    survey = trigger.survey if of == "itself" else SurveyVersionFactory(survey__kind=kind).survey
    asked(one, survey, days_ago=days_ago)
    invitation = due(other, trigger)

    judge_due()

    assert refusal(invitation) == ("suppressed", reason)


def test_the_clocks_stay_with_the_mailbox_when_its_contact_gets_another(trigger):
    AskingPolicy.objects.create(pk=1, days_late=0)
    former = ContactFactory(email=MAILBOX)
    asked(former, trigger.survey, days_ago=6)
    move_to(former, "new@shop.example")
    invitation = due(ContactFactory(email=MAILBOX), trigger)

    judge_due()

    assert refusal(invitation) == ("suppressed", "survey_clock")


def test_the_clocks_hold_when_the_key_was_changed(trigger, settings):
    AskingPolicy.objects.create(pk=1, days_late=0)
    asked(ContactFactory(email="elsewhere@shop.example"), trigger.survey, days_ago=6)
    settings.SUPPRESSION_KEY, settings.SUPPRESSION_KEY_FALLBACKS = "a new key", [settings.SUPPRESSION_KEY]
    invitation = due(ContactFactory(email=MAILBOX), trigger)

    judge_due()

    assert refusal(invitation) == ("suppressed", "survey_clock")


def test_a_rival_that_is_planned_for_the_other_record_goes_first(trigger):
    one, other = twins()
    important = TriggerFactory(
        survey=SurveyVersionFactory(survey__priority=9, survey__name="Renewals").survey,
        asks_since=NOW - 365 * DAY, touchpoint_kind="renewal",
    )  # fmt: skip
    planned = due(one, important, kind="renewal")
    Invitation.objects.filter(pk=planned.pk).update(due_at=NOW + DAY)
    invitation = due(other, trigger)

    judge_due()

    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason) == ("planned", "rival")


def test_what_the_other_record_was_asked_counts_for_the_company(trigger):
    AskingPolicy.objects.create(pk=1, days_late=0, floor_days=0, company_budget=1)
    one, other = twins()
    asked(one, SurveyVersionFactory(survey__kind="relational").survey, days_ago=9, company=CompanyFactory())
    other.company = CompanyFactory()
    other.save()
    invitation = due(other, trigger)

    judge_due()

    assert refusal(invitation) == ("suppressed", "company_budget")


def test_a_deal_is_asked_about_once_though_two_records_have_a_part_in_it(trigger):
    AskingPolicy.objects.create(pk=1, floor_days=0, transactional_days=0)
    one, other = twins()
    deal = DealFactory(contact=one)
    asked(one, trigger.survey, days_ago=40, touchpoint=TouchpointFactory(contact=one, deal=deal, kind="meeting"))
    invitation = due(other, trigger, deal=deal)

    judge_due()

    assert refusal(invitation) == ("suppressed", "duplicate")


def test_nobody_asks_anyway_what_the_other_record_still_has_to_answer(trigger):
    one, other = twins()
    asked(one, trigger.survey, status="sent", answered_at=None)

    with pytest.raises(by_hand.NotAsked) as refused:
        by_hand.ask_anyway(contact=other, survey=trigger.survey, by=UserFactory(), reason="I want to.")

    assert refused.value.reason == "pending"


def test_a_phone_of_the_whole_office_keeps_nobody_from_being_asked_by_mail(trigger):
    one, other = (ContactFactory(phone="+37060000000") for _ in range(2))
    due(one, trigger), due(other, trigger)

    assert judge_due() == Judged(asked=2)


def test_of_two_reminders_to_one_mailbox_one_goes(trigger):
    trigger.reminder_days = [3]
    trigger.save()
    for contact in (ContactFactory(email=MAILBOX), ContactFactory(email="jonas@shop.example")):
        invitation = asked(
            contact, trigger.survey, days_ago=9, status="delivered", answered_at=None, mailbox=contact.email,
            trigger=trigger, reminders_left=1, remind_at=NOW,
        )  # fmt: skip
    move_to(invitation.contact, MAILBOX)

    assert (remind_due().reminded, remind_due().total) == (1, 0)
    assert Message.objects.filter(purpose="reminder", to_address=MAILBOX).count() == 1

    with time_machine.travel(NOW + DAY):
        assert remind_due().reminded == 0
