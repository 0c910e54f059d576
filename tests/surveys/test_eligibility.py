from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.reachability import Address, Person, Rules
from surveys.judging import reasons
from surveys.judging.case import CaseFacts, Policy, day_start, in_sample
from surveys.judging.eligibility import Outcome, TraceStep, judge
from surveys.judging.rules import BY_CODE, OF_ASKS, OF_REMINDERS, RULES
from surveys.sendwindow import Window

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday, 13:00 in Vilnius
DAY = timedelta(days=1)

POLICY = Policy(
    kind_days={"transactional": 90, "relational": 180},
    floor_days=7,
    days_late=14,
    company_budget=3,
    company_window_days=30,
    reach=Rules(role_names=frozenset({"info", "sales"})),
    zone=ZoneInfo("Europe/Vilnius"),
)
FACTS = CaseFacts(
    survey_id=1,
    contact_id=1,
    kind="transactional",
    wanted_at=NOW - timedelta(hours=2),
    window=Window(time(9), time(18), frozenset({1, 2, 3, 4, 5})),
    zone=ZoneInfo("Europe/Vilnius"),
    media=("email",),
    person=Person(addresses={"email": [Address("ona@shop.example")]}),
)


def person(*, bounced=(), objected=(), **addresses):
    """Return somebody with these addresses by medium, of which some came back, and with objections to media."""
    known = {
        medium: [Address(value, bounced_at=NOW - DAY if medium in bounced else None)]
        for medium, value in ({"email": "ona@shop.example"} | addresses).items()
        if value
    }
    return Person(addresses=known, said={(medium, "surveys"): "objected" for medium in objected})


def verdict(policy=POLICY, **facts):
    return judge(replace(FACTS, **facts), policy, NOW)


def failed(found):
    return [step.rule for step in found.trace if not step.passed]


def test_a_contact_that_nothing_stands_against_is_asked_by_the_first_medium():
    found = verdict()

    assert (found.outcome, found.reason, found.until, found.medium) == (Outcome.ASK, "", None, "email")
    assert tuple(step.rule for step in found.trace) == tuple(rule.code for rule in OF_ASKS)
    assert all(step.passed for step in found.trace)


@pytest.mark.parametrize(
    ("reason", "facts"),
    [
        ("cancelled", {"cancelled_at": NOW - DAY}),
        ("switched_off", {"switched_off": True}),
        ("too_late", {"wanted_at": NOW - timedelta(days=14, seconds=1)}),
        ("do_not_contact", {"person": Person(said_no_at=NOW - 400 * DAY)}),
        ("objected", {"person": person(objected=["email"])}),
        ("no_address", {"person": person(email="")}),
        ("bounced", {"person": person(bounced=["email"])}),
        ("role_address", {"person": person(email="info@shop.example")}),
        ("no_address", {"media": ()}),
        ("sampling", {"sampling_share": 0.0}),
        ("duplicate", {"deal_asked_at": NOW - 200 * DAY}),
        ("survey_clock", {"last_of_survey": NOW - 30 * DAY}),
        ("kind_clock", {"last_of_kind": NOW - 30 * DAY}),
        ("pending", {"pending_until": NOW + 20 * DAY}),
        ("window", {"window": Window(time(9), time(18), frozenset({8}))}),
    ],
)
def test_refusals_for_good(reason, facts):
    found = verdict(**facts)

    assert (found.outcome, found.reason, found.until, found.medium) == (Outcome.SUPPRESS, reason, None, "")
    assert tuple(step.rule for step in found.trace) == tuple(rule.code for rule in OF_ASKS)


@pytest.mark.parametrize(
    ("reason", "facts", "until"),
    [
        ("too_early", {"wanted_at": NOW + 2 * DAY}, NOW + 2 * DAY),
        ("paused", {"paused": True}, NOW + DAY),
        ("pending", {"pending_until": NOW + 5 * DAY}, NOW + 5 * DAY),
        ("hold", {"held_since": NOW - 9 * DAY}, NOW + DAY),
        ("survey_clock", {"last_of_survey": NOW - 85 * DAY}, NOW + 5 * DAY),
        ("survey_clock", {"last_of_survey": NOW - 25 * DAY, "repeat_days": 30}, NOW + 5 * DAY),
        ("kind_clock", {"last_of_kind": NOW - 85 * DAY}, NOW + 5 * DAY),
        ("floor", {"last_of_any": NOW - 2 * DAY}, NOW + 5 * DAY),
        ("rival", {"rival_due_at": NOW - DAY}, NOW + 7 * DAY),
        ("company_budget", {"company_asks": [NOW - 29 * DAY, NOW - 28 * DAY, NOW - DAY]}, NOW + DAY),
        # Midnight in Vilnius, then the opening at nine.
        ("daily_maximum", {"daily_maximum": 5, "asked_today": 5}, datetime(2026, 7, 2, 6, tzinfo=UTC)),
        # The fifth of nine has its place in the fifth ninth of the window, who comes behind three others in the eighth.
        ("daily_maximum", {"daily_maximum": 9, "asked_today": 5}, datetime(2026, 7, 1, 11, tzinfo=UTC)),
        (
            "daily_maximum",
            {"daily_maximum": 9, "asked_today": 5, "lined_up": 3},
            datetime(2026, 7, 1, 14, tzinfo=UTC),
        ),
        # Friday and the weekend lie between.
        (
            "daily_maximum",
            {"daily_maximum": 2, "asked_today": 2, "lined_up": 5},
            datetime(2026, 7, 6, 10, 30, tzinfo=UTC),
        ),
        ("window", {"zone": ZoneInfo("America/Los_Angeles")}, datetime(2026, 7, 1, 16, tzinfo=UTC)),
    ],
)
def test_refusals_for_now(reason, facts, until):
    found = verdict(**facts)

    assert (found.outcome, found.reason, found.until) == (Outcome.DEFER, reason, until)
    assert failed(found) == [reason]


@pytest.mark.parametrize(
    "facts",
    [
        {"last_of_survey": NOW - 90 * DAY},
        {"last_of_survey": NOW - 30 * DAY, "repeat_days": 30},
        {"last_of_kind": NOW - 90 * DAY},
        {"last_of_any": NOW - 7 * DAY},
        {"pending_until": NOW},
        {"rival_due_at": NOW + 7 * DAY},
        {"company_asks": [NOW - 30 * DAY, NOW - 2 * DAY, NOW - DAY]},
        # At 13:00 four ninths of the window have passed.
        {"daily_maximum": 9, "asked_today": 4},
        {"daily_maximum": 9, "asked_today": 4, "lined_up": 3},
        {"wanted_at": NOW - 14 * DAY},
        {"person": person(email="information@shop.example")},
    ],
)
def test_a_limit_that_is_just_kept_lets_the_ask_through(facts):
    assert verdict(**facts).outcome is Outcome.ASK


def test_the_clock_of_another_kind_does_not_starve_this_one():
    asked_by_a_relational_survey = verdict(last_of_any=NOW - 10 * DAY)

    assert asked_by_a_relational_survey.outcome is Outcome.ASK


def test_a_refusal_for_good_wins_over_a_wait_and_both_are_in_the_trace():
    found = verdict(held_since=NOW - DAY, person=replace(person(), said_no_at=NOW - DAY))

    assert (found.outcome, found.reason) == (Outcome.SUPPRESS, "do_not_contact")
    assert failed(found) == ["do_not_contact", "hold"]
    assert TraceStep("hold", (NOW - DAY).isoformat(), passed=False) in found.trace


def test_of_several_waits_the_longest_decides():
    found = verdict(last_of_any=NOW - 2 * DAY, last_of_kind=NOW - 82 * DAY)

    assert (found.reason, found.until) == ("kind_clock", NOW + 8 * DAY)


def test_a_wait_ends_inside_the_send_window():
    found = verdict(last_of_any=NOW - 4 * DAY)  # three days on it is Saturday

    assert found.until == datetime(2026, 7, 6, 6, tzinfo=UTC)


def test_a_wait_beyond_the_days_an_ask_may_be_late_is_a_refusal():
    nearly = verdict(wanted_at=NOW - 9 * DAY, last_of_kind=NOW - 85 * DAY)
    beyond = verdict(wanted_at=NOW - 9 * DAY - timedelta(seconds=1), last_of_kind=NOW - 85 * DAY)

    assert (nearly.outcome, nearly.until) == (Outcome.DEFER, NOW + 5 * DAY)
    assert (beyond.outcome, beyond.reason) == (Outcome.SUPPRESS, "kind_clock")


def test_the_first_usable_medium_is_taken():
    found = verdict(media=("email", "sms"), person=person(sms="+37060000000", bounced=["email"]))

    assert (found.outcome, found.medium) == (Outcome.ASK, "sms")


def test_without_a_usable_medium_the_preferred_one_gives_the_reason():
    found = verdict(media=("sms", "email"), person=person(objected=["sms"], bounced=["email"]))

    assert found.reason == "objected"
    assert TraceStep("medium", "sms:objected, email:bounced", passed=False) in found.trace


def test_a_turn_comes_no_microsecond_too_early():
    facts = replace(FACTS, daily_maximum=11, asked_today=5)

    turn = judge(facts, POLICY, NOW).until

    assert turn == datetime(2026, 7, 1, 6, tzinfo=UTC) + timedelta(seconds=14727, microseconds=272728)
    assert judge(facts, POLICY, turn).outcome is Outcome.ASK
    assert judge(facts, POLICY, turn - timedelta(microseconds=1)).until == turn


def test_a_day_begins_at_midnight_of_its_own_zone():
    vilnius = ZoneInfo("Europe/Vilnius")

    assert day_start(datetime(2026, 7, 1, 20, 59, tzinfo=UTC), vilnius) == datetime(2026, 6, 30, 21, tzinfo=UTC)
    assert day_start(datetime(2026, 7, 1, 21, tzinfo=UTC), vilnius) == datetime(2026, 7, 1, 21, tzinfo=UTC)
    assert day_start(NOW, vilnius, days=2) == datetime(2026, 7, 2, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ends", "outcome", "reason", "value"),
    [
        (None, "ask", "", ""),
        (NOW + timedelta(seconds=1), "ask", "", "2026-07-01T10:00:01+00:00"),
        (NOW, "suppress", "expired", "2026-07-01T10:00:00+00:00"),
    ],
)
def test_nobody_is_reminded_of_a_link_that_has_ended(ends, outcome, reason, value):
    found = judge(replace(FACTS, expires_at=ends), POLICY, NOW, rules=OF_REMINDERS)

    assert (found.outcome, found.reason) == (outcome, reason)
    assert TraceStep("expired", value, passed=not reason) in found.trace


def test_a_reminder_is_put_off_until_before_the_end_of_its_link_and_not_to_it():
    waits = {"last_of_any": NOW - 2 * DAY}  # for five days more

    before = judge(replace(FACTS, expires_at=NOW + 5 * DAY + DAY, **waits), POLICY, NOW, rules=OF_REMINDERS)
    at = judge(replace(FACTS, expires_at=NOW + 5 * DAY, **waits), POLICY, NOW, rules=OF_REMINDERS)

    assert (before.outcome, before.until) == (Outcome.DEFER, NOW + 5 * DAY)
    assert (at.outcome, at.reason) == (Outcome.SUPPRESS, "floor")


def test_what_is_overruled_decides_nothing_and_the_trace_says_so():
    facts = replace(FACTS, held_since=NOW - DAY, sampling_share=0.0)

    partly = judge(facts, POLICY, NOW, frozenset({"sampling"}))
    wholly = judge(facts, POLICY, NOW, frozenset({"sampling", "hold", "floor"}))

    assert (partly.outcome, partly.reason) == (Outcome.DEFER, "hold")
    assert (wholly.outcome, wholly.address) == (Outcome.ASK, "ona@shop.example")
    assert [step.rule for step in wholly.trace if step.overridden] == ["sampling", "hold"]


def test_no_budget_means_no_limit():
    found = verdict(policy=replace(POLICY, company_budget=None), company_asks=[NOW - DAY] * 50)

    assert found.outcome is Outcome.ASK


def test_a_sample_is_stable_per_contact_and_about_as_large_as_its_share():
    quarter = {contact for contact in range(20_000) if in_sample(7, contact, 0.25)}
    half = {contact for contact in range(20_000) if in_sample(7, contact, 0.5)}

    assert quarter == {contact for contact in range(20_000) if in_sample(7, contact, 0.25)}
    assert 4_700 < len(quarter) < 5_300
    assert quarter < half
    assert all(in_sample(7, contact, 1.0) for contact in range(1_000))
    assert not any(in_sample(7, contact, 0.0) for contact in range(1_000))
    assert quarter != {contact for contact in range(20_000) if in_sample(8, contact, 0.25)}


def test_only_a_no_and_a_missing_way_name_their_refusals_more_finely_than_their_rules():
    assert [rule.code for rule in RULES if rule.refusal is None] == ["said_no", "medium"]
    assert len(BY_CODE) == len(RULES)


def test_nobody_overrules_an_objection_a_missing_way_or_an_open_invitation():
    assert {rule.code for rule in OF_ASKS if not rule.overridable} == {
        "cancelled",
        "switched_off",
        "do_not_contact",
        "medium",
        "paused",
        "pending",
        "sender_paused",
    }


def test_a_reminder_is_held_back_by_what_changed_since_the_ask():
    assert [rule.code for rule in OF_REMINDERS] == [
        "cancelled",
        "switched_off",
        "too_early",
        "too_late",
        "expired",
        "do_not_contact",
        "medium",
        "paused",
        "sender_paused",
        "hold",
        "floor",
        "rival",
        "sender_ramp",
        "window",
    ]


def test_a_rival_is_named_in_the_trace_and_wins_by_policy_for_good_or_for_a_while():
    due = {"rival_due_at": NOW + DAY, "rival_name": "Quarterly"}

    deferred = verdict(**due)
    dropped = verdict(policy=replace(POLICY, drops_losers=True), **due)

    assert (deferred.outcome, deferred.reason, deferred.until) == (Outcome.DEFER, "rival", NOW + 8 * DAY)
    assert (dropped.outcome, dropped.reason, dropped.until) == (Outcome.SUPPRESS, "rival", None)
    assert TraceStep("rival", f"{(NOW + DAY).isoformat()} Quarterly", passed=False) in dropped.trace


def test_an_ask_of_a_rival_within_the_floor_drops_the_loser_where_losers_are_dropped():
    asked = {"rival_asked_at": NOW - DAY, "rival_asked_name": "Quarterly"}
    recent = asked | {"last_of_any": NOW - DAY, "last_name": "Quarterly"}
    policy = replace(POLICY, drops_losers=True)

    assert (verdict(**recent).outcome, verdict(**recent).reason) == (Outcome.DEFER, "floor")
    assert TraceStep("floor", f"{(NOW - DAY).isoformat()} Quarterly", passed=False) in verdict(**recent).trace
    assert (verdict(policy, **recent).outcome, verdict(policy, **recent).reason) == (Outcome.SUPPRESS, "rival")
    assert verdict(policy, rival_asked_at=NOW - 7 * DAY).outcome is Outcome.ASK


def test_a_rival_reads_as_a_moment_and_a_name():
    trace = [{"rule": "rival", "value": f"{NOW.isoformat()} Every quarter", "passed": False}]

    (line,) = reasons.lines(trace)

    assert line.value.endswith(", Every quarter")
    assert "2026" in line.value
