"""A record that was merged into another is asked nothing more; the one that absorbed it speaks for the person."""

from datetime import UTC, datetime

import pytest
import time_machine

from accounts import clock
from crm import merges
from delivery import composers
from delivery.media.email.letter import Letter
from delivery.models import Message
from followups.letters import replies, reply_ways, thanks
from followups.letters.replies import StaffReply
from followups.models import Followup
from responses.models import Response
from surveys.judging import reasons
from surveys.models import Invitation
from surveys.services import judge_due
from tests.factories import (
    ContactFactory,
    FollowupFactory,
    InvitationFactory,
    ResponseFactory,
    SurveyVersionFactory,
    UserFactory,
    WaveFactory,
)
from tests.noes import object_to
from tests.surveys.test_letters import message

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday, 13:00 in Vilnius


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def turns():
    """One turn of a wave that two records both had, of which the first has absorbed the second."""
    version = SurveyVersionFactory()
    wave = WaveFactory(survey=version.survey)
    people = [ContactFactory(email=f"{name}@shop.example") for name in ("one", "two")]
    found = [
        InvitationFactory(
            version=version,
            contact=person,
            wave=wave,
            wave_round=1,
            kind="relational",
            status="planned",
            planned_at=NOW,
            due_at=NOW,
            queued_at=None,
            sent_at=None,
            expires_at=None,
        )
        for person in people
    ]
    merges.merge(*people)
    return found


def answered(invitation):
    Invitation.objects.filter(pk=invitation.pk).update(status="answered", asked_at=NOW, queued_at=NOW)
    response = ResponseFactory(invitation=Invitation.objects.get(pk=invitation.pk), score=10, settled_at=clock.now())
    return Response.objects.get(pk=response.pk)


def test_a_turn_that_both_records_had_is_asked_once(turns):
    kept, left = turns

    judge_due()

    assert Invitation.objects.get(pk=kept.pk).status == "queued"
    left = Invitation.objects.get(pk=left.pk)
    assert (left.contact, left.status, left.reason) == (turns[1].contact, "suppressed", "merged")
    assert reasons.label("merged") == "The record was merged into another one, which is asked instead."


@pytest.mark.parametrize("template", ["surveys.invite", "surveys.reminder"])
def test_a_letter_that_waited_for_an_absorbed_record_is_called_off(turns, template):
    sent = message(turns[1], template)

    assert str(composers.compose([sent])[sent.pk]) == "The record was merged into another one."


def test_thanks_and_replies_for_an_answer_of_an_absorbed_record_go_to_the_person(turns):
    response = answered(turns[1])
    followup = FollowupFactory(response=response)

    (thank_you,) = thanks.messages_for([response])
    thank_you.save()
    (way,) = reply_ways.of(followup).open
    said = StaffReply(subject="Thanks", text="Come again.")
    reply = replies.draft(followup, said, to=way.address, key="k", by=UserFactory())
    reply.save()

    assert isinstance(composers.compose([thank_you])[thank_you.pk], Letter)
    assert isinstance(composers.compose([reply])[reply.pk], Letter)


def test_what_the_person_said_to_the_survivor_counts_for_thanks_and_replies(turns):
    response = answered(turns[1])
    followup = FollowupFactory(response=response)
    (thank_you,) = thanks.messages_for([response])
    thank_you.save()
    said = StaffReply(subject="S", text="T")
    reply = replies.draft(followup, said, to=thank_you.to_address, key="k", by=UserFactory())
    reply.save()

    object_to(turns[0].contact)

    assert thanks.messages_for([Response.objects.get(pk=response.pk)]) == []
    assert not reply_ways.of(Followup.objects.get(pk=followup.pk))
    outcomes = composers.compose(Message.objects.filter(pk__in=[thank_you.pk, reply.pk]))
    assert {str(said) for said in outcomes.values()} == {"The customer does not want to be contacted."}
