from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import tokens
from crm.models import Consent
from delivery.dispatch import send_due
from delivery.models import Message
from surveys.fates import delivery_news
from surveys.judging.rules import OF_ASKS
from surveys.models import AskingPolicy, Hold, Invitation, InvitationMessage, Judgement
from surveys.services import Judged, expire_invitations, explain, judge_due, plan_invitations
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    DealFactory,
    InvitationFactory,
    SurveyVersionFactory,
    TeamFactory,
    TouchpointFactory,
    TriggerFactory,
    UserFactory,
)
from tests.noes import bounce, move_to, object_to, opt_out

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday, 13:00 in Vilnius
DAY = timedelta(days=1)


@pytest.fixture
def trigger():
    return TriggerFactory(survey=SurveyVersionFactory().survey, asks_since=NOW - 365 * DAY)


def planned(trigger, **facts):
    """An invitation that is due now."""
    fields = {"occurred_at": NOW - trigger.delay} | facts
    due_at = fields.pop("due_at", NOW)
    touchpoint = TouchpointFactory(**fields)
    plan_invitations(now=NOW)
    Invitation.objects.filter(touchpoint=touchpoint).update(due_at=due_at)
    return Invitation.objects.get(touchpoint=touchpoint, trigger=trigger)


def judge(**options):
    return judge_due(now=NOW, **options)


def test_an_ask_is_recorded_whole_with_its_message_and_its_trace(trigger, django_capture_on_commit_callbacks):
    invitation = planned(trigger, manager=UserFactory(name="Olena"), contact__first_name="Ona", contact__language="lt")

    with django_capture_on_commit_callbacks(execute=True):
        assert judge() == Judged(asked=1)

    invitation.refresh_from_db()
    assert invitation.status == "queued"
    assert invitation.reason == ""
    assert invitation.medium == "email"
    assert invitation.judged_at == invitation.queued_at == NOW
    assert invitation.expires_at == NOW + 30 * DAY
    assert bytes(invitation.token_hash) == tokens.digest(tokens.derive("invitation", invitation.pk))
    message = InvitationMessage.objects.get(invitation=invitation).message
    assert message.status == "queued"
    assert message.medium == "email"
    assert message.purpose == "invite"
    assert message.to_address == invitation.contact.email
    assert message.to_name == invitation.contact.name
    assert message.language == "lt"
    assert message.template == "surveys.invite"
    assert message.idempotency_key == f"invite-{invitation.pk}-1"
    assert message.send_after == NOW
    assert message.context["invitation"] == invitation.pk
    assert message.context["manager"] == "Olena"
    assert tokens.derive("invitation", invitation.pk) not in str(message.context)
    judgement = Judgement.objects.get()
    assert (judgement.invitation, judgement.at, judgement.verdict) == (invitation, NOW, "ask")
    assert [step["rule"] for step in judgement.trace] == [rule.code for rule in OF_ASKS]
    assert all(step["passed"] for step in judgement.trace)


def test_judging_twice_asks_once(trigger):
    planned(trigger)

    assert judge() == Judged(asked=1)
    assert judge() == Judged()

    assert Message.objects.count() == Judgement.objects.count() == 1


def test_a_refusal_is_recorded_with_its_trace_and_sends_nothing(trigger):
    invitation = planned(trigger)
    opt_out(invitation.contact, reason="asked_staff", at=NOW - DAY)

    assert judge() == Judged(suppressed=1)

    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason, invitation.judged_at) == ("suppressed", "do_not_contact", NOW)
    assert invitation.asked_at is None
    assert invitation.token_hash is None
    judgement = Judgement.objects.get()
    assert (judgement.verdict, judgement.reason, judgement.until) == ("suppress", "do_not_contact", None)
    assert {"rule": "do_not_contact", "value": (NOW - DAY).isoformat(), "passed": False} in judgement.trace
    assert Message.objects.count() == 0


def test_a_wait_moves_the_due_moment_and_is_judged_again_then(trigger):
    invitation = planned(trigger)
    Hold.place(contact_id=invitation.contact_id, cause="followup-1")

    assert judge() == Judged(deferred=1)
    assert judge() == Judged()

    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason, invitation.due_at) == ("planned", "hold", NOW + DAY)
    Hold.release(cause="followup-1")
    assert judge_due(now=NOW + DAY) == Judged(asked=1)
    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason) == ("queued", "")
    assert list(Judgement.objects.order_by("at").values_list("verdict", "until")) == [
        ("defer", NOW + DAY),
        ("ask", None),
    ]


@pytest.mark.parametrize(
    ("reason", "spoil"),
    [
        ("cancelled", lambda i: i.touchpoint.deal.reopen()),
        ("switched_off", lambda i: type(i.trigger).objects.update(is_active=False)),
        ("switched_off", lambda i: type(i.survey).objects.update(status="archived")),
        ("objected", lambda i: object_to(i.contact)),
        ("no_address", lambda i: move_to(i.contact)),
        ("bounced", lambda i: bounce(i.contact, at=NOW)),
        ("role_address", lambda i: move_to(i.contact, "info@shop.example")),
        ("sampling", lambda i: type(i.trigger).objects.update(sampling_share=0)),
        ("too_late", lambda i: type(i.touchpoint).objects.update(occurred_at=NOW - 20 * DAY)),
    ],
)
def test_what_stands_against_an_ask(trigger, reason, spoil):
    deal = DealFactory()
    touchpoint = deal.win(at=NOW - trigger.delay)
    plan_invitations(now=NOW)
    invitation = Invitation.objects.get(touchpoint=touchpoint)

    spoil(invitation)

    assert judge() == Judged(suppressed=1)
    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason) == ("suppressed", reason)


def test_consent_given_or_an_objection_to_another_medium_lets_the_ask_through(trigger):
    contact = planned(trigger).contact
    Consent.objects.create(contact=contact, medium="email", status="given")
    Consent.objects.create(contact=contact, medium="sms", status="objected")

    assert judge() == Judged(asked=1)


def test_two_invitations_of_one_contact_in_one_batch_ask_once(trigger):
    contact = ContactFactory()
    first = planned(trigger, contact=contact, due_at=NOW - timedelta(minutes=2))
    second = planned(trigger, contact=contact, due_at=NOW - timedelta(minutes=1))

    assert judge() == Judged(asked=1, suppressed=1)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, second.reason) == ("queued", "suppressed", "survey_clock")


def test_two_surveys_of_different_kinds_for_one_contact_keep_the_floor_between_them(trigger):
    other = TriggerFactory(survey=SurveyVersionFactory(survey__kind="relational").survey, asks_since=trigger.asks_since)
    TouchpointFactory(occurred_at=NOW - trigger.delay)
    plan_invitations(now=NOW)

    assert judge() == Judged(asked=1, deferred=1)

    later = Invitation.objects.get(status="planned")
    assert {later.trigger, Invitation.objects.get(status="queued").trigger} == {trigger, other}
    assert (later.reason, later.due_at) == ("floor", NOW + 7 * DAY)


def test_of_two_surveys_the_more_important_one_goes_first_whatever_is_due_first(trigger):
    important = SurveyVersionFactory(survey__kind="relational", survey__priority=5).survey
    rival = TriggerFactory(survey=important, asks_since=trigger.asks_since, delay=trigger.delay)
    TouchpointFactory(occurred_at=NOW - trigger.delay)
    plan_invitations(now=NOW)
    Invitation.objects.filter(trigger=trigger).update(due_at=NOW - timedelta(minutes=5))

    assert judge() == Judged(asked=1, deferred=1)

    assert Invitation.objects.get(status="queued").trigger == rival
    loser = Invitation.objects.get(status="planned")
    assert (loser.reason, loser.due_at) == ("floor", NOW + 7 * DAY)
    named = {"rule": "floor", "value": f"{NOW.isoformat()} {important.name}", "passed": False}
    assert named in loser.judgements.get().trace


@pytest.mark.parametrize(
    ("loser", "judged", "status"),
    [("defer", Judged(deferred=1), "planned"), ("drop", Judged(suppressed=1), "suppressed")],
)
def test_who_would_come_days_before_a_more_important_survey_waits_or_is_dropped(trigger, loser, judged, status):
    AskingPolicy.objects.create(pk=1, loser=loser)
    important = SurveyVersionFactory(survey__kind="relational", survey__priority=5).survey
    TriggerFactory(survey=important, asks_since=trigger.asks_since, delay=trigger.delay + 2 * DAY)
    invitation = planned(trigger)
    Invitation.objects.exclude(pk=invitation.pk).update(due_at=NOW + 2 * DAY)

    assert judge() == judged

    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason) == (status, "rival")
    if status == "planned":
        assert invitation.due_at == NOW + 9 * DAY
    trace = {step["rule"]: step["value"] for step in invitation.judgements.get().trace}
    assert trace["rival"].endswith(f" {important.name}")


def test_a_rival_that_is_not_asked_after_all_holds_nobody_back(trigger):
    important = SurveyVersionFactory(survey__kind="relational", survey__priority=5).survey
    TriggerFactory(survey=important, asks_since=trigger.asks_since, delay=trigger.delay, sampling_share=0)
    TouchpointFactory(occurred_at=NOW - trigger.delay)
    plan_invitations(now=NOW)

    assert judge() == Judged(asked=1, suppressed=1)

    assert Invitation.objects.get(status="queued").trigger == trigger


def test_an_earlier_ask_counts_and_one_that_was_never_delivered_does_not(trigger):
    asked, failed = ContactFactory(), ContactFactory()
    version = trigger.survey.versions.get()
    past = {"version": version, "asked_at": NOW - 20 * DAY, "expires_at": NOW - 5 * DAY}
    InvitationFactory(contact=asked, status="expired", **past)
    InvitationFactory(contact=failed, status="failed", **past | {"asked_at": None, "queued_at": NOW - 20 * DAY})
    planned(trigger, contact=asked)
    planned(trigger, contact=failed)

    assert judge() == Judged(asked=1, suppressed=1)

    assert Invitation.objects.get(status="suppressed").contact == asked


def test_an_invitation_still_open_holds_back_the_next_of_its_survey(trigger):
    type(trigger.survey).objects.update(repeat_days=1)
    contact = ContactFactory()
    version = trigger.survey.versions.get()
    InvitationFactory(contact=contact, version=version, asked_at=NOW - 25 * DAY, expires_at=NOW + 5 * DAY)
    invitation = planned(trigger, contact=contact)

    assert judge() == Judged(deferred=1)

    invitation.refresh_from_db()
    assert (invitation.reason, invitation.due_at) == ("pending", NOW + 5 * DAY)


def test_a_deal_is_asked_about_once_by_one_survey(trigger):
    type(trigger.survey).objects.update(repeat_days=0)
    AskingPolicy.objects.create(pk=1, floor_days=0)
    deal = DealFactory()
    delivered = TriggerFactory(survey=trigger.survey, touchpoint_kind="order_delivered", asks_since=trigger.asks_since)
    deal.win(at=NOW - trigger.delay)
    TouchpointFactory(kind="order_delivered", deal=deal, contact=deal.contact, occurred_at=NOW - delivered.delay)
    plan_invitations(now=NOW)

    assert judge() == Judged(asked=1, suppressed=1)

    assert Invitation.objects.get(status="suppressed").reason == "duplicate"


def test_the_budget_of_a_company_counts_within_the_batch_too(trigger):
    AskingPolicy.objects.create(pk=1, company_budget=2, company_window_days=10)
    company = CompanyFactory()
    InvitationFactory(company=company, asked_at=NOW - 9 * DAY)
    for _ in range(3):
        planned(trigger, company=company)
    planned(trigger, company=CompanyFactory())

    assert judge() == Judged(asked=2, deferred=2)

    waiting = Invitation.objects.filter(status="planned")
    assert set(waiting.values_list("reason", "due_at")) == {("company_budget", NOW + DAY)}


def test_the_daily_maximum_of_a_survey_is_spread_over_the_window_and_the_days(trigger):
    type(trigger.survey).objects.update(daily_maximum=3)
    opening = datetime(2026, 7, 1, 6, tzinfo=UTC)
    for _ in range(7):
        planned(trigger, occurred_at=opening - trigger.delay, due_at=opening)

    assert judge_due(now=opening, limit=4) == Judged(asked=1, deferred=3)
    assert judge_due(now=opening) == Judged(deferred=3)
    assert judge_due(now=opening) == Judged()

    third = timedelta(hours=3)
    assert list(Invitation.objects.filter(status="planned").order_by("due_at").values_list("reason", "due_at")) == [
        ("daily_maximum", due_at)
        for due_at in (
            opening + third,
            opening + 2 * third,
            opening + DAY,
            opening + DAY + third,
            opening + DAY + 2 * third,
            opening + 2 * DAY,
        )
    ]


def test_everybody_in_the_line_is_asked_at_their_place(trigger):
    type(trigger.survey).objects.update(daily_maximum=3)
    opening = datetime(2026, 7, 1, 6, tzinfo=UTC)
    for _ in range(7):
        planned(trigger, occurred_at=opening - trigger.delay, due_at=opening)

    for minute in range(0, 3 * 24 * 60, 10):
        judge_due(now=opening + timedelta(minutes=minute))

    asked = Invitation.objects.order_by("queued_at").values_list("queued_at", flat=True)
    assert [at.strftime("%d %H:%M") for at in asked] == [
        "01 06:00", "01 09:00", "01 12:00", "02 06:00", "02 09:00", "02 12:00", "03 06:00",
    ]  # fmt: skip
    assert Judgement.objects.count() == 13


def test_a_contact_who_moved_is_not_written_to_at_night(trigger):
    invitation = planned(trigger)
    type(invitation.contact).objects.update(timezone="America/Los_Angeles")  # 03:00 there

    assert judge() == Judged(deferred=1)

    invitation.refresh_from_db()
    assert (invitation.reason, invitation.due_at) == ("window", datetime(2026, 7, 1, 16, tzinfo=UTC))


def test_what_is_due_first_is_judged_first_and_what_is_not_due_is_left(trigger):
    late, early = planned(trigger, due_at=NOW), planned(trigger, due_at=NOW - timedelta(minutes=3))
    future = planned(trigger, due_at=NOW + timedelta(seconds=1))

    assert judge(limit=1) == Judged(asked=1)

    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.status, late.status) == ("queued", "planned")
    assert judge() == Judged(asked=1)
    future.refresh_from_db()
    assert future.status == "planned"


def test_judging_takes_as_many_queries_for_three_as_for_one(trigger):
    AskingPolicy.objects.create(pk=1, company_budget=5)
    type(trigger.survey).objects.update(daily_maximum=100)
    planned(trigger, manager=UserFactory(), company=CompanyFactory())
    with CaptureQueriesContext(connection) as one:
        assert judge() == Judged(asked=1)
    for _ in range(3):
        planned(trigger, manager=UserFactory(), company=CompanyFactory())

    with CaptureQueriesContext(connection) as three:
        assert judge() == Judged(asked=3)

    assert len(three) == len(one)


def test_expiry_ends_what_was_not_answered_and_nothing_else():
    over = {"expires_at": NOW - timedelta(seconds=1)}
    ended = [InvitationFactory(status=status, **over) for status in ("sent", "delivered")]
    never_sent = InvitationFactory(status="queued", **over)
    answered = InvitationFactory(status="answered", **over)
    failed = InvitationFactory(status="failed", **over)
    valid = InvitationFactory(status="sent", expires_at=NOW + timedelta(seconds=1))

    assert expire_invitations(now=NOW) == 3
    assert expire_invitations(now=NOW) == 0

    for invitation in ended:
        invitation.refresh_from_db()
        assert invitation.status == "expired"
    never_sent.refresh_from_db()
    assert (never_sent.status, never_sent.reason, never_sent.asked_at) == ("suppressed", "expired", None)
    for invitation, status in ((answered, "answered"), (failed, "failed"), (valid, "sent")):
        invitation.refresh_from_db()
        assert invitation.status == status


def test_explaining_uses_the_same_rules_and_keeps_nothing(trigger):
    contact = ContactFactory()
    InvitationFactory(contact=contact, survey=trigger.survey, version=trigger.survey.versions.get(), asked_at=NOW - DAY)
    before = Invitation.objects.count()

    refused = explain(contact=contact, trigger=trigger, now=NOW)
    allowed = explain(contact=ContactFactory(), trigger=trigger, now=NOW)

    assert (refused.outcome, refused.reason) == ("suppress", "pending")
    assert [step.rule for step in refused.trace if not step.passed] == ["pending", "survey_clock", "floor"]
    assert (allowed.outcome, allowed.medium) == ("ask", "email")
    assert Invitation.objects.count() == before
    assert Judgement.objects.count() == 0


def test_facts_follow_the_touchpoint_until_the_judge_lets_the_ask_out(trigger):
    early, late = planned(trigger), planned(trigger)
    owner = UserFactory(team=TeamFactory())
    early.touchpoint.manager, early.touchpoint.team, early.touchpoint.amount = owner, owner.team, 70
    early.touchpoint.save()

    judge()
    late.touchpoint.manager = owner
    late.touchpoint.save()

    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.manager, early.team, early.amount) == (owner, owner.team, 70)
    assert (late.manager, late.brand) == (None, trigger.survey.brand)


def test_an_ask_that_was_called_off_and_revived_goes_out_by_a_letter_of_its_own(trigger):
    invitation = planned(trigger)
    judge()
    touchpoint = invitation.touchpoint
    type(touchpoint).objects.update(cancelled_at=NOW)
    send_due("email")
    delivery_news.sync()
    invitation.refresh_from_db()
    assert (invitation.status, invitation.reason) == ("suppressed", "cancelled")

    type(touchpoint).objects.update(cancelled_at=None)
    plan_invitations(now=NOW)
    judge()

    invitation.refresh_from_db()
    assert invitation.status == "queued"
    assert list(Message.objects.order_by("pk").values_list("status", flat=True)) == ["cancelled", "queued"]
