"""A no to offers belongs to the address: it holds for whoever carries it next, until the person says yes again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission

from crm import consents, ended_offers, reach, suppressions
from crm.consents import ObjectionStands, Word
from crm.models import Consent, Suppression
from crm.reachability import Purpose, Rules, Said, Use, as_of, may_write, moments_of
from tests.factories import ContactFactory, UserFactory
from tests.noes import lift, opt_out

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
MAILBOX = ("email", "ona@shop.example")
LITHUANIA = Rules(surveys_are_marketing=frozenset({"LT"}))


def carrier(**fields):
    contact = ContactFactory(email=MAILBOX[1], **fields)
    Consent.objects.create(contact=contact, medium="email", use="marketing", status="given", origin="Form")
    return contact


def person(contact, purpose=Purpose.MARKETING):
    return reach.people([contact], Rules(), purpose=purpose)[contact.pk]


def said_against(contact, purpose=Purpose.MARKETING, rules=LITHUANIA):
    way = may_write(person(contact, purpose), "email", purpose, rules)
    return "" if way else way.reason


def staff(*rights):
    user = UserFactory()
    user.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    return user


def said(contact, status, *, at=LATER):
    return Word(contact.pk, "email", Use.MARKETING, status, at, evidence="on the phone")


def test_who_gets_the_mailbox_afterwards_is_sent_no_offers_and_everything_else():
    ended_offers.end({MAILBOX: NOW})
    contact = carrier(region="PL")

    assert contact.may_be_contacted
    assert said_against(contact) == "objected"
    assert may_write(person(contact, Purpose.ASK), "email", Purpose.ASK, LITHUANIA).address == MAILBOX[1]
    assert may_write(person(contact), "sms", Purpose.MARKETING, LITHUANIA).reason == "no_consent"


def test_where_a_survey_counts_as_advertising_it_is_not_sent_either():
    ended_offers.end({MAILBOX: NOW})

    assert said_against(carrier(region="LT"), Purpose.ASK) == "objected"


def test_another_mailbox_of_theirs_is_written_to():
    ended_offers.end({MAILBOX: NOW})
    contact = ContactFactory(email=MAILBOX[1], written_down__emails=[MAILBOX[1], "ona@home.example"])
    Consent.objects.create(contact=contact, medium="email", use="marketing", status="given", origin="Form")

    assert may_write(person(contact), "email", Purpose.MARKETING, LITHUANIA).address == "ona@home.example"


def test_what_is_said_twice_stands_once_as_it_was_said_first():
    ended_offers.end({MAILBOX: NOW}, evidence="mailing 1")
    ended_offers.end({MAILBOX: LATER}, evidence="mailing 2")

    assert [(row.at, row.evidence) for row in Suppression.objects.all()] == [(NOW, "mailing 1")]
    assert suppressions.standing([MAILBOX])[MAILBOX].offers_ended_at == NOW


def test_a_key_that_was_changed_forgets_nobody(settings):
    settings.SUPPRESSION_KEY = "first"
    ended_offers.end({MAILBOX: NOW})
    settings.SUPPRESSION_KEY, settings.SUPPRESSION_KEY_FALLBACKS = "second", ["first"]

    ended_offers.end({MAILBOX: LATER})

    assert ended_offers.stand_at(*MAILBOX)
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("say", [
    lambda word: consents.record(word, by=UserFactory()),
    lambda word: consents.take_over([word], origin="CRM"),
])  # fmt: skip
def test_a_no_that_staff_or_another_system_hears_holds_at_the_address_too(say):
    first = carrier()
    say(said(first, Said.OBJECTED))

    assert said_against(carrier()) == "objected"


def test_a_no_to_surveys_or_a_yes_ends_no_offers():
    contact = carrier()
    consents.record(Word(contact.pk, "email", Use.SURVEYS, Said.OBJECTED, NOW, "on the phone"), by=UserFactory())
    consents.take_over([said(contact, Said.GIVEN)], origin="CRM")

    assert not ended_offers.stand_at(*MAILBOX)


def test_a_yes_that_the_person_tells_staff_lets_offers_go_there_again_with_who_heard_it():
    contact, by = carrier(), staff("lift_suppression")
    consents.take_over([said(contact, Said.OBJECTED, at=NOW)], origin="CRM")

    consents.record(said(contact, Said.GIVEN), by=by)

    assert said_against(contact) == ""
    row = Suppression.objects.get()
    assert (row.lifted_by, row.lifted_reason) == (by, "on the phone")


def test_a_yes_at_an_address_that_said_no_is_not_everybodys_to_write_down():
    ended_offers.end({MAILBOX: NOW})
    contact = ContactFactory(email=MAILBOX[1])

    with pytest.raises(ObjectionStands):
        consents.record(said(contact, Said.GIVEN), by=UserFactory())

    assert not contact.consents.exists()
    assert ended_offers.stand_at(*MAILBOX)


def test_an_import_takes_no_no_back():
    ended_offers.end({MAILBOX: NOW})
    contact = ContactFactory(email=MAILBOX[1])

    consents.take_over([said(contact, Said.GIVEN)], origin="CRM")

    assert said_against(contact) == "objected"


def test_who_may_be_asked_again_still_gets_no_offers_under_any_record():
    first = carrier()
    opt_out(first)
    lift(first)

    second = carrier()

    assert second.may_be_contacted
    assert said_against(second) == "objected"
    assert said_against(second, Purpose.ASK, Rules()) == ""


def test_it_outlives_the_record():
    contact = carrier()
    consents.record(said(contact, Said.OBJECTED), by=UserFactory())
    contact.delete()

    assert said_against(carrier()) == "objected"


def test_a_look_back_knows_it_from_its_moment_on():
    ended_offers.end({MAILBOX: NOW})
    known = person(carrier())

    assert NOW in moments_of(known)
    assert as_of(known, NOW - timedelta(days=1)).addresses["email"][0].offers_ended_at is None
    assert as_of(known, NOW).addresses["email"][0].offers_ended_at == NOW
