"""What was said of surveys and what was said of offers are kept and obeyed apart, whichever way they come and go."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from crm import consents, merges, reach
from crm.consents import NewerWordStands, ObjectionStands, Word
from crm.models import Consent, Contact
from crm.reachability import Purpose, Rules, may_write
from crm.services import take_over
from tests.conftest import person
from tests.factories import CompanyFactory, ContactFactory, TouchpointFactory
from tests.noes import lift, opt_out

pytestmark = pytest.mark.django_db
NOW = clock.now()
BEFORE, LATER = NOW - timedelta(days=3), NOW + timedelta(hours=1)
MAILBOX = "ona@shop.example"


@pytest.fixture
def contact():
    return ContactFactory(source="shop", external_id="1", email=MAILBOX)


def sync(**said):
    (result,) = take_over(Contact, [{"external_id": "1", **said}], source="shop", origin="Sync")
    return result


def say(contact, use, status, *, medium="email", at=BEFORE, evidence=""):
    return Consent.objects.create(
        contact=contact, use=use, medium=medium, status=status, origin="Form", evidence=evidence, changed_at=at
    )


def said(contact):
    return {(word.use, word.medium): word.status for word in contact.consents.all()}


def fault(contact, purpose, rules=None):
    rules = rules or Rules()
    contact = Contact.objects.get(pk=contact.pk)
    known = reach.people([contact], rules, purpose=purpose)[contact.pk]
    return may_write(known, "email", purpose, rules).faults.get("email", "")


def answers(contact):
    return fault(contact, Purpose.ASK), fault(contact, Purpose.MARKETING)


@pytest.mark.parametrize(
    ("use", "status", "found"),
    [
        ("surveys", "given", ("", "no_consent")),
        ("surveys", "soft_opt_in", ("", "no_consent")),
        ("surveys", "objected", ("objected", "objected")),
        ("marketing", "given", ("", "")),
        ("marketing", "objected", ("", "objected")),
    ],
)
def test_a_word_about_one_use_says_nothing_of_the_other_but_for_an_objection_to_surveys(contact, use, status, found):
    say(contact, use, status)

    assert answers(contact) == found


@pytest.mark.parametrize("purpose", [Purpose.ASK, Purpose.REMINDER, Purpose.THANKS, Purpose.REPLY, Purpose.CLOSING])
def test_a_no_to_offers_stops_no_other_letter(contact, purpose):
    say(contact, "marketing", "objected")

    assert fault(contact, purpose) == ""


def test_who_bought_in_a_country_of_the_directive_may_be_sent_offers_until_they_object(contact):
    Contact.objects.filter(pk=contact.pk).update(company=CompanyFactory(region="EE"))
    assert fault(contact, Purpose.MARKETING) == "no_consent"

    TouchpointFactory(contact=contact, kind="deal_won")
    assert fault(contact, Purpose.MARKETING) == ""

    say(contact, "marketing", "objected")
    assert fault(contact, Purpose.MARKETING) == "objected"


def test_a_no_to_all_letters_outweighs_every_consent_and_ends_offers_for_good(contact):
    say(contact, "marketing", "given")
    say(contact, "surveys", "given")
    opt_out(contact)
    assert answers(contact) == ("do_not_contact", "do_not_contact")
    sync(marketing_consent={"sms": "given"})
    assert answers(contact) == ("do_not_contact", "do_not_contact")

    lift(contact)

    assert answers(contact) == ("", "objected")
    assert {status for (use, _medium), status in said(contact).items() if use == "marketing"} == {"objected"}
    assert said(contact)["surveys", "email"] == "given"
    sync(marketing_consent={"email": "given"})
    assert fault(contact, Purpose.MARKETING) == "objected"


def test_whoever_is_freed_with_the_mailbox_has_no_offers_either(contact):
    twin = ContactFactory(email=MAILBOX)
    say(twin, "marketing", "given")
    opt_out(contact)
    twin.refresh_from_db()
    assert not twin.may_be_contacted

    lift(contact)

    assert answers(twin) == ("", "objected")


def test_a_row_says_something_only_of_the_use_that_it_names(contact):
    sync(consent={"email": "objected"}, marketing_consent={"sms": "given"})
    sync(consent={}, marketing_consent={})
    sync(first_name="Ona")

    assert said(contact) == {("surveys", "email"): "objected", ("marketing", "sms"): "given"}


def test_an_objection_stays_for_its_own_use_and_the_result_says_so(contact):
    sync(marketing_consent={"email": "objected", "sms": "objected"})

    result = sync(consent={"email": "given"}, marketing_consent={"email": "given", "sms": "soft_opt_in"})

    assert result.notes == {
        "marketing_consent": "An objection stays (email, sms); only a member of staff can take it back."
    }
    assert said(contact) == {
        ("surveys", "email"): "given", ("marketing", "email"): "objected", ("marketing", "sms"): "objected"
    }  # fmt: skip


def test_the_proof_is_kept_with_the_word_and_a_new_proof_is_news(contact):
    sync(marketing_consent={"email": "given"}, marketing_consent_at=BEFORE, marketing_consent_evidence="Version 1")
    word = contact.consents.get()
    assert (word.origin, word.evidence, word.changed_at) == ("Sync", "Version 1", BEFORE)

    assert sync(marketing_consent={"email": "given"}).outcome == "unchanged"
    assert contact.consents.get().evidence == "Version 1"

    assert sync(marketing_consent={"email": "given"}, marketing_consent_evidence="Version 2").outcome == "updated"
    assert list(contact.consent_changes.order_by("pk").values_list("use", "evidence")) == [
        ("marketing", "Version 1"), ("marketing", "Version 2"),
    ]  # fmt: skip


def test_what_was_said_earlier_is_no_news_but_an_objection_is(contact):
    say(contact, "marketing", "given", at=NOW)

    sync(marketing_consent={"email": "soft_opt_in"}, marketing_consent_at=NOW - timedelta(microseconds=1))
    assert said(contact) == {("marketing", "email"): "given"}
    sync(marketing_consent={"email": "soft_opt_in"}, marketing_consent_at=NOW)
    assert said(contact) == {("marketing", "email"): "soft_opt_in"}
    sync(marketing_consent={"email": "objected"}, marketing_consent_at=BEFORE)
    assert said(contact) == {("marketing", "email"): "objected"}


def test_nothing_was_said_later_than_now(contact):
    sync(marketing_consent={"email": "given"}, marketing_consent_at=datetime(2199, 1, 1, tzinfo=UTC))

    assert contact.consents.get().changed_at <= clock.now()


def test_of_two_words_in_one_call_the_no_counts_whatever_their_order(contact):
    absorbed = ContactFactory(source="shop", external_id="2")
    merges.merge(contact, absorbed)
    rows = [
        {"external_id": "1", "marketing_consent": {"email": "objected"}},
        {"external_id": "2", "marketing_consent": {"email": "given"}},
    ]

    take_over(Contact, rows, source="shop", origin="Sync")

    assert said(contact) == {("marketing", "email"): "objected"}


def test_the_database_refuses_a_yes_to_offers_that_comes_from_nowhere(contact):
    with pytest.raises(IntegrityError, match="has_its_origin"), transaction.atomic():
        Consent.objects.create(contact=contact, medium="email", use="marketing", status="given")
    Consent.objects.create(contact=contact, medium="email", use="marketing", status="objected")


def test_a_merge_joins_each_use_for_itself_and_parting_gives_both_back(contact):
    other = ContactFactory(email=MAILBOX)
    say(contact, "surveys", "objected")
    say(contact, "marketing", "given", evidence="Version 1")
    say(other, "surveys", "given", at=NOW)
    say(other, "marketing", "objected", at=BEFORE - timedelta(days=1), evidence="By phone")
    say(other, "marketing", "given", medium="sms", evidence="Version 3")

    done = merges.merge(contact, other)

    assert said(contact) == {
        ("surveys", "email"): "objected", ("marketing", "email"): "objected", ("marketing", "sms"): "given",
    }  # fmt: skip
    assert contact.consents.get(use="marketing", medium="email").evidence == "By phone"
    assert contact.consents.get(medium="sms").evidence == "Version 3"

    merges.undo(done)

    assert said(contact) == {("surveys", "email"): "objected", ("marketing", "email"): "given"}
    assert contact.consents.get(use="marketing").evidence == "Version 1"
    assert len(said(other)) == 3


def test_a_merge_that_kept_no_evidence_is_undone_too(contact):
    other = ContactFactory(email=MAILBOX)
    say(contact, "surveys", "given")
    say(other, "surveys", "objected")
    done = merges.merge(contact, other)
    done.kept["consents"] = [row[:4] for row in done.kept["consents"]]
    done.save()

    merges.undo(done)

    assert said(contact) == {("surveys", "email"): "given"}


def spoken(contact, status, *, at=None, evidence="She told me on the phone."):
    return Word(contact.pk, "email", "marketing", status, at or clock.now(), evidence)


def test_staff_write_down_what_they_were_told(contact, manager):
    assert consents.record(spoken(contact, "given"), by=manager)
    assert not consents.record(spoken(contact, "given"), by=manager)

    change = contact.consent_changes.get()
    assert (change.use, change.status, change.origin, change.evidence) == (
        "marketing", "given", f"Entered by {manager.name}.", "She told me on the phone.",
    )  # fmt: skip
    with pytest.raises(ValueError, match="how it was said"):
        consents.record(spoken(contact, "objected", evidence="  "), by=manager)


def test_a_no_is_taken_back_only_by_whom_may_and_not_by_an_earlier_yes(contact, manager, administrator):
    consents.record(spoken(contact, "objected"), by=manager)

    with pytest.raises(ObjectionStands):
        consents.record(spoken(contact, "given"), by=manager)
    with pytest.raises(NewerWordStands):
        consents.record(spoken(contact, "given", at=BEFORE), by=administrator)
    assert said(contact) == {("marketing", "email"): "objected"}

    consents.record(spoken(contact, "given"), by=administrator)
    assert said(contact) == {("marketing", "email"): "given"}


def test_a_word_about_an_absorbed_record_is_the_survivors(contact, manager):
    absorbed = ContactFactory(email=MAILBOX)
    merges.merge(contact, absorbed)

    consents.record(spoken(absorbed, "given"), by=manager)

    assert said(contact) == {("marketing", "email"): "given"}


def test_agents_may_not_write_consents_down_and_managers_may():
    rights = {role: person(role).has_perm(consents.MAY_RECORD) for role in ("Agents", "Managers", "Administrators")}

    assert rights == {"Agents": False, "Managers": True, "Administrators": True}
