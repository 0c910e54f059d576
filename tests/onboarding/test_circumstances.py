"""What the page and the line speak of, read from real rows after the real verbs."""

from datetime import timedelta

import pytest
from django.urls import get_resolver

from accounts import clock, setaside
from accounts.models import SetAsideRow
from crm.models import Touchpoint
from delivery.models import Message, SendingDomain
from nps_project.celery import app
from onboarding import asking_line, circumstances, figures, hindrances
from onboarding.figures import Queue, Span
from onboarding.hindrances import WORKS_AT
from onboarding.models import Pulse
from onboarding.stages import PipelineStage
from surveys import services
from surveys.models import AskingPolicy, Invitation
from tests.factories import (
    ContactFactory,
    MessageFactory,
    ResponseFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
)
from tests.noes import opt_out

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def alive(db):
    Pulse.keep()


@pytest.fixture
def trigger():
    every_day = {"window_weekdays": [1, 2, 3, 4, 5, 6, 7], "window_start": "00:00", "window_end": "23:59:59"}
    return TriggerFactory(survey=SurveyVersionFactory().survey, delay=timedelta(), **every_day)


def read():
    return circumstances.read(clock.now())


def line():
    return asking_line.of(read())


def due_since(since, **fields):
    TouchpointFactory(occurred_at=clock.now() - HOUR, **fields)
    services.plan_invitations()
    Invitation.objects.filter(status="planned").update(due_at=clock.now() - since)


def test_a_planned_turn_is_the_next_ask(trigger):
    due_since(-HOUR)

    assert line().is_on
    assert ", 1 person on that day." in line().sentence


def test_turns_of_what_is_switched_off_are_no_next_ask(trigger):
    due_since(-HOUR)
    trigger.is_active = False
    trigger.save()

    assert read().upcoming is None
    assert line().because.sentence == f"“{trigger.name}” of “{trigger.survey}” is not switched on."


def test_what_is_due_for_minutes_was_not_judged(trigger):
    due_since(timedelta(minutes=1))
    assert read().unjudged == Queue()

    due_since(HOUR)
    known = read()

    assert known.unjudged.count == 2
    assert line().because.sentence == "2 invitations are due and not judged."


def test_one_set_aside_by_the_judge_does_not_wait_for_it(trigger):
    due_since(HOUR)
    SetAsideRow.objects.create(batch="judging", row=str(Invitation.objects.get().pk), reason="broken")

    known = read()

    assert (known.unjudged, known.upcoming, known.aside) == (Queue(), None, {"judging": 1})


def test_everybody_suppressed_is_said_with_the_reason(trigger):
    for _number in range(2):
        contact = ContactFactory()
        opt_out(contact)
        due_since(HOUR, contact=contact)
    services.judge_due()

    known = read()

    assert {reason: (numbers.today, numbers.week) for reason, numbers in known.refused.items()} == {
        "do_not_contact": (2, 2)
    }
    assert line().because.sentence.endswith("Most often: The contact does not want to be asked.")


def test_a_letter_that_the_server_did_not_take_is_told_with_its_words(trigger):
    due_since(HOUR)
    services.judge_due()
    Message.objects.update(attempts=1, error="Connection refused", send_after=clock.now() + HOUR)

    known = read()

    assert (known.put_off.count, known.error, known.outbox) == (1, "Connection refused", Queue())
    assert known.allowed.week == 1
    assert line().because.sentence == "1 letter was tried and waits for another try: Connection refused"


def test_letters_to_a_teams_chat_halt_no_asking(trigger):
    MessageFactory(medium="chat", attempts=3, error="gone")

    assert read().put_off == Queue()


def test_failed_and_unknown_letters_of_the_last_seven_days_are_counted(trigger):
    now = clock.now()
    MessageFactory(status="failed", failed_at=now)
    MessageFactory(status="bounced", failed_at=now)
    MessageFactory(status="bounced", failed_at=now - timedelta(days=9))
    MessageFactory(status="unknown", medium="chat")

    known = read()

    assert (known.failed, known.bounced, known.unknown.count) == (1, 1, 1)


def test_a_mailbox_that_cannot_be_opened_is_no_row_of_it(trigger):
    SetAsideRow.objects.create(batch="mails", place="imap", row="", reason="login failed")
    SetAsideRow.objects.create(batch="mails", place="imap", row="17", reason="cut off")

    known = read()

    assert (known.mailbox, known.aside) == ("login failed", {"mails": 1})


def test_answers_late_in_settling_and_routing_wait(trigger):
    before = clock.now() - 2 * HOUR
    ResponseFactory(answered_at=before, changed_at=before)
    ResponseFactory(answered_at=before, changed_at=before, settled_at=before)
    ResponseFactory(answered_at=before, changed_at=before, is_provisional=True)
    ResponseFactory()

    known = read()

    assert (known.unsettled.count, known.unrouted.count) == (1, 1)


def test_a_policy_of_no_asks_is_read(trigger):
    AskingPolicy.objects.update_or_create(pk=1, defaults={"days_late": 0})

    assert read().days_late == 0


@pytest.mark.parametrize(
    ("sender", "host", "said"),
    [
        ("Plumb <surveys@localhost>", "mail.example", "surveys@localhost"),
        ("Plumb <surveys@localhost>", "localhost", ""),
        ("surveys@plumb.example", "mail.example", ""),
    ],
)
def test_a_sender_of_this_machine_is_told_where_letters_leave_it(trigger, settings, sender, host, said):
    settings.DEFAULT_FROM_EMAIL, settings.EMAIL_HOST = sender, host

    assert read().local_sender == said


def test_every_kind_of_batch_on_the_way_belongs_to_a_stage():
    # Tasks and pages together know every kind.
    app.loader.import_default_modules()
    assert get_resolver().url_patterns
    beside = {
        "digests",
        "tagging",
        "sweeping",
        "second asks",
        "escalations",
        "prompts",
        "improvements",
        "latest_scores",
    }
    beside |= {"mailings", "overdue", "notices", "watching", "closing answers", "few codes"}

    assert set(WORKS_AT) == {name for name in setaside.known() if not name.startswith("test")} - beside


def test_each_stage_counts_what_passed_it_today_and_in_seven_days(trigger):
    now = clock.now()
    due_since(HOUR)
    Touchpoint.objects.update(occurred_at=now)  # an hour ago may have been yesterday
    services.judge_due()
    Invitation.objects.update(status="sent", asked_at=now)
    ResponseFactory(answered_at=now, settled_at=now, routed_at=now)
    TouchpointFactory(occurred_at=now - timedelta(days=3))
    TouchpointFactory(occurred_at=now - timedelta(days=30))
    TouchpointFactory(occurred_at=now, cancelled_at=now)

    found = figures.of_stages(Span.before(now), ["deal_won"])

    assert found[PipelineStage.TOUCHPOINTS].week - found[PipelineStage.TOUCHPOINTS].today == 1
    judged = (found[PipelineStage.JUDGED].today, found[PipelineStage.JUDGED].week)
    assert judged == (1, 1)
    for stage in (PipelineStage.HANDED_OVER, PipelineStage.ANSWERED, PipelineStage.SETTLED, PipelineStage.ROUTED):
        assert found[stage].today >= 1, stage
    assert found[PipelineStage.QUEUED].week == 2


def test_waiting_is_counted_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(figures, "MOST", 2)
    for _number in range(4):
        MessageFactory()

    queue = figures.waiting(Message.objects.all(), "created_at")

    assert (queue.shown, queue.is_capped) == (2, True)
    assert queue.since == Message.objects.order_by("created_at").first().created_at


def test_reading_takes_as_many_queries_for_many_rows_as_for_one(trigger, django_assert_max_num_queries):
    due_since(HOUR)
    with django_assert_max_num_queries(38) as one:
        hindrances.find(read())
    for _number in range(3):
        due_since(HOUR)
        TriggerFactory(survey=SurveyVersionFactory().survey)
        MessageFactory(status="failed", failed_at=clock.now())
    with django_assert_max_num_queries(len(one.captured_queries)):
        hindrances.find(read())


def test_paused_sending_domains_are_known_with_the_reason():
    SendingDomain.objects.create(name="a.example", paused_at=clock.now(), cause="bounces")
    assert (read().paused_domains, read().any_domain_asks) == ([("a.example", "too many letters came back")], False)

    SendingDomain.objects.create(name="b.example")
    assert read().any_domain_asks
