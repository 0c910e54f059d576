from datetime import UTC, datetime

import pytest

from accounts import clock
from delivery import composers
from delivery.models import Message
from followups.services import Routed, route_due
from surveys.models import ReviewLink
from tests.factories import ContactFactory, InvitationFactory, ResponseFactory
from tests.noes import bounce, move_to, object_to, opt_out

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def promoter():
    contact = ContactFactory(first_name="Ona", last_name="P" * 100, email="ona@shop.example")
    invitation = InvitationFactory(contact=contact, status="answered")
    ReviewLink.objects.create(brand=invitation.brand, name="Google", url="https://reviews.example/plumb")
    return ResponseFactory(invitation=invitation, score=10, settled_at=clock.now())


def settled(**contact):
    invitation = InvitationFactory(status="answered", contact=ContactFactory(**contact))
    return ResponseFactory(invitation=invitation, score=10, settled_at=NOW)


def written(message):
    return composers.compose([message])[message.pk]


def test_a_promoter_gets_a_letter_with_the_review_links(promoter):
    google = ReviewLink.objects.get()
    ReviewLink.objects.create(brand=google.brand, name="Others", url="https://o.example/", tiers=["bad"])
    route_due()

    letter = written(Message.objects.get())

    assert letter.recipient == "ona@shop.example"
    text = letter.as_bytes().replace(b"=\r\n", b"")
    assert Message.objects.get().context["reviews"] == [google.pk]
    assert f"/s/{promoter.invitation.token}/r/{google.pk}/".encode() in text
    assert b"reviews.example" not in text


def test_a_promoter_who_opts_out_before_the_letter_goes_is_left_alone(promoter):
    route_due()
    opt_out(promoter.contact)

    outcome = written(Message.objects.get())

    assert isinstance(outcome, composers.Unsendable)
    assert outcome.called_off


def test_a_very_long_name_stops_nothing(promoter):
    promoter.contact.first_name = "O" * 100
    promoter.contact.save()

    assert route_due().thanks == 1
    assert len(Message.objects.get().to_name) == 200


@pytest.mark.parametrize("no", [opt_out, object_to, bounce, move_to])
def test_nobody_is_thanked_against_their_will_or_without_an_address(no):
    no(settled().contact)

    assert route_due() == Routed(responses=1, followups=1, thanks=0)
    assert Message.objects.count() == 0


def test_nobody_is_thanked_who_objected_to_mail():
    objecting, willing = settled(), settled()
    objecting.contact.consents.create(medium="email", status="objected")
    willing.contact.consents.create(medium="email", status="given")

    assert route_due().thanks == 1
    message = Message.objects.get()
    assert message.to_address == willing.contact.email
    assert (message.template, message.language) == ("surveys.thanks", "en")
    assert message.context["invitation"] == willing.invitation_id
