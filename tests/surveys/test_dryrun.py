from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from surveys.judging.dryrun import dry_run
from surveys.judging.facts import policy_of
from surveys.models import AskingPolicy, Hold, Invitation, Judgement
from surveys.services import expire_invitations, judge_due, plan_invitations
from tests.factories import (
    ChannelFactory,
    CompanyFactory,
    ContactFactory,
    InvitationFactory,
    ProductFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
)
from tests.noes import bounce, object_to, opt_out

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday, 13:00 in Vilnius
DAY = timedelta(days=1)


@pytest.fixture
def trigger():
    """Switched off, as a draft is."""
    return TriggerFactory(
        survey=SurveyVersionFactory(survey__status="draft").survey, asks_since=NOW, is_active=False, delay=5 * DAY
    )


def run(trigger, **policy):
    return dry_run(trigger, policy_of(AskingPolicy(**policy)), now=NOW)


def happened(days_ago, **facts):
    return TouchpointFactory(occurred_at=NOW - days_ago * DAY, **facts)


def test_a_draft_is_replayed_as_if_it_were_switched_on(trigger):
    happened(20)
    happened(3)
    happened(91)

    found = run(trigger)

    assert (found.touchpoints, found.asked, found.waiting) == (2, 1, 1)
    assert [(day.date, day.asked) for day in found.days] == [((NOW - 15 * DAY).date(), 1)]
    trigger.refresh_from_db()
    assert (trigger.is_active, trigger.survey.status) == (False, "draft")


def test_asks_of_the_run_count_in_the_run(trigger):
    contact = ContactFactory()
    happened(40, contact=contact)
    happened(30, contact=contact)
    happened(20, contact=contact)

    assert run(trigger).refused == Counter({"survey_clock": 2})
    assert run(trigger, transactional_days=9, floor_days=1).refused == Counter({"pending": 1})
    trigger.survey.days_valid = 5
    trigger.survey.save()
    assert run(trigger, transactional_days=9, floor_days=1).asked == 3


def test_another_policy_gives_another_result_and_nothing_is_saved(trigger):
    company = CompanyFactory()
    for _ in range(5):
        happened(20, contact=ContactFactory(company=company))

    assert run(trigger).asked == 5
    limited = run(trigger, company_budget=2, company_window_days=90)
    assert (limited.asked, limited.refused) == (2, Counter({"company_budget": 3}))
    assert AskingPolicy.objects.count() == 0


def test_what_others_asked_counts_from_its_moment(trigger):
    before, after = ContactFactory(), ContactFactory()
    other = SurveyVersionFactory()
    InvitationFactory(version=other, contact=before, asked_at=NOW - 17 * DAY, planned_at=NOW - 18 * DAY)
    InvitationFactory(version=other, contact=after, asked_at=NOW - 10 * DAY, planned_at=NOW - 11 * DAY)
    happened(20, contact=before)
    happened(20, contact=after)

    found = run(trigger)

    assert (found.asked, found.refused) == (1, Counter({"kind_clock": 1}))


def test_its_own_real_asks_are_replaced_by_those_of_the_run(trigger):
    touchpoint = happened(20)
    InvitationFactory(
        version=trigger.survey.versions.get(), trigger=trigger, touchpoint=touchpoint, contact=touchpoint.contact,
        asked_at=NOW - 16 * DAY,
    )  # fmt: skip

    assert run(trigger).asked == 1


def test_what_is_known_of_a_contact_counts_from_its_moment(trigger):
    for days_ago in (30, 1):
        opted_out = ContactFactory()
        opt_out(opted_out, at=NOW - days_ago * DAY)
        happened(20, contact=opted_out)
        objecting = ContactFactory()
        object_to(objecting, at=NOW - days_ago * DAY)
        happened(20, contact=objecting)
        unreachable = ContactFactory()
        bounce(unreachable, at=NOW - days_ago * DAY)
        happened(20, contact=unreachable)
        happened(20, cancelled_at=NOW - days_ago * DAY + 12 * DAY)
    happened(20, contact=ContactFactory(email=""))

    found = run(trigger)

    assert found.refused == Counter({"do_not_contact": 1, "objected": 1, "bounced": 1, "cancelled": 1, "no_address": 1})
    assert found.asked == 4


def test_a_hold_puts_off_until_it_was_released(trigger):
    contact = ContactFactory()
    happened(20, contact=contact)
    hold = Hold.objects.create(contact=contact, cause="followup-1", since=NOW - 16 * DAY)
    assert run(trigger).asked == 0

    hold.released_at = NOW - 12 * DAY
    hold.save()

    found = run(trigger)
    assert (found.asked, found.deferred["hold"] > 0) == (1, True)


def test_a_daily_maximum_spreads_the_asks(trigger):
    trigger.survey.daily_maximum = 2
    trigger.survey.save()
    for _ in range(5):
        happened(20)

    assert [day.asked for day in run(trigger).days] == [2, 2, 1]


def test_only_touchpoints_of_the_trigger_are_replayed(trigger):
    product, channel = ProductFactory(), ChannelFactory()
    trigger.products.add(product)
    trigger.channels.add(channel)
    trigger.min_amount = 10
    trigger.save()
    happened(20, product=product, channel=channel, amount=10)
    happened(20, product=product, channel=channel, amount=9)
    happened(20, product=product, amount=10)
    happened(20, channel=channel, amount=10)
    happened(20, product=product, channel=channel, amount=10, kind="meeting")

    assert run(trigger).touchpoints == 1


def test_the_run_says_what_the_engine_did(trigger):
    random = Random(7)
    companies = [CompanyFactory(), None]
    contacts = [
        ContactFactory(timezone=random.choice(["Europe/Kyiv", "Asia/Tashkent", ""]), company=random.choice(companies))
        for _ in range(8)
    ]
    limits = {"transactional_days": 8, "floor_days": 3, "company_budget": 2, "company_window_days": 6}
    AskingPolicy.objects.update_or_create(pk=1, defaults=limits)
    type(trigger.survey).objects.update(status="active", daily_maximum=2, days_valid=6)
    type(trigger).objects.update(is_active=True, asks_since=NOW - 90 * DAY)
    trigger.refresh_from_db()

    for hours_ago in range(26 * 24, -1, -1):
        moment = NOW - timedelta(hours=hours_ago)
        if hours_ago > 6 * 24 and hours_ago % 15 == 0:
            TouchpointFactory(occurred_at=moment, contact=random.choice(contacts))
            plan_invitations(now=moment)
        judge_due(now=moment)
        Invitation.objects.filter(status="queued").update(status="sent", sent_at=moment, asked_at=moment)
        expire_invitations(now=moment)
    foretold = run(trigger, **limits)

    asked = Counter(at.date() for at in Invitation.objects.counting().values_list("queued_at", flat=True))
    assert {day.date: day.asked for day in foretold.days if day.asked} == asked
    reasons = Invitation.objects.filter(status="suppressed").values_list("reason", flat=True)
    assert foretold.refused == Counter(reasons)
    assert foretold.deferred == Counter(Judgement.objects.filter(verdict="defer").values_list("reason", flat=True))
    assert min(len(asked), len(foretold.deferred)) >= 2


def test_nothing_is_written_and_more_touchpoints_take_no_more_queries(trigger):
    happened(20)
    with CaptureQueriesContext(connection) as one:
        run(trigger)
    for _ in range(2):
        happened(21)
    with CaptureQueriesContext(connection) as three:
        assert run(trigger).touchpoints == 3

    assert len(three) == len(one)
    assert all(query["sql"].startswith("SELECT") for query in three)
    assert Invitation.objects.count() == Judgement.objects.count() == 0
