import pytest

from accounts import clock
from delivery import composing
from delivery.models import Message
from followups.services import route_due
from surveys.models import ReviewLink
from tests.factories import ContactFactory, InvitationFactory, ResponseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def promoter():
    contact = ContactFactory(first_name="Ona", last_name="P" * 100, email="ona@shop.example")
    invitation = InvitationFactory(contact=contact, status="answered")
    ReviewLink.objects.create(survey=invitation.survey, name="Google", url="https://reviews.example/plumb")
    return ResponseFactory(invitation=invitation, score=10, settled_at=clock.now())


def written(message):
    return composing.compose([message])[message.pk]


def test_a_promoter_gets_a_letter_with_the_review_links(promoter):
    route_due()

    letter = written(Message.objects.get())

    assert letter.recipient == "ona@shop.example"
    assert b"https://reviews.example/plumb" in letter.as_bytes().replace(b"=\r\n", b"")


def test_a_promoter_who_opts_out_before_the_letter_goes_is_left_alone(promoter):
    route_due()
    promoter.contact.opt_out(reason="unsubscribed")

    outcome = written(Message.objects.get())

    assert isinstance(outcome, composing.Unsendable)
    assert outcome.called_off


def test_a_very_long_name_stops_nothing(promoter):
    promoter.contact.first_name = "O" * 100
    promoter.contact.save()

    assert route_due().thanks == 1
    assert len(Message.objects.get().to_name) == 200
