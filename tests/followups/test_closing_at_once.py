"""Many workers on real connections meet one closing letter, or one follow-up that is asked about again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connections

from accounts import clock
from delivery.models import Message
from followups.closing import answers, dispatch
from followups.closing.answers import SaidOfClosing
from followups.models import ClosingLetter, Followup, Playbook, SecondAsk
from followups.second_asks import plan
from responses.evidence.assessment import Assessment, Label
from responses.models import Response
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory, PlaybookFactory, UserFactory

WORKERS = 8

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work):
    barrier = Barrier(WORKERS)

    def one(number):
        barrier.wait(timeout=20)
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as threads:
        return list(threads.map(one, range(WORKERS)))


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def followup(by):
    invitation = InvitationFactory(contact=ContactFactory(email="ona@shop.example"), status="answered")
    followup = FollowupFactory(assignee=by, response__invitation=invitation, response__score=2)
    followup.resolve(by=by, root_cause="price", resolution="Repaid.", outcome="saved")
    return followup


def test_one_form_sent_by_eight_is_one_letter(followup, by):
    at_once(
        lambda _: dispatch.write(
            followup=Followup.objects.get(pk=followup.pk), subject="S", words="W", key=UUID(int=3), by=by
        )
    )

    assert ClosingLetter.objects.count() == Message.objects.count() == 1


def test_eight_noes_open_the_work_once(followup, by):
    letter = dispatch.write(followup=followup, subject="S", words="W", key=uuid4(), by=by)
    said = SaidOfClosing(solved=False, comment="No.", source="x", assessment=Assessment(Label.HUMAN, ("gesture",)))

    at_once(lambda _: answers.take(ClosingLetter.objects.get(pk=letter.pk), said, now=clock.now()))

    assert followup.activities.filter(kind="answered").count() == 1
    assert followup.activities.filter(kind="status", change__to="in_progress").count() == 1
    assert ClosingLetter.objects.get().reopened_at is not None


def test_eight_planners_ask_again_once(followup):
    Playbook.objects.update(is_active=False)
    now = clock.now()
    Response.objects.update(answered_at=now - timedelta(days=40))
    Followup.objects.update(
        playbook=PlaybookFactory(category="detractor", ask_again_days=30), closed_at=now - timedelta(days=31)
    )

    done = at_once(lambda _: plan.plan_due(now))

    assert sum(done) == SecondAsk.objects.count() == 1
