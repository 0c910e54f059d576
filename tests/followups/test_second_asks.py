from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts import clock
from delivery.models import Message
from followups.models import ClosingLetter, Followup, Playbook, SecondAsk
from followups.playbooks.forms import PlaybookForm
from followups.second_asks import plan
from surveys.judging.batches import judge_batch
from surveys.models import Hold, Invitation
from tests.factories import (
    ContactFactory,
    FollowupFactory,
    InvitationFactory,
    PlaybookFactory,
    ResponseFactory,
    SurveyVersionFactory,
)
from tests.noes import opt_out

pytestmark = pytest.mark.django_db
DAYS = 30


@pytest.fixture
def playbook():
    Playbook.objects.update(is_active=False)
    return PlaybookFactory(category="detractor", ask_again_days=DAYS)


@pytest.fixture
def now():
    # Noon of a Wednesday, in the hours in which we write.
    moment = clock.now().replace(hour=10, minute=0, second=0, microsecond=0)
    return moment + timedelta(days=(2 - moment.weekday()) % 7)


@pytest.fixture
def followup(playbook, owner, team, now):
    version = SurveyVersionFactory()
    asked_at = now - timedelta(days=DAYS + 5)
    invitation = InvitationFactory(
        survey=version.survey, version=version, contact=ContactFactory(email="ona@shop.example"), status="answered",
        language="en", queued_at=asked_at, asked_at=asked_at,
    )  # fmt: skip
    row = FollowupFactory(
        playbook=playbook, assignee=owner, team=team, response__invitation=invitation, response__score=2,
        response__team=team,
        response__answered_at=now - timedelta(days=DAYS + 4),
    )  # fmt: skip
    row.resolve(by=owner, root_cause="price", resolution="Repaid.", outcome="saved")
    return closed(row, now - timedelta(days=DAYS))


def closed(row, at):
    Followup.objects.filter(pk=row.pk).update(closed_at=at)
    row.refresh_from_db()
    return row


def test_a_resolved_detractor_is_asked_again_when_the_days_are_over(followup, now):
    assert plan.plan_due(now - timedelta(minutes=1)) == 0
    assert plan.plan_due(now) == 1

    ask = SecondAsk.objects.get()
    invitation = ask.invitation
    assert (ask.followup, invitation.contact, invitation.survey) == (
        followup,
        followup.response.contact,
        followup.response.survey,
    )
    assert (invitation.status, invitation.own_clock_days, invitation.trigger, invitation.wave) == (
        "planned",
        DAYS,
        None,
        None,
    )


def test_it_is_asked_once_for_each_followup(followup, now):
    for _ in range(3):
        plan.plan_due(now)

    assert SecondAsk.objects.count() == Invitation.objects.filter(own_clock_days=DAYS).count() == 1


def test_the_same_judge_lets_it_out_by_a_clock_of_its_own(followup, now):
    plan.plan_due(now)

    judge_batch(limit=10, now=now)

    invitation = SecondAsk.objects.get().invitation
    assert invitation.status == "queued", invitation.judgements.get().trace
    assert Message.objects.get().purpose == "invite"


def test_without_a_clock_of_its_own_the_survey_would_rest(followup, now):
    plan.plan_due(now)
    Invitation.objects.filter(own_clock_days=DAYS).update(own_clock_days=None)

    judge_batch(limit=10, now=now)

    assert SecondAsk.objects.get().invitation.reason == "survey_clock"


def test_whoever_was_asked_since_rests_first(followup, now):
    other = InvitationFactory(
        survey=followup.response.survey, contact=followup.response.contact, status="expired",
        queued_at=now - timedelta(days=10), asked_at=now - timedelta(days=10),
    )  # fmt: skip
    plan.plan_due(now)

    judge_batch(limit=10, now=now)

    invitation = SecondAsk.objects.get().invitation
    assert invitation.status in ("planned", "suppressed")
    assert invitation.reason == "survey_clock" if invitation.status == "suppressed" else invitation.due_at > now
    assert other.pk != invitation.pk


def test_it_goes_out_in_the_hours_in_which_we_write(followup, now):
    night = now.replace(hour=23)
    plan.plan_due(night)

    judge_batch(limit=10, now=night)

    invitation = SecondAsk.objects.get().invitation
    assert (invitation.status, invitation.due_at > night) == ("planned", True)


def test_a_resolved_passive_is_asked_again_too(followup, now):
    followup.response.score = 8
    followup.response.save(update_fields=["score"])

    assert plan.plan_due(now) == 1


@pytest.mark.parametrize("why", ["off", "promoter", "dismissed", "open", "late"])
def test_others_are_not_asked_again(followup, now, playbook, owner, why):
    match why:
        case "off":
            Playbook.objects.filter(pk=playbook.pk).update(ask_again_days=None)
        case "promoter":
            followup.response.score = 9
            followup.response.save(update_fields=["score"])
        case "dismissed":
            Followup.objects.filter(pk=followup.pk).update(status="dismissed", resolution="", root_cause=None)
        case "open":
            followup.reopen(by=owner)
        case "late":
            closed(followup, now - timedelta(days=DAYS + 15))

    assert plan.plan_due(now) == 0
    assert SecondAsk.objects.count() == 0


def say(followup, answer, at, *, is_held=False):
    return ClosingLetter.objects.create(
        key=uuid4(), followup=followup, subject="S", words="W", language="en", expires_at=at + timedelta(days=60),
        answer=answer, answered_at=at, is_held=is_held,
    )  # fmt: skip


@pytest.mark.parametrize(("said", "asked"), [(["no"], 0), (["yes"], 1), (["no", "yes"], 1), (["yes", "no"], 0)])
def test_who_says_last_that_it_is_not_solved_is_not_asked(followup, now, said, asked):
    for number, answer in enumerate(said):
        say(followup, answer, now - timedelta(days=5 - number))

    assert plan.plan_due(now) == asked


def test_a_machines_no_is_none(followup, now):
    say(followup, "no", now, is_held=True)

    assert plan.plan_due(now) == 1


def test_who_opted_out_is_not_asked(followup, now):
    opt_out(followup.response.contact)

    assert plan.plan_due(now) == 0


def test_who_has_open_work_again_is_not_asked(followup, now):
    Hold.place(contact_id=followup.response.contact_id, cause="followup-999999")

    assert plan.plan_due(now) == 0


def test_who_answered_since_is_not_asked(followup, now):
    ResponseFactory(
        contact=followup.response.contact, invitation__contact=followup.response.contact,
        answered_at=now - timedelta(days=1),
    )  # fmt: skip

    assert plan.plan_due(now) == 0


def test_work_that_is_opened_again_takes_a_planned_ask_back_and_its_days_run_anew(followup, now, owner):
    plan.plan_due(now)
    followup.reopen(by=owner)

    plan.plan_due(now)

    assert SecondAsk.objects.count() == 0
    taken = Invitation.objects.get(own_clock_days=DAYS)
    assert (taken.status, taken.reason) == ("suppressed", "reopened")

    followup.resolve(by=owner, root_cause="price", resolution="Again.", outcome="saved")
    closed(followup, now)
    assert plan.plan_due(now + timedelta(days=DAYS)) == 1


def test_an_ask_that_went_out_stays_when_work_is_opened_again(followup, now, owner):
    plan.plan_due(now)
    judge_batch(limit=10, now=now)
    followup.reopen(by=owner)

    plan.plan_due(now)

    assert SecondAsk.objects.get().invitation.status == "queued"


def test_both_answers_name_each_other(client, manager, owner, team, followup, now, playbook):
    plan.plan_due(now)
    ask = SecondAsk.objects.get()
    client.force_login(manager)
    assert "Asked again after recovery:" in client.get(f"/inbox/{followup.pk}/").text

    second = ResponseFactory(invitation=ask.invitation, score=9, contact=ask.invitation.contact, team=team)
    later = FollowupFactory(assignee=owner, team=team, response=second, playbook=playbook)

    first_page = client.get(reverse("answer", args=[followup.response_id])).text
    second_page = client.get(f"/inbox/{later.pk}/").text
    assert "Asked again after recovery:" in first_page
    assert "Asked again after recovery. The answer before:" in second_page
    assert reverse("followup", args=[followup.pk]) in second_page


def test_playbooks_of_content_customers_do_not_ask_again():
    Playbook.objects.update(is_active=False)
    typed = {
        "position": "1", "assign": "manager", "priority": "2", "first_contact_hours": "8", "resolve_hours": "40",
        "wait_days": "3", "ask_again_days": "30",
    }  # fmt: skip

    good, every, middle, bad = (
        PlaybookForm(typed | {"category": category}) for category in ("promoter", "", "passive", "detractor")
    )

    for refused in (good, every):
        assert refused.errors == {"ask_again_days": ["Content customers are not asked again after a follow-up."]}
    for taken in (middle, bad):
        assert taken.is_valid(), taken.errors
