"""A row that fails, or that its work leaves as it was, neither holds up the others nor keeps a loop going for ever."""

import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType

import pytest
from django.db.models import QuerySet

from accounts import clock
from accounts.models import SetAsideRow
from crm import score_changes
from crm.models import LatestScore
from delivery.models import IncomingLetter, Message
from followups import latest_scores, notices, services
from followups.improvements import runs
from followups.letters import arrivals
from followups.mailings import dispatch
from followups.models import (
    Escalation,
    EscalationRule,
    Followup,
    FollowupStep,
    Improvement,
    ImprovementLetter,
    Mailing,
    MailingRecipient,
    SecondAsk,
    StaffNotice,
)
from followups.notices import letters, overdue
from followups.playbooks import escalations, steps
from followups.second_asks import plan
from responses.models import Response
from surveys.fates import delivery_news
from tests.conftest import person
from tests.factories import (
    BrandFactory,
    ContactFactory,
    FollowupFactory,
    MessageFactory,
    PlaybookFactory,
    ResponseFactory,
)

pytestmark = pytest.mark.django_db
NOW = clock.now()
BEFORE = NOW - timedelta(hours=1)
# Far more than three rows take.
MOST_CALLS = 60


@dataclass
class Loop:
    """`work`: what the loop calls in `module` with some of `rows`; `done`: which of them are done with by now."""

    module: ModuleType
    work: str
    rows: list[int]
    run: Callable[[], object]
    done: Callable[[], QuerySet]


def keys(rows):
    return [row.pk for row in rows]


def routing(_owner):
    rows = keys(ResponseFactory(score=2, settled_at=BEFORE) for _ in range(3))
    done = Response.objects.filter(routed_at__isnull=False).values_list("pk", flat=True)
    return Loop(services, "_route", rows, lambda: services.route_due(batch=services.BATCH), done.all)


def customers_letters(_owner):
    rows = keys(IncomingLetter.objects.create(digest=bytes([n]), at=BEFORE, text="Call me.") for n in range(3))
    done = IncomingLetter.objects.filter(taken_at__isnull=False).values_list("pk", flat=True)
    return Loop(arrivals, "_take", rows, lambda: arrivals.take_due(batch=arrivals.BATCH), done.all)


def second_asks(owner):
    playbook, rows = PlaybookFactory(ask_again_days=1), []
    for _ in range(3):
        row = FollowupFactory(playbook=playbook, assignee=owner, response__answered_at=NOW - timedelta(days=4))
        row.resolve(by=owner, root_cause="price", resolution="Repaid.", outcome="saved")
        Followup.objects.filter(pk=row.pk).update(closed_at=NOW - timedelta(days=2))
        rows.append(row.pk)
    done = SecondAsk.objects.values_list("followup", flat=True)
    return Loop(plan, "_plan", rows, lambda: plan.plan_due(NOW, batch=plan.BATCH), done.all)


def escalated(_owner):
    rule = EscalationRule.objects.create(playbook=PlaybookFactory(), lateness="first_contact", to="lead")
    rows = keys(Escalation.objects.create(followup=FollowupFactory(), rule=rule, due_at=BEFORE) for _ in range(3))
    done = Escalation.objects.filter(raised_at__isnull=False).values_list("pk", flat=True)
    return Loop(escalations, "_raise", rows, lambda: escalations.raise_due(NOW), done.all)


def prompted(_owner):
    rows = keys(
        FollowupStep.objects.create(followup=FollowupFactory(), action="prompt", due_at=BEFORE) for _ in range(3)
    )
    done = FollowupStep.objects.filter(done_at__isnull=False).values_list("pk", flat=True)
    return Loop(steps, "_prompt", rows, lambda: steps.prompt_due(NOW), done.all)


def overdue_ones(_owner):
    rows = keys(FollowupFactory(first_contact_due_at=BEFORE) for _ in range(3))
    done = Followup.objects.filter(late_told_at__isnull=False).values_list("pk", flat=True)
    return Loop(overdue, "_tell", rows, lambda: overdue.tell_due(NOW), done.all)


def told_colleagues(owner):
    people = [owner, *(person("Agents", name=name, team=owner.team) for name in ("Ada", "Bo"))]
    for one in people:
        notices.tell(notices.Kind.NEW, FollowupFactory(assignee=one, team=owner.team))
    StaffNotice.objects.update(mail_due_at=BEFORE)
    done = StaffNotice.objects.filter(mailed_at__isnull=False).values_list("person", flat=True)
    return Loop(letters, "_queue", sorted(keys(people)), lambda: letters.queue_due(NOW), done.all)


def improvement_letters(owner):
    improvement = Improvement.objects.create(title="Vans", why="Late.", state="done", done_on=NOW.date())
    rows = []
    for response in (ResponseFactory(score=2) for _ in range(3)):
        facts = {"contact": response.contact, "response": response, "wanted_by": owner}
        rows.append(ImprovementLetter.objects.create(improvement=improvement, **facts).pk)
    done = ImprovementLetter.objects.exclude(state="waiting").values_list("pk", flat=True)
    return Loop(runs, "_write", rows, lambda: runs.write_due(NOW), done.all)


def mailed(owner):
    texts = {"en": {"subject": "News", "text": "Hello."}}
    mailing = Mailing.objects.create(name="News", brand=BrandFactory(), by=owner, texts=texts)
    mailing.start(segment_name="Fans", conditions={}, at=BEFORE)
    rows = keys(MailingRecipient.objects.create(mailing=mailing, contact=ContactFactory()) for _ in range(3))
    done = MailingRecipient.objects.exclude(status="waiting").values_list("pk", flat=True)
    return Loop(dispatch, "_write", rows, lambda: dispatch.send_due(at_once=dispatch.AT_ONCE), done.all)


def news(_owner):
    rows = keys(MessageFactory(has_news=True) for _ in range(3))
    done = Message.objects.filter(has_news=False).values_list("pk", flat=True)
    return Loop(delivery_news, "_tell", rows, delivery_news.sync, done.all)


def scored(_owner):
    rows = [ResponseFactory(score=2, settled_at=BEFORE).contact_id for _ in range(3)]
    done = LatestScore.objects.values_list("contact", flat=True)
    return Loop(latest_scores, "keep", rows, lambda: latest_scores.keep_due(at_once=latest_scores.AT_ONCE), done.all)


TAKEN = [
    routing, customers_letters, second_asks, escalated, prompted, overdue_ones, told_colleagues, improvement_letters,
    mailed, news,
]  # fmt: skip


def spoil(monkeypatch, loop, how):
    """Let the work of the row in the middle fail, or do nothing; `how`: what is done of the others too."""
    work, bad, calls = getattr(loop.module, loop.work), loop.rows[1], itertools.count(1)

    def spoilt(rows, *args, **options):
        if next(calls) > MOST_CALLS:
            pytest.fail("It goes on and on.")
        if isinstance(rows, QuerySet):
            good, is_met = rows.exclude(person=bad), rows.filter(person=bad).exists()
        else:
            good = [row for row in rows if getattr(row, "pk", row) != bad]
            is_met = len(good) < len(rows)
        return how(work, rows, good, is_met, *args, **options)

    monkeypatch.setattr(loop.module, loop.work, spoilt)
    return bad


def fail(work, rows, _good, is_met, *args, **options):
    if is_met:
        raise ZeroDivisionError
    return work(rows, *args, **options)


def idle(work, _rows, good, _is_met, *args, **options):
    return work(good, *args, **options)


@pytest.mark.parametrize("at_once", [1, 200])
@pytest.mark.parametrize(("how", "said"), [(fail, "ZeroDivisionError"), (idle, "StillDue")])
@pytest.mark.parametrize("made", TAKEN, ids=lambda made: made.__name__)
def test_one_row_in_the_middle_stops_only_itself_and_is_told_once(made, how, said, at_once, owner, monkeypatch, caplog):
    loop = made(owner)
    bad = spoil(monkeypatch, loop, how)
    monkeypatch.setattr(loop.module, "AT_ONCE" if loop.module is dispatch else "BATCH", at_once)

    with caplog.at_level(logging.ERROR):
        loop.run()
        done = set(loop.done())
        loop.run()

    assert done == set(loop.done()) == {*loop.rows} - {bad}
    (aside,) = SetAsideRow.objects.all()
    assert (aside.row, aside.tries, aside.reason.partition(":")[0]) == (str(bad), 1, said)
    told = [record.msg for record in caplog.records if "set_aside" in str(record.msg)]
    assert [(each["set_aside"], each["first"].partition(":")[0]) for each in told] == [(1, said)]


@pytest.mark.parametrize("at_once", [1, 200])
def test_a_score_that_changes_while_it_is_kept_is_for_the_next_run(at_once, owner, monkeypatch):
    loop = scored(owner)

    def change(work, rows, _good, is_met):
        work(rows)
        if is_met:
            score_changes.note([loop.rows[1]])

    spoil(monkeypatch, loop, change)
    monkeypatch.setattr(latest_scores, "AT_ONCE", at_once)

    loop.run()

    assert set(loop.done()) == {*loop.rows}
    assert score_changes.claim(10, up_to=score_changes.newest()) == [loop.rows[1]]


@pytest.mark.parametrize("at_once", [1, 200])
def test_a_score_that_cannot_be_kept_stops_no_other(at_once, owner, monkeypatch):
    loop = scored(owner)
    bad = spoil(monkeypatch, loop, fail)
    monkeypatch.setattr(latest_scores, "AT_ONCE", at_once)

    loop.run()

    assert set(loop.done()) == {*loop.rows} - {bad}
    assert SetAsideRow.objects.get().row == str(bad)


def test_a_notice_that_comes_in_while_its_letter_is_written_is_for_the_next_batch(owner, monkeypatch):
    notices.tell(notices.Kind.NEW, FollowupFactory(assignee=owner, team=owner.team))
    StaffNotice.objects.update(mail_due_at=BEFORE)
    queue, late = letters._queue, FollowupFactory(assignee=owner, team=owner.team)

    def tell_meanwhile(due, now):
        written = queue(due, now)
        if not StaffNotice.objects.filter(followup=late).exists():
            notices.tell(notices.Kind.NEW, late)
            StaffNotice.objects.filter(followup=late).update(mail_due_at=BEFORE)
        return written

    monkeypatch.setattr(letters, "_queue", tell_meanwhile)

    assert letters.queue_due(NOW) == 2
    assert not SetAsideRow.objects.exists()
