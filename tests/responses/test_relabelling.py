import pytest

from accounts import clock
from responses.evidence.corrections import relabel
from responses.models import Relabelling, Response
from tests.factories import InvitationFactory, ResponseFactory

pytestmark = pytest.mark.django_db


def answer(**fields):
    invitation = InvitationFactory(status="sent")
    return ResponseFactory(invitation=invitation, **fields)


def test_confirmed_answer_counts_settles_and_is_on_record(manager):
    response = answer(is_provisional=True, suspicion=["no_gesture", "quick"])
    now = clock.now()

    relabel(response_id=response.pk, as_human=True, by=manager, reason="Called her", now=now)

    counted = Response.objects.counted().get()
    assert (counted.suspicion, counted.changed_at, counted.finished_at) == ([], now, now)
    assert counted.invitation.status == "answered"
    assert counted.invitation.answered_at == response.answered_at
    said = Relabelling.objects.get()
    assert (said.by, said.at, said.reason, said.before, said.after) == (manager, now, "Called her", "machine", "human")
    assert said.suspicion == ["no_gesture", "quick"]


def test_machines_answer_stops_counting_and_the_invitation_waits_again(manager):
    response = answer(settled_at=clock.now())
    response.invitation.status = "answered"
    response.invitation.answered_at = clock.now()
    response.invitation.save()

    relabel(response_id=response.pk, as_human=False, by=manager, reason="The customer never saw it")

    assert not Response.objects.counted().exists()
    response.refresh_from_db()
    assert (response.suspicion, response.settled_at) == (["staff"], None)
    assert (response.invitation.status, response.invitation.answered_at) == ("sent", None)


def test_saying_the_same_twice_changes_nothing(manager):
    response = answer(is_provisional=True)
    relabel(response_id=response.pk, as_human=True, by=manager, reason="Called")
    before = Response.objects.values().get()

    assert relabel(response_id=response.pk, as_human=True, by=manager, reason="Again") is None

    assert Response.objects.values().get() == before
    assert Relabelling.objects.count() == 1
