"""What stands against an address, for whichever contact carries it."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.suppressions import AddressStanding, No, give_up, standing, stop
from tests.factories import ContactFactory
from tests.noes import lift

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
MAILBOX, SECOND, SMS = ("email", "ona@shop.example"), ("email", "ona@home.example"), ("sms", "+37060000000")
WHATSAPP = ("whatsapp", SMS[1])


def carrier(*emails):
    return ContactFactory(written_down__emails=list(emails))


def say_no(contact, *, through, at=NOW):
    stop({contact.pk: No("unsubscribed", at, through=through)})


def test_what_was_lifted_stands_against_offers_alone_and_can_be_said_again():
    contact = carrier(MAILBOX[1])
    say_no(contact, through=MAILBOX)
    assert standing([MAILBOX]) == {MAILBOX: AddressStanding(refused_at=NOW, of_person_at=NOW)}

    lift(contact)
    assert standing([MAILBOX]) == {MAILBOX: AddressStanding(offers_ended_at=NOW)}

    say_no(contact, through=MAILBOX, at=LATER)
    said_again = AddressStanding(refused_at=LATER, of_person_at=LATER, offers_ended_at=NOW)
    assert standing([MAILBOX]) == {MAILBOX: said_again}


def test_a_persons_no_at_a_phone_holds_for_every_medium_that_rings_it():
    say_no(carrier(MAILBOX[1]), through=SMS)

    assert standing([WHATSAPP])[WHATSAPP].of_person_at == NOW


def test_a_number_that_does_not_work_by_one_medium_may_do_by_another():
    give_up({SMS: NOW})

    assert standing([SMS, WHATSAPP]) == {SMS: AddressStanding(bounced_at=NOW)}


def test_an_address_of_somebody_who_said_no_elsewhere_is_the_persons_own_no_once_it_is_said_there():
    say_no(carrier(MAILBOX[1], SECOND[1]), through=MAILBOX)
    assert standing([SECOND])[SECOND] == AddressStanding(refused_at=NOW)

    say_no(carrier(SECOND[1]), through=SECOND, at=LATER)

    assert standing([SECOND])[SECOND].of_person_at is not None
    assert standing([SECOND])[SECOND].refused_at == NOW
