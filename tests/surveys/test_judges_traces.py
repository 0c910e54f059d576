"""What each rule says it looked at, passed or not, and the edges of pace and window; no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.reachability import Person
from surveys.judging.case import Case
from surveys.judging.eligibility import Outcome, TraceStep, judge
from surveys.judging.rules import BY_CODE, OF_ASKS
from surveys.sendwindow import Window
from tests.surveys.test_eligibility import DAY, FACTS, NOW, POLICY

SECOND = timedelta(seconds=1)
NEVER = Window(time(9), time(18), frozenset())
TODAY = NOW.date()


def finding(rule, policy=POLICY, **facts):
    return BY_CODE[rule].check(Case(replace(FACTS, **facts), policy, NOW))


@pytest.mark.parametrize(
    ("rule", "facts", "value"),
    [
        ("cancelled", {}, ""),
        ("switched_off", {}, ""),
        ("too_early", {"wanted_at": NOW}, "2026-07-01T10:00:00+00:00"),
        ("too_late", {"wanted_at": NOW}, "2026-07-01T10:00:00+00:00"),
        ("do_not_contact", {}, ""),
        ("medium", {}, "email"),
        ("sampling", {}, "1"),
        ("duplicate", {}, ""),
        ("pending", {"pending_until": NOW}, ""),
        ("hold", {}, ""),
        ("survey_clock", {}, ""),
        ("kind_clock", {"last_of_kind": NOW - 90 * DAY}, "2026-04-02T10:00:00+00:00"),
        ("floor", {"last_of_any": NOW - 7 * DAY, "last_name": "Yearly"}, "2026-06-24T10:00:00+00:00 Yearly"),
        ("rival", {}, ""),
        ("company_budget", {"company_asks": [NOW - DAY] * 2}, "2"),
        ("daily_maximum", {"asked_today": 4}, "4"),
        ("daily_maximum", {"daily_maximum": 9, "asked_today": 4}, "4"),
        ("window", {}, "2026-07-01T13:00 Europe/Vilnius"),
    ],
)
def test_a_rule_that_is_passed_says_what_it_looked_at(rule, facts, value):
    found = finding(rule, **facts)

    assert (found.passed, found.value, found.until, found.reason) == (True, value, None, "")


@pytest.mark.parametrize(
    ("rule", "facts", "value", "until"),
    [
        ("cancelled", {"cancelled_at": NOW}, "2026-07-01T10:00:00+00:00", None),
        ("switched_off", {"switched_off": True}, "", None),
        ("too_early", {"wanted_at": NOW + SECOND}, "2026-07-01T10:00:01+00:00", NOW + SECOND),
        ("too_late", {"wanted_at": NOW - 15 * DAY}, "2026-06-16T10:00:00+00:00", None),
        ("do_not_contact", {"person": Person(said_no_at=NOW)}, "2026-07-01T10:00:00+00:00", None),
        ("sampling", {"sampling_share": 0.0}, "0", None),
        ("duplicate", {"deal_asked_at": NOW}, "2026-07-01T10:00:00+00:00", None),
        ("paused", {"paused": True}, "", NOW + DAY),
        ("pending", {"pending_until": NOW + SECOND}, "2026-07-01T10:00:01+00:00", NOW + SECOND),
        ("hold", {"held_since": NOW}, "2026-07-01T10:00:00+00:00", NOW + DAY),
        ("survey_clock", {"last_of_survey": NOW}, "2026-07-01T10:00:00+00:00", NOW + 90 * DAY),
        ("survey_clock", {"last_of_survey": NOW, "repeat_days": 1}, "2026-07-01T10:00:00+00:00", NOW + DAY),
        ("kind_clock", {"last_of_kind": NOW}, "2026-07-01T10:00:00+00:00", NOW + 90 * DAY),
        ("floor", {"last_of_any": NOW, "last_name": "Yearly"}, "2026-07-01T10:00:00+00:00 Yearly", NOW + 7 * DAY),
        ("company_budget", {"company_asks": [NOW] * 4}, "4", NOW + 30 * DAY),
        ("daily_maximum", {"daily_maximum": 4, "asked_today": 4}, "4", datetime(2026, 7, 2, 6, tzinfo=UTC)),
        ("window", {"window": NEVER}, "2026-07-01T13:00 Europe/Vilnius", None),
        (
            "window",
            {"zone": ZoneInfo("America/Los_Angeles")},
            "2026-07-01T03:00 America/Los_Angeles",
            datetime(2026, 7, 1, 16, tzinfo=UTC),
        ),
    ],
)
def test_a_rule_that_refuses_says_what_it_looked_at_and_until_when(rule, facts, value, until):
    found = finding(rule, **facts)

    assert (found.passed, found.value, found.until, found.reason) == (False, value, until, "")


def test_a_turn_of_a_wave_that_is_skipped_names_its_own_reason():
    found = finding("switched_off", turn_skipped=True)

    assert (found.passed, found.until, found.reason) == (False, None, "wave_rests")


def test_a_rival_that_just_asked_is_named():
    policy = replace(POLICY, drops_losers=True)

    found = finding("rival", policy, rival_asked_at=NOW - DAY, rival_asked_name="Yearly")

    assert (found.passed, found.until, found.value) == (False, None, "2026-06-30T10:00:00+00:00 Yearly")
    assert finding("rival", rival_asked_at=NOW - DAY).passed


def test_each_survey_and_each_contact_are_drawn_apart():
    drawn = {
        (survey, contact): finding("sampling", survey_id=survey, contact_id=contact, sampling_share=0.5).passed
        for survey in range(8)
        for contact in range(8)
    }

    assert len({tuple(drawn[survey, contact] for contact in range(8)) for survey in range(8)}) > 1
    assert len({tuple(drawn[survey, contact] for survey in range(8)) for contact in range(8)}) > 1
    assert 0 < sum(drawn.values()) < 64


def test_the_first_of_the_longest_waits_gives_the_reason():
    found = judge(replace(FACTS, last_of_survey=NOW - 88 * DAY, last_of_kind=NOW - 88 * DAY), POLICY, NOW)

    assert (found.outcome, found.reason, found.medium, found.address) == (Outcome.DEFER, "survey_clock", "", "")


def test_a_wait_steps_over_the_holidays_of_the_contact():
    closed = frozenset({date(2026, 7, 2)})

    found = judge(replace(FACTS, paused=True, holidays=closed), POLICY, NOW)

    assert found.until == datetime(2026, 7, 3, 6, tzinfo=UTC)
    assert finding("window", holidays=frozenset({TODAY})).until == datetime(2026, 7, 2, 6, tzinfo=UTC)
    over = finding("daily_maximum", daily_maximum=4, asked_today=4, holidays=closed)
    assert over.until == datetime(2026, 7, 3, 6, tzinfo=UTC)


def test_nothing_is_marked_as_overruled_that_was_not_or_had_no_need_to_be():
    found = judge(FACTS, POLICY, NOW, frozenset({"hold"}))

    assert [step for step in found.trace if step.overridden] == []
    assert [step.rule for step in found.trace] == [rule.code for rule in OF_ASKS]
    assert TraceStep("hold", "", passed=True) in found.trace


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        (8, datetime(2026, 7, 1, 14, tzinfo=UTC)),  # the last ninth of today
        (9, datetime(2026, 7, 2, 6, tzinfo=UTC)),  # all are asked: the first of tomorrow
        (10, datetime(2026, 7, 2, 7, tzinfo=UTC)),
    ],
)
def test_turns_fill_the_hours_of_today_and_then_those_of_the_next_day(asked, until):
    assert finding("daily_maximum", daily_maximum=9, asked_today=asked).until == until


def test_what_was_asked_today_takes_nothing_from_a_window_that_opens_tomorrow():
    saturday = {"window": Window(time(9), time(18), frozenset({6})), "daily_maximum": 9, "asked_today": 9}

    found = finding("daily_maximum", **saturday)

    assert (found.passed, found.value, found.until) == (False, "0", datetime(2026, 7, 4, 6, tzinfo=UTC))


def test_a_window_that_opens_at_the_very_midnight_opens_tomorrow():
    # On the company's clock, of Vilnius, tomorrow begins at 21:00 UTC, when it is 06:00 in Tokyo.
    tokyo = {"zone": ZoneInfo("Asia/Tokyo"), "window": Window(time(6), time(18), frozenset(range(1, 8)))}

    found = finding("daily_maximum", daily_maximum=9, asked_today=9, **tokyo)

    assert (found.value, found.until) == ("0", datetime(2026, 7, 1, 21, tzinfo=UTC))


def test_turns_are_counted_over_as_many_days_as_an_ask_may_be_late_and_one_more():
    every_day = Window(time(9), time(18), frozenset(range(1, 8)))
    queue = {"daily_maximum": 1, "asked_today": 1, "window": every_day}

    assert finding("daily_maximum", lined_up=13, **queue).until == datetime(2026, 7, 15, 6, tzinfo=UTC)
    assert finding("daily_maximum", lined_up=14, **queue).until == datetime(2026, 7, 16, 6, tzinfo=UTC)
    assert finding("daily_maximum", lined_up=500, **queue).until == datetime(2026, 7, 16, 6, tzinfo=UTC)


def test_without_any_window_turns_are_a_day_apart():
    found = finding("daily_maximum", window=NEVER, daily_maximum=2, asked_today=3)

    assert found.until == NOW + DAY + DAY / 2
