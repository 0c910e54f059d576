"""A paused domain asks nobody by mail, one that is warmed up only so many on a day; other media go on."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock
from accounts.models import Brand
from delivery.models import Message, RampDay, SendingDomain
from delivery.reputation import breaker
from delivery.reputation.ramp import Ramp
from surveys.judging import wave_dryrun
from surveys.judging.by_hand import NotAsked, ask_anyway
from surveys.judging.case import Sender
from surveys.judging.dryrun import dry_run
from surveys.judging.eligibility import Outcome, judge
from surveys.judging.facts import policy_of
from surveys.judging.rules import OF_REMINDERS
from surveys.judging.standings import standings
from surveys.letters import messages
from surveys.models import AskingPolicy, Invitation, InvitationMessage, Judgement
from surveys.sendwindow import Window
from surveys.services import Judged, judge_due, plan_invitations, remind_due
from tests.factories import SurveyVersionFactory, TouchpointFactory, TriggerFactory, UserFactory, WaveFactory
from tests.surveys.test_eligibility import DAY, FACTS, NOW, POLICY, failed, person, verdict
from tests.surveys.test_reminding import asked as asked_to_be_reminded
from tests.surveys.test_waves import CADENCE, START, contacts, moment

NAME = "shop.example"
TODAY = NOW.date()
PAUSED = Sender(paused_at=NOW - DAY)
OPENING = datetime(2026, 7, 1, 6, tzinfo=UTC)  # nine in Vilnius, where sending ends at 15:00 UTC


def warmed_up(*, first, growth="1", last=None, begins=TODAY, **counts):
    return Sender(ramp=Ramp(begins, first, Decimal(growth), last), **counts)


def test_while_the_domain_is_paused_an_ask_by_mail_is_judged_again_a_day_later():
    found = verdict(sender=PAUSED)

    assert (found.outcome, found.reason, found.until) == (Outcome.DEFER, "sender_paused", NOW + DAY)
    assert failed(found) == ["sender_paused"]
    reminder = judge(replace(FACTS, sender=PAUSED), POLICY, NOW, rules=OF_REMINDERS)
    assert reminder.reason == "sender_paused"


@pytest.mark.parametrize("sender", [PAUSED, warmed_up(first=1, asked=1)])
def test_an_ask_by_another_medium_is_none_of_its_business(sender):
    found = verdict(sender=sender, media=("sms", "email"), person=person(sms="+37060000000"))

    assert (found.outcome, found.medium) == (Outcome.ASK, "sms")


def test_an_ask_whose_first_medium_is_mail_waits_though_another_one_would_do():
    found = verdict(sender=PAUSED, media=("email", "sms"), person=person(sms="+37060000000"))

    assert found.reason == "sender_paused"


def test_whom_no_way_leads_to_is_refused_for_that():
    assert verdict(sender=PAUSED, person=person(email="")).reason == "no_address"


def test_a_pause_longer_than_an_ask_may_be_late_refuses_it():
    found = verdict(sender=PAUSED, wanted_at=NOW - 13.5 * DAY)

    assert (found.outcome, found.reason) == (Outcome.SUPPRESS, "sender_paused")


@pytest.mark.parametrize(
    ("sender", "until"),
    [
        # 9 to 18 in Vilnius is nine hours: with nine asks one each hour; at 13:00 the fifth is due.
        (warmed_up(first=9, asked=4), None),
        (warmed_up(first=9, asked=5), datetime(2026, 7, 1, 11, tzinfo=UTC)),
        (warmed_up(first=9, asked=5, lined_up=3), datetime(2026, 7, 1, 14, tzinfo=UTC)),
        # Used up: the next day has eighteen, one each half hour, and four wait before this one.
        (warmed_up(first=9, growth="2", asked=9), datetime(2026, 7, 2, 6, tzinfo=UTC)),
        (warmed_up(first=9, growth="2", asked=9, lined_up=4), datetime(2026, 7, 2, 8, tzinfo=UTC)),
        # 9 today, 18 tomorrow, then without limit.
        (warmed_up(first=9, growth="2", last=36, asked=9, lined_up=18), datetime(2026, 7, 3, 6, tzinfo=UTC)),
        # Friday's number is grown on by Monday: days grow whether or not anybody sends.
        (
            warmed_up(first=1, growth="2", begins=date(2026, 6, 29), asked=4, lined_up=8 + 16),
            datetime(2026, 7, 6, 6, tzinfo=UTC),
        ),
        (warmed_up(first=9, begins=TODAY + timedelta(days=1), asked=99), None),
        (warmed_up(first=9, growth="2", last=9, asked=99), None),
    ],
)
def test_the_number_of_a_day_is_spread_over_it_and_the_days_after(sender, until):
    found = verdict(sender=sender)

    assert (found.reason, found.until) == ("sender_ramp" if until else "", until)


def test_at_midnight_of_the_company_the_next_number_holds():
    """The ramp counts days on the company's clock: in Vilnius 21:00 UTC is the next day already."""
    always = Window(time.min, time.max, frozenset(range(1, 8)))
    before, after = datetime(2026, 7, 1, 20, 59, tzinfo=UTC), datetime(2026, 7, 1, 21, 0, tzinfo=UTC)
    full = {"sender": warmed_up(first=1, growth="2", asked=1), "window": always, "wanted_at": OPENING}

    facts = replace(FACTS, **full)
    assert judge(facts, POLICY, before).reason == "sender_ramp"
    fresh = replace(facts, sender=warmed_up(first=1, growth="2"))
    assert judge(fresh, POLICY, after).outcome is Outcome.ASK


def test_a_day_on_which_the_clocks_change_has_its_number_too():
    # 25 October 2026 has 25 hours in Vilnius; with 25 asks there is one each hour.
    opens = datetime(2026, 10, 24, 21, tzinfo=UTC)
    always = Window(time.min, time.max, frozenset(range(1, 8)))
    sender = warmed_up(first=25, begins=date(2026, 10, 25), asked=24)
    facts = replace(FACTS, sender=sender, window=always, wanted_at=opens)

    found = judge(facts, POLICY, opens + timedelta(hours=23, minutes=50))

    assert found.reason == "sender_ramp"
    assert opens + timedelta(hours=23, minutes=59) <= found.until <= opens + timedelta(hours=24)


@pytest.fixture
def domain(db):
    Brand.objects.update(sender_address=f"ask@{NAME}")
    return SendingDomain.objects.create(name=NAME)


@pytest.fixture
def trigger(db):
    made = TriggerFactory(survey=SurveyVersionFactory().survey, asks_since=NOW - 365 * DAY, reminder_days=[2, 7, 14])
    Brand.objects.update(sender_address=f"ask@{NAME}")
    return made


def planned(trigger, number=1):
    for _ in range(number):
        TouchpointFactory(occurred_at=OPENING - trigger.delay)
    plan_invitations(now=OPENING)
    Invitation.objects.filter(status="planned").update(due_at=OPENING)


def ramp(domain, **fields):
    values = {"ramp_begins": TODAY, "ramp_first": 2, "ramp_growth": Decimal("1.5"), "ramp_last": None, **fields}
    SendingDomain.objects.filter(pk=domain.pk).update(**values)
    domain.refresh_from_db()


def test_what_waits_for_a_paused_domain_is_judged_at_once_when_it_is_resumed(
    domain, trigger, django_capture_on_commit_callbacks
):
    breaker.pause(domain, reason="x", now=OPENING)
    planned(trigger)

    assert judge_due(now=OPENING) == Judged(deferred=1)
    waiting = Invitation.objects.get()
    assert (waiting.reason, waiting.due_at) == ("sender_paused", OPENING + DAY)
    assert [step["rule"] for step in Judgement.objects.get().trace if not step["passed"]] == ["sender_paused"]
    assert not Message.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        breaker.resume(domain, reason="Mended.", now=OPENING)
    assert not Invitation.objects.filter(due_at__gt=clock.now()).exists()
    Invitation.objects.update(due_at=OPENING)
    assert judge_due(now=OPENING) == Judged(asked=1)


def test_resuming_brings_forward_what_waits_for_that_and_nothing_else(
    domain, trigger, django_capture_on_commit_callbacks
):
    breaker.pause(domain, reason="x")
    planned(trigger, 2)
    first, second = Invitation.objects.order_by("pk")
    later = clock.now() + DAY
    Invitation.objects.filter(pk=first.pk).update(reason="sender_paused", due_at=later)
    Invitation.objects.filter(pk=second.pk).update(reason="hold", due_at=later)

    with django_capture_on_commit_callbacks(execute=True):
        breaker.resume(domain, reason="Mended.")

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.due_at < later, second.due_at) == (True, later)


def test_a_brand_that_changes_its_sender_is_judged_by_the_new_one(domain, trigger):
    breaker.pause(domain, reason="x", now=OPENING)
    planned(trigger)
    Brand.objects.update(sender_address="ask@Other.Example")

    assert judge_due(now=OPENING) == Judged(asked=1)


def test_a_brand_without_a_sender_of_its_own_writes_from_the_domain_of_the_settings(domain, trigger, settings):
    settings.DEFAULT_FROM_EMAIL = "Plumb <surveys@SHOP.example>"
    Brand.objects.update(sender_address="")
    breaker.pause(domain, reason="x", now=OPENING)
    planned(trigger)

    assert judge_due(now=OPENING) == Judged(deferred=1)


def test_asks_are_spread_by_the_ramp_over_the_days_and_counted_once(domain, trigger):
    ramp(domain, ramp_first=2, ramp_growth=Decimal("1.5"))
    planned(trigger, 7)

    for minute in range(0, 3 * 24 * 60, 30):
        judge_due(now=OPENING + timedelta(minutes=minute))

    asked = Invitation.objects.filter(queued_at__isnull=False).order_by("queued_at")
    assert [at.strftime("%d %H:%M") for at in asked.values_list("queued_at", flat=True)] == [
        "01 06:00", "01 10:30",  # two
        "02 06:00", "02 09:00", "02 12:00",  # three
        "03 06:00", "03 08:30",  # four: the last two of seven
    ]  # fmt: skip
    given = RampDay.objects.order_by("day").values_list("day", "asks")
    assert list(given) == [(TODAY, 2), (TODAY + DAY, 3), (TODAY + 2 * DAY, 2)]


def test_reminders_use_the_numbers_of_the_ramp_up_too(domain, trigger):
    for _ in range(3):
        asked_to_be_reminded(trigger)
    at = NOW + 2 * DAY
    ramp(domain, ramp_first=1, ramp_growth=Decimal(1), ramp_begins=at.date())

    remind_due(now=at)

    assert Message.objects.filter(purpose="reminder").count() == 1
    assert RampDay.objects.get().asks == 1
    put_off = set(Invitation.objects.filter(reminders_left=3).values_list("remind_at", flat=True))
    # A Friday; the next days of sending are Monday and Tuesday.
    assert put_off == {datetime(2026, 7, day, 6, tzinfo=UTC) for day in (6, 7)}


def test_a_reminder_waits_while_the_domain_is_paused(domain, trigger):
    invitation = asked_to_be_reminded(trigger)
    breaker.pause(domain, reason="x", now=NOW)
    at = NOW + 1 * DAY
    Invitation.objects.update(remind_at=at)

    remind_due(now=NOW + 2 * DAY)

    invitation.refresh_from_db()
    assert (invitation.reminders_left, Message.objects.filter(purpose="reminder").exists()) == (3, False)
    # From Friday a day on is Saturday: Monday, when sending begins.
    assert invitation.remind_at == datetime(2026, 7, 6, 6, tzinfo=UTC)


def test_a_person_may_overrule_the_ramp_but_not_a_pause(domain, trigger):
    ramp(domain, ramp_first=1, ramp_growth=Decimal(1))
    RampDay.objects.create(domain=NAME, day=TODAY, asks=1)
    planned(trigger)
    waiting = Invitation.objects.get()
    by = {
        "contact": waiting.contact,
        "survey": trigger.survey,
        "by": UserFactory(),
        "reason": "She called.",
        "now": NOW,
    }
    breaker.pause(domain, reason="x", now=NOW)

    with pytest.raises(NotAsked) as refused:
        ask_anyway(**by)
    assert refused.value.reason == "sender_paused"

    breaker.resume(domain, reason="Mended.", now=NOW)
    assert ask_anyway(**by).status == "queued"
    assert RampDay.objects.get().asks == 2


def test_the_customers_page_says_why_nobody_is_asked_yet(domain, trigger):
    breaker.pause(domain, reason="x")
    TouchpointFactory(occurred_at=clock.now() - trigger.delay)
    plan_invitations()
    contact = Invitation.objects.get().contact

    (standing,) = standings(contact)

    assert standing.reason == "The sender's domain is paused."
    assert any(line.rule == "The sender's domain may ask" and not line.passed for line in standing.lines)


def test_a_dry_run_keeps_to_the_ramp_and_to_the_pause_from_when_it_began(domain, trigger):
    for _ in range(3):
        TouchpointFactory(occurred_at=NOW - 20 * DAY - trigger.delay)
    Invitation.objects.all().delete()
    ramp(domain, ramp_first=1, ramp_growth=Decimal(1), ramp_begins=TODAY - timedelta(days=60))

    found = dry_run(trigger, policy_of(AskingPolicy()), now=NOW)
    assert [day.asked for day in found.days if day.asked] == [1, 1, 1]

    SendingDomain.objects.update(paused_at=NOW - 19.5 * DAY, cause="by_hand", ramp_begins=None, ramp_first=None)
    TouchpointFactory(occurred_at=NOW - 10 * DAY - trigger.delay)
    found = dry_run(trigger, policy_of(AskingPolicy()), now=NOW)
    assert (found.asked, found.deferred["sender_paused"] > 0) == (3, True)


def test_the_dry_run_of_a_wave_keeps_to_the_ramp(domain):
    wave = WaveFactory(survey=SurveyVersionFactory().survey, cadence_days=CADENCE, starts_on=START, is_active=False)
    Brand.objects.update(sender_address=f"ask@{NAME}")
    for contact in contacts(60):
        contact.addresses.create(medium="email", value=contact.email, is_preferred=True)
    ramp(domain, ramp_first=1, ramp_growth=Decimal(1), ramp_begins=START)
    turns = wave_dryrun.turns_ahead(wave, now=moment(0))

    found = wave_dryrun.dry_run(wave, policy_of(AskingPolicy()), turns, now=moment(0))

    assert max(day.asked for day in found.days) == 1
    assert found.deferred["sender_ramp"] > 0


def test_a_batch_costs_the_same_number_of_queries_however_many_are_judged(domain, trigger):
    ramp(domain, ramp_first=500)
    numbers = []
    for count in (1, 3):
        planned(trigger, count)
        with CaptureQueriesContext(connection) as queries:
            assert judge_due(now=OPENING + timedelta(hours=8)).asked == count
        numbers.append(len(queries))

    assert numbers[0] == numbers[1]


def test_asks_by_mail_alone_are_given_from_the_number_and_each_of_them_once(domain, trigger):
    ramp(domain, ramp_first=500)
    planned(trigger, 2)
    judge_due(now=OPENING + timedelta(hours=8))
    invitations = list(Invitation.objects.order_by("pk"))
    again = [messages.message(i, messages.INVITE, 1, OPENING, to="x@shop.example") for i in invitations]
    messages.queue(again, invitations)

    assert RampDay.objects.get().asks == InvitationMessage.objects.count() == 2
