from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.company_clock import ClosedDays
from accounts.models import Holiday, Organisation
from surveys.models import Invitation
from surveys.planning import triggers
from surveys.planning.zones import known_everywhere
from surveys.sendwindow import first_moment
from surveys.services import plan_invitations
from tests.factories import (
    ChannelFactory,
    CompanyFactory,
    ContactFactory,
    DealFactory,
    ProductFactory,
    SurveyFactory,
    SurveyVersionFactory,
    TeamFactory,
    TouchpointFactory,
    TriggerFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday


@pytest.fixture
def trigger():
    version = SurveyVersionFactory(survey__name="After the deal")
    return TriggerFactory(survey=version.survey, asks_since=NOW - timedelta(days=365))


def plan():
    return plan_invitations(now=NOW)


def test_a_touchpoint_is_planned_once_and_its_facts_are_frozen(trigger):
    manager = UserFactory(team=TeamFactory(name="Sales North"))
    company = CompanyFactory()
    touchpoint = TouchpointFactory(
        contact__language="uk",
        company=company,
        manager=manager,
        product=ProductFactory(),
        channel=ChannelFactory(),
        campaign="spring",
        amount=Decimal("120.50"),
        currency="EUR",
        occurred_at=NOW,
    )
    trigger.reminder_days = [3, 7]
    trigger.save()

    assert plan() == 1
    assert plan() == 0

    invitation = Invitation.objects.get()
    assert invitation.survey == trigger.survey
    assert invitation.version == trigger.survey.versions.get()
    assert invitation.trigger == trigger
    assert invitation.touchpoint == touchpoint
    assert invitation.contact == touchpoint.contact
    assert invitation.kind == "transactional"
    assert invitation.language == "uk"
    assert invitation.company == company
    assert invitation.manager == manager
    assert invitation.team == manager.team
    assert invitation.product == touchpoint.product
    assert invitation.channel == touchpoint.channel
    assert invitation.campaign == "spring"
    assert invitation.amount == Decimal("120.50")
    assert invitation.currency == "EUR"
    assert invitation.status == "planned"
    assert invitation.planned_at == NOW
    assert invitation.due_at == datetime(2026, 7, 6, 10, tzinfo=UTC)  # five days later, a Monday at 13:00 in Vilnius
    assert invitation.reminders_left == 2
    assert invitation.asked_at is None
    assert invitation.token_hash is None


def test_an_invitation_that_planning_did_not_see_is_not_made_twice(trigger, monkeypatch):
    TouchpointFactory(occurred_at=NOW)
    plan()
    new = TouchpointFactory(occurred_at=NOW)
    blind = triggers.UNPLANNED.replace("i.touchpoint_id = t.id", "false")
    monkeypatch.setattr(triggers, "UNPLANNED", blind)

    assert plan() == 1

    assert Invitation.objects.count() == 2
    assert Invitation.objects.latest("pk").touchpoint == new


def test_the_company_of_the_touchpoint_goes_before_the_one_its_contact_works_for_today(trigger):
    then, today = CompanyFactory(), CompanyFactory()
    of_then = TouchpointFactory(contact__company=today, company=then, occurred_at=NOW)
    of_nobody = TouchpointFactory(contact__company=today, company=None, occurred_at=NOW)

    plan()

    assert dict(Invitation.objects.values_list("touchpoint", "company")) == {
        of_then.pk: then.pk,
        of_nobody.pk: today.pk,
    }


def test_a_later_change_of_owner_moves_nothing(trigger):
    touchpoint = TouchpointFactory(manager=UserFactory(team=TeamFactory()), occurred_at=NOW)
    plan()
    before = Invitation.objects.values().get()

    touchpoint.manager.team = TeamFactory()
    touchpoint.manager.save()
    touchpoint.manager = UserFactory()
    touchpoint.save()
    plan()

    assert Invitation.objects.values().get() == before


def test_a_touchpoint_that_arrives_late_is_still_planned(trigger):
    TouchpointFactory(occurred_at=NOW)
    plan()
    late = TouchpointFactory(occurred_at=NOW - timedelta(days=200))

    assert plan() == 1

    assert Invitation.objects.latest("pk").touchpoint == late


def test_touchpoints_before_the_trigger_began_are_never_planned(trigger):
    TouchpointFactory(occurred_at=trigger.asks_since - timedelta(seconds=1))

    assert plan() == 0


def test_cancelled_touchpoints_and_other_kinds_are_not_planned(trigger):
    TouchpointFactory(occurred_at=NOW, cancelled_at=NOW)
    TouchpointFactory(occurred_at=NOW, kind="meeting")

    assert plan() == 0


def test_a_touchpoint_in_the_far_future_waits(trigger):
    TouchpointFactory(occurred_at=datetime(2926, 7, 1, tzinfo=UTC))

    assert plan() == 0


@pytest.mark.parametrize(
    ("of_trigger", "of_survey"),
    [({"is_active": False}, {}), ({}, {"status": "draft"}), ({}, {"status": "paused"}), ({}, {"status": "archived"})],
)
def test_what_is_switched_off_plans_nothing(trigger, of_trigger, of_survey):
    TouchpointFactory(occurred_at=NOW)
    type(trigger).objects.update(**of_trigger)
    type(trigger.survey).objects.update(**{"status": "active"} | of_survey)

    assert plan() == 0


def test_a_survey_without_a_published_version_plans_nothing():
    TriggerFactory(survey=SurveyFactory(), asks_since=NOW - timedelta(days=9))
    TouchpointFactory(occurred_at=NOW)

    assert plan() == 0


def test_the_latest_published_version_is_used(trigger):
    first = trigger.survey.versions.get()
    second = SurveyVersionFactory(survey=trigger.survey, number=first.number + 1, published_at=NOW)
    SurveyVersionFactory(survey=trigger.survey, number=first.number + 2, published_at=None)
    TouchpointFactory(occurred_at=NOW)

    plan()

    assert Invitation.objects.get().version == second


def test_two_triggers_plan_the_same_touchpoint_each_once(trigger):
    other = TriggerFactory(survey=SurveyVersionFactory().survey, asks_since=NOW - timedelta(days=1))
    TouchpointFactory(occurred_at=NOW)

    assert plan() == 2
    assert plan() == 0

    assert set(Invitation.objects.values_list("trigger", flat=True)) == {trigger.pk, other.pk}


def test_conditions_choose_by_product_channel_team_and_amount(trigger):
    product, channel, team = ProductFactory(), ChannelFactory(), TeamFactory()
    member = UserFactory(team=team)
    fitting = {"product": product, "channel": channel, "manager": member, "amount": 100, "occurred_at": NOW}
    trigger.products.set([product, ProductFactory()])
    trigger.channels.set([channel])
    trigger.teams.set([team])
    trigger.min_amount, trigger.max_amount = 100, 500
    trigger.save()
    wanted = [TouchpointFactory(**fitting), TouchpointFactory(**fitting | {"amount": 500})]
    for other in (
        {"product": ProductFactory()},
        {"product": None},
        {"channel": ChannelFactory()},
        {"manager": UserFactory(team=TeamFactory())},
        {"manager": None},
        {"amount": Decimal("99.99")},
        {"amount": Decimal("500.01")},
        {"amount": None},
    ):
        TouchpointFactory(**fitting | other)

    assert plan() == 2

    assert set(Invitation.objects.values_list("touchpoint", flat=True)) == {touchpoint.pk for touchpoint in wanted}


def test_a_team_without_members_has_no_touchpoints(trigger):
    trigger.teams.set([TeamFactory()])
    TouchpointFactory(occurred_at=NOW, manager=UserFactory())

    assert plan() == 0


def test_an_amount_of_zero_is_a_condition_too(trigger):
    type(trigger).objects.update(max_amount=0)
    TouchpointFactory(occurred_at=NOW, amount=1)
    TouchpointFactory(occurred_at=NOW, amount=0)

    assert plan() == 1


@pytest.mark.parametrize(
    ("language", "expected"), [("lt", "lt"), ("", "ru"), ("de", "ru")], ids=["supported", "unset", "unsupported"]
)
def test_the_language_is_the_contacts_else_the_surveys(trigger, language, expected):
    type(trigger.survey).objects.update(default_language="ru")
    TouchpointFactory(contact__language=language, occurred_at=NOW)

    plan()

    assert Invitation.objects.get().language == expected


@pytest.mark.parametrize(
    ("of_contact", "of_company", "of_us", "expected"),
    [
        ("Asia/Tokyo", "Europe/Kyiv", "Europe/Vilnius", "Asia/Tokyo"),
        ("", "Asia/Kolkata", "Europe/Vilnius", "Asia/Kolkata"),
        ("Mars/Olympus", "America/New_York", "Europe/Vilnius", "America/New_York"),
        ("Mars/Olympus", "Moon/Sea", "Europe/Vilnius", "Europe/Vilnius"),
        ("", "", "Mars/Olympus", "UTC"),
    ],
)
def test_the_zone_is_the_contacts_else_the_companys_else_the_default(trigger, of_contact, of_company, of_us, expected):
    Organisation.objects.create(pk=1, timezone=of_us)
    company = CompanyFactory(timezone=of_company)
    TouchpointFactory(contact__timezone=of_contact, contact__company=company, occurred_at=NOW)

    plan()

    invitation = Invitation.objects.get()
    assert invitation.company == company
    assert invitation.due_at == first_moment(NOW + trigger.delay, trigger.window, ZoneInfo(expected))


@pytest.mark.parametrize(
    ("start", "end", "weekdays"),
    [(time(9), time(18), [1, 2, 3, 4, 5]), (time(1, 30), time(2, 45), [1, 2, 3, 4, 5, 6, 7]), (time(0), time(4), [7])],
)
def test_due_moments_are_those_of_the_send_window_over_both_changes_of_the_clock(trigger, start, end, weekdays):
    Holiday.objects.create(date="2026-03-30", name="Here")
    Holiday.objects.create(date="2026-03-31", name="Elsewhere", region="LV")
    trigger.window_start, trigger.window_end, trigger.window_weekdays = start, end, weekdays
    trigger.delay, trigger.asks_since = timedelta(days=5, hours=1), datetime(2026, 1, 1, tzinfo=UTC)
    trigger.save()
    zones = ["Europe/Vilnius", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana"]
    contacts = [ContactFactory(timezone=zone) for zone in zones]
    starts = [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 22, tzinfo=UTC), datetime(2026, 10, 18, tzinfo=UTC)]
    for contact in contacts:
        for day in starts:
            for hours in range(0, 240, 7):
                TouchpointFactory(contact=contact, occurred_at=day + timedelta(hours=hours, minutes=hours))

    assert plan() == 5 * 3 * 35

    for invitation in Invitation.objects.select_related("touchpoint", "contact"):
        ready = invitation.touchpoint.occurred_at + trigger.delay
        zone = ZoneInfo(invitation.contact.timezone)
        expected = first_moment(ready, trigger.window, zone, ClosedDays.fetch().everywhere)
        assert invitation.due_at == expected, (ready, zone)


def test_a_regional_holiday_moves_asks_of_its_region_only(trigger):
    trigger.delay, trigger.asks_since = timedelta(), datetime(2026, 1, 1, tzinfo=UTC)
    trigger.save()
    Holiday.objects.create(date="2026-06-24", name="Jāņi", region="LV")
    midsummer = datetime(2026, 6, 24, 10, tzinfo=UTC)
    of_contact = TouchpointFactory(contact__region="lv", occurred_at=midsummer)
    of_company = TouchpointFactory(contact__company=CompanyFactory(region="LV"), occurred_at=midsummer)
    elsewhere = TouchpointFactory(
        contact__region="LT", contact__company=CompanyFactory(region="LV"), occurred_at=midsummer
    )

    assert plan() == 3

    due = dict(Invitation.objects.values_list("touchpoint", "due_at"))
    assert due[elsewhere.pk] == midsummer
    assert due[of_contact.pk] == due[of_company.pk] == datetime(2026, 6, 25, 6, tzinfo=UTC)


def test_a_deal_that_is_lost_and_won_again_is_asked_about_after_all(trigger):
    deal = DealFactory()
    deal.win(at=NOW)
    plan()
    deal.lose(at=NOW)
    Invitation.objects.update(status="suppressed", reason="cancelled")

    assert plan() == 0
    deal.win(at=NOW + timedelta(days=1))
    assert plan() == 1

    assert Invitation.objects.get().status == "planned"


def test_what_the_judge_refused_for_good_is_not_asked_after_all(trigger):
    TouchpointFactory(occurred_at=NOW)
    plan()
    Invitation.objects.update(status="suppressed", reason="sampling")

    assert plan() == 0

    assert Invitation.objects.values_list("status", "reason").get() == ("suppressed", "sampling")


def test_a_window_that_never_opens_plans_nothing_and_stops_no_other_trigger(trigger):
    shut = TriggerFactory(survey=trigger.survey, asks_since=trigger.asks_since)
    type(shut).objects.filter(pk=shut.pk).update(window_weekdays=[8])
    TouchpointFactory(occurred_at=NOW)

    assert plan() == 1

    assert Invitation.objects.get().trigger == trigger


def test_planning_takes_as_many_queries_for_three_touchpoints_as_for_one(trigger):
    known_everywhere()  # asked of the database once per process
    TouchpointFactory(occurred_at=NOW)
    with CaptureQueriesContext(connection) as one:
        plan()
    for _ in range(3):
        TouchpointFactory(occurred_at=NOW)

    with CaptureQueriesContext(connection) as three:
        assert plan() == 3

    assert len(three) == len(one)
