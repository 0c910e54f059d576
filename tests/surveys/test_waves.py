from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from crm.models import Contact
from surveys.models import Invitation, Judgement, Wave
from surveys.services import Judged, judge_due, plan_invitations
from tests.factories import (
    ChannelFactory,
    CompanyFactory,
    ContactFactory,
    InvitationFactory,
    ProductFactory,
    SurveyVersionFactory,
    TeamFactory,
    TouchpointFactory,
    TriggerFactory,
    UserFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db

START = date(2026, 6, 1)  # a Monday
DAY = timedelta(days=1)
CADENCE = 30
# Turns are drawn by the ids of wave and contact: with ids of their own the tests see the same draw each time.
FIRST_ID = 7_000_000


def moment(days, hour=4):
    """04:00 UTC is before the window opens in Vilnius."""
    return datetime.combine(START + days * DAY, time(hour), tzinfo=UTC)


@pytest.fixture
def wave():
    return WaveFactory(pk=FIRST_ID, cadence_days=CADENCE, starts_on=START)


def contacts(number, **fields):
    fields = {"timezone": "Europe/Vilnius", "language": "en"} | fields
    first = FIRST_ID + Contact.objects.count()
    return Contact.objects.bulk_create(
        Contact(pk=first + n, first_name="Ona", email=f"customer{n}@shop.example", **fields) for n in range(number)
    )


def plan_days(first, last):
    return sum(plan_invitations(now=moment(day)) for day in range(first, last))


def days_planned():
    return {due_at.date() for due_at in Invitation.objects.values_list("due_at", flat=True)}


def whole_round():
    """Plan one whole cadence: every contact has its turn."""
    return plan_days(0, CADENCE - 1)


def test_every_contact_is_asked_once_per_cadence_on_the_same_day_of_each(wave):
    people = contacts(200)

    planned = plan_days(0, 3 * CADENCE - 1)

    assert planned == 600
    for person in people:
        turns = list(Invitation.objects.filter(contact=person).order_by("due_at").values_list("wave_round", "due_at"))
        assert [number for number, _due_at in turns] == [1, 2, 3]
        assert {later - sooner for (_a, sooner), (_b, later) in pairwise(turns)} == {CADENCE * DAY}


def test_the_turns_are_spread_evenly_over_the_cadence(wave):
    contacts(3000)

    assert whole_round() == 3000

    sizes = Counter(due_at.date() for due_at in Invitation.objects.values_list("due_at", flat=True))
    assert len(sizes) == CADENCE
    expected = 3000 / CADENCE
    # The 99.9 % point of chi-square with 29 degrees of freedom.
    assert sum((size - expected) ** 2 / expected for size in sizes.values()) < 58.3


def test_a_day_is_a_fair_sample_whatever_the_ids_have_in_common(wave):
    people = contacts(3000)
    Contact.objects.filter(pk__in=[person.pk for person in people[::2]]).update(region="North")

    whole_round()

    north = Counter(
        due_at.date() for due_at in Invitation.objects.filter(contact__region="North").values_list("due_at", flat=True)
    )
    assert min(north.values()) > 25
    assert max(north.values()) < 80


def test_turns_of_the_weekend_are_spread_over_the_week_that_follows(wave):
    Wave.objects.update(window_weekdays=[1, 2, 3, 4, 5], cadence_days=35)
    contacts(3500)

    assert plan_days(0, 34) == 3500

    weekdays = Counter(due_at.isoweekday() for due_at in Invitation.objects.values_list("due_at", flat=True))
    assert set(weekdays) == {1, 2, 3, 4, 5}
    assert all(600 < size < 800 for size in weekdays.values())


def test_planning_again_changes_nothing(wave):
    contacts(300)
    planned = plan_invitations(now=moment(0))
    before = list(Invitation.objects.order_by("pk").values())
    assert planned == len(before) > 0

    assert plan_invitations(now=moment(0, hour=20)) == 0
    Wave.objects.update(planned_until=None)
    assert plan_invitations(now=moment(0)) == 0

    assert list(Invitation.objects.order_by("pk").values()) == before


def test_a_second_run_of_the_same_day_reads_no_contacts(wave):
    contacts(10)
    plan_invitations(now=moment(0))

    with CaptureQueriesContext(connection) as queries:
        plan_invitations(now=moment(0))

    assert not [query for query in queries if "crm_contact" in query["sql"]]


def test_the_database_refuses_a_second_invitation_of_one_round(wave):
    invitation = InvitationFactory(wave=wave, wave_round=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory(wave=wave, wave_round=1, contact=invitation.contact)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory(wave=wave)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory(wave=wave, wave_round=1, trigger=TriggerFactory())


def test_paused_turns_are_skipped_and_resuming_makes_no_burst(wave):
    contacts(600)
    before = plan_days(0, 5)
    wave.refresh_from_db()
    wave.pause(at=moment(5))
    assert plan_days(5, 15) == 0

    wave.refresh_from_db()
    wave.resume(at=moment(15))
    after = plan_invitations(now=moment(15))

    sizes = Counter(due_at.date() for due_at in Invitation.objects.values_list("due_at", flat=True))
    assert set(sizes) == {START + day * DAY for day in (*range(6), 15, 16)}
    assert before + after == sum(sizes.values())


def test_resuming_without_a_planner_running_meanwhile_makes_no_burst_either(wave):
    contacts(600)
    plan_invitations(now=moment(0))
    wave.refresh_from_db()
    wave.pause(at=moment(1))

    wave.resume(at=moment(9))
    plan_invitations(now=moment(9))

    assert days_planned() == {START + day * DAY for day in (0, 1, 9, 10)}


def test_switching_on_late_makes_no_burst(wave):
    contacts(600)
    Wave.objects.update(is_active=False)
    assert plan_days(0, 10) == 0

    Wave.objects.update(is_active=True)
    plan_invitations(now=moment(10))

    assert days_planned() == {START + day * DAY for day in (9, 10, 11)}


def test_a_late_planner_makes_up_for_the_days_it_missed(wave):
    contacts(600)
    plan_invitations(now=moment(0))

    plan_invitations(now=moment(4))

    assert days_planned() == {START + day * DAY for day in range(6)}


def test_what_was_planned_before_a_pause_is_not_asked_during_it(wave):
    contacts(600)
    planned = plan_invitations(now=moment(0))
    wave.refresh_from_db()
    wave.pause(at=moment(0, hour=5))

    judged = judge_due(now=moment(1, hour=10))

    assert planned > 0
    assert judged == Judged(suppressed=planned)
    assert set(Invitation.objects.values_list("status", "reason")) == {("suppressed", "wave_rests")}


@pytest.mark.parametrize(
    ("condition", "inside", "outside"),
    [
        ({"size_bands": ["10-49"]}, {"company__size_band": "10-49"}, {"company__size_band": "1-9"}),
        ({"regions": ["North"]}, {"region": "north"}, {"region": "South"}),
        ({"regions": ["North"]}, {"company__region": "North"}, {"region": "South", "company__region": "North"}),
        (
            {"min_customer_days": 365},
            {"customer_since": START - 365 * DAY},
            {"customer_since": START - 300 * DAY},
        ),
        ({"min_customer_days": 365}, {"customer_since": START - 365 * DAY}, {"customer_since": None}),
    ],
)
def test_the_audience_is_narrowed_by_what_contact_and_company_are(wave, condition, inside, outside):
    Wave.objects.update(**condition)
    company = {"company": CompanyFactory()}
    asked = ContactFactory(**_with_company(inside, company))
    ContactFactory(**_with_company(outside, {"company": CompanyFactory()}))
    ContactFactory()

    whole_round()

    assert [invitation.contact for invitation in Invitation.objects.all()] == [asked]


def _with_company(fields, company):
    for name in [name for name in fields if name.startswith("company__")]:
        setattr(company["company"], name.removeprefix("company__"), fields[name])
        company["company"].save()
    return {name: value for name, value in fields.items() if "__" not in name} | company


def test_the_audience_is_narrowed_by_what_was_bought_how_and_when(wave):
    product, channel = ProductFactory(), ChannelFactory()
    wave.products.add(product)
    wave.channels.add(channel)
    Wave.objects.update(bought_within_days=180)
    bought = {"product": product, "channel": channel, "occurred_at": moment(-100)}
    buyer = TouchpointFactory(**bought).contact
    TouchpointFactory(**bought | {"occurred_at": moment(-400)})
    TouchpointFactory(**bought | {"product": ProductFactory()})
    TouchpointFactory(**bought | {"channel": ChannelFactory()})
    TouchpointFactory(**bought | {"kind": "meeting"})
    TouchpointFactory(**bought, cancelled_at=moment(-90))

    whole_round()

    assert [invitation.contact for invitation in Invitation.objects.all()] == [buyer]


def test_the_latest_touchpoint_that_stands_gives_the_frozen_facts(wave):
    manager = UserFactory(team=TeamFactory())
    company, product, channel = CompanyFactory(), ProductFactory(), ChannelFactory()
    contact = ContactFactory(language="uk")
    facts = {"contact": contact, "manager": manager, "product": product, "channel": channel, "company": company}
    TouchpointFactory(**facts, occurred_at=moment(-10))
    TouchpointFactory(contact=contact, occurred_at=moment(-20))
    TouchpointFactory(contact=contact, occurred_at=moment(-5), cancelled_at=moment(-4))

    whole_round()

    invitation = Invitation.objects.get()
    assert (invitation.wave, invitation.trigger, invitation.touchpoint) == (wave, None, None)
    assert (invitation.manager, invitation.team) == (manager, manager.team)
    assert (invitation.product, invitation.channel, invitation.company) == (product, channel, company)
    assert (invitation.kind, invitation.language, invitation.survey) == ("relational", "uk", wave.survey)
    assert invitation.version == wave.survey.versions.get()


def test_a_contact_with_no_touchpoint_is_asked_all_the_same(wave):
    contact = ContactFactory(company=CompanyFactory())

    whole_round()

    invitation = Invitation.objects.get()
    assert (invitation.contact, invitation.company, invitation.manager) == (contact, contact.company, None)


def test_a_turn_comes_when_the_window_opens_where_the_contact_lives(wave):
    for zone in ("Europe/Vilnius", "Asia/Kolkata", "America/New_York", "Not/AZone"):
        ContactFactory(timezone=zone)
    Organisation.objects.create(pk=1, timezone="Asia/Tokyo")

    whole_round()

    opening = dict(Invitation.objects.values_list("contact__timezone", "due_at"))
    assert {zone: due_at.time() for zone, due_at in opening.items()} == {
        "Europe/Vilnius": time(6),
        "Asia/Kolkata": time(3, 30),
        "America/New_York": time(13),
        "Not/AZone": time(0),
    }


def test_a_new_customer_is_asked_after_the_wave_s_own_delay_and_then_in_turn(wave):
    Wave.objects.update(joining_days=10)
    contact = ContactFactory(customer_since=START + 3 * DAY)

    plan_days(0, 4 * CADENCE)

    turns = list(Invitation.objects.order_by("due_at").values_list("wave_round", "due_at"))
    assert turns[0][0] == 0
    assert turns[0][1].date() == START + 13 * DAY
    assert len(turns) >= 3
    assert turns[1][1] - turns[0][1] >= (CADENCE - 14) * DAY
    assert Invitation.objects.filter(contact=contact, wave_round=0).count() == 1


def test_who_was_a_customer_before_the_wave_began_just_waits_for_the_turn(wave):
    Wave.objects.update(joining_days=10)
    ContactFactory(customer_since=START - 100 * DAY)

    plan_days(0, 2 * CADENCE - 1)

    assert sorted(Invitation.objects.values_list("wave_round", flat=True)) == [1, 2]


def test_an_invitation_of_a_wave_is_judged_sent_and_reminded_of_like_any_other(wave):
    Wave.objects.update(reminder_days=[3], sampling_share=1)
    contact = ContactFactory()
    whole_round()
    due_at = Invitation.objects.get().due_at

    assert judge_due(now=due_at) == Judged(asked=1)

    invitation = Invitation.objects.get()
    assert (invitation.status, invitation.contact) == ("queued", contact)
    assert (invitation.reminders_left, invitation.remind_at) == (1, due_at + 3 * DAY)
    assert Judgement.objects.get().verdict == "ask"


def test_the_cadence_is_the_clock_of_the_survey(wave):
    contact = ContactFactory()
    version = wave.survey.versions.get()
    past = InvitationFactory(
        version=version, contact=contact, kind="relational", status="expired", wave=wave, wave_round=90
    )
    whole_round()
    planned = Invitation.objects.get(status="planned")
    Invitation.objects.filter(pk=past.pk).update(
        asked_at=planned.due_at - CADENCE * DAY, expires_at=planned.due_at - DAY
    )

    assert judge_due(now=planned.due_at) == Judged(asked=1)


def test_a_wave_without_a_wording_or_of_a_paused_survey_plans_nothing(wave):
    contacts(60)
    type(wave.survey).objects.update(status="paused")
    assert plan_invitations(now=moment(0)) == 0

    type(wave.survey).objects.update(status="active")
    other = WaveFactory(survey=SurveyVersionFactory(published_at=None).survey, starts_on=START)
    plan_invitations(now=moment(1))

    assert not Invitation.objects.filter(wave=other).exists()
