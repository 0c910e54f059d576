"""Nudges: each claims what is due, so a lost, late or doubled one is harmless."""

from celery import shared_task

from accounts import clock
from followups import latest_scores, services
from followups.closing import answers, settlement
from followups.compensations import few_left
from followups.improvements import runs
from followups.letters import arrivals
from followups.mailings import dispatch
from followups.notices import letters, overdue, retention
from followups.playbooks import escalations, steps
from followups.referrals import rewards
from followups.second_asks import plan


@shared_task(name="followups.route_responses")
def route_responses() -> None:
    services.route_due()
    services.hold_back_joined()


@shared_task(name="followups.take_letters")
def take_letters() -> None:
    arrivals.take_due()


@shared_task(name=answers.SETTLE)
def settle_closing_answers() -> None:
    settlement.settle_due(clock.now())


@shared_task(name="followups.tell_overdue")
def tell_overdue() -> None:
    overdue.tell_due(clock.now())


@shared_task(name="followups.escalate")
def escalate() -> None:
    escalations.raise_due(clock.now())


@shared_task(name="followups.prompt")
def prompt() -> None:
    steps.prompt_due(clock.now())


@shared_task(name="followups.tell_few_codes")
def tell_few_codes() -> None:
    few_left.tell_due(clock.now())


@shared_task(name="followups.plan_second_asks")
def plan_second_asks() -> None:
    plan.plan_due(clock.now())


@shared_task(name="followups.send_notices")
def send_notices() -> None:
    letters.queue_due(clock.now())


@shared_task(name="followups.forget_notices")
def forget_notices() -> None:
    retention.forget_old(clock.now())


@shared_task(name="followups.keep_latest_scores")
def keep_latest_scores() -> None:
    latest_scores.keep_due()


@shared_task(name="followups.send_mailings")
def send_mailings() -> None:
    dispatch.send_due()


@shared_task(name="followups.write_improvement_letters")
def write_improvement_letters() -> None:
    runs.write_due(clock.now())


@shared_task(name="followups.find_rewards")
def find_rewards() -> None:
    rewards.find_due(now=clock.now())
