"""Every way in which a person may be written to or not, at its boundaries; no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounts.media import Medium
from crm.reachability import Address, Person, Purpose, Rules, Way, as_of, is_own, may_write, moments_of, way

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
THEN = NOW - timedelta(days=30)
ONA = "ona@shop.example"
RULES = Rules(
    role_names=frozenset({"info"}),
    own_domains=frozenset({"plumb.example"}),
    surveys_are_marketing=frozenset({"LT"}),
)
SURVEYS, MARKETING = ("email", "surveys"), ("email", "marketing")


def person(*addresses, **known):
    return Person(addresses={"email": [Address(value) for value in addresses or (ONA,)]}, **known)


def fault(who, purpose=Purpose.ASK, medium="email", to=""):
    found = may_write(who, medium, purpose, RULES, to=to)
    assert bool(found) is not bool(found.faults)
    return found.faults.get(medium, "")


@pytest.mark.parametrize("purpose", Purpose)
def test_a_persons_no_to_every_letter_and_an_objection_to_surveys_stop_every_purpose(purpose):
    assert fault(person(said_no_at=THEN, said={MARKETING: "given"}), purpose) == "do_not_contact"
    assert fault(person(said={SURVEYS: "objected", MARKETING: "given"}), purpose) == "objected"


def test_an_objection_to_one_medium_leaves_the_others():
    who = Person(addresses={"email": [Address(ONA)], "sms": [Address("+37060000000")]}, said={SURVEYS: "objected"})

    found = way(who, ["email", "sms"], Purpose.ASK, RULES)

    assert found == Way("sms", "+37060000000", {"email": "objected"})
    assert found


@pytest.mark.parametrize(
    ("purpose", "country", "stopped"),
    [
        ("ask", "LT", "no_consent"),
        ("reminder", "LT", "no_consent"),
        ("thanks", "LT", ""),
        ("reply", "LT", ""),
        ("closing", "LT", ""),
        ("marketing", "LT", "no_consent"),
        ("ask", "LV", ""),
        ("reminder", "LV", ""),
        ("marketing", "LV", "no_consent"),
        ("ask", "", ""),
    ],
)
def test_silence_is_no_consent_to_offers_nor_to_surveys_where_they_are_advertising(purpose, country, stopped):
    assert fault(person(country=country), Purpose(purpose)) == stopped


@pytest.mark.parametrize(
    ("purpose", "country", "said", "stopped"),
    [
        ("ask", "LT", {SURVEYS: "given"}, ""),
        ("ask", "LT", {MARKETING: "given"}, ""),
        ("ask", "LT", {SURVEYS: "given", MARKETING: "objected"}, "objected"),
        ("ask", "LV", {MARKETING: "objected"}, ""),
        ("ask", "LT", {SURVEYS: "soft_opt_in"}, ""),
        ("thanks", "LT", {MARKETING: "objected"}, ""),
        ("marketing", "LT", {MARKETING: "given"}, ""),
        ("marketing", "LT", {SURVEYS: "given"}, "no_consent"),
        ("marketing", "LT", {SURVEYS: "soft_opt_in"}, "no_consent"),
        ("marketing", "LT", {MARKETING: "soft_opt_in"}, ""),
        ("marketing", "US", {MARKETING: "soft_opt_in"}, "no_consent"),
        ("marketing", "US", {MARKETING: "given"}, ""),
        ("marketing", "LT", {MARKETING: "objected"}, "objected"),
        ("marketing", "LT", {("sms", "marketing"): "given"}, "no_consent"),
    ],
)
def test_what_was_said_counts_for_its_medium_and_use(purpose, country, said, stopped):
    assert fault(person(country=country, said=said), Purpose(purpose)) == stopped


@pytest.mark.parametrize(("country", "stopped"), [("LT", ""), ("NO", ""), ("US", "no_consent"), ("", "no_consent")])
def test_customers_are_sent_offers_without_a_word_where_the_directive_says_so(country, stopped):
    assert fault(person(country=country, is_customer=True), Purpose.MARKETING) == stopped


def test_the_first_usable_address_is_taken_and_the_fault_of_the_preferred_one_is_told():
    gone = Address("gone@shop.example", bounced_at=THEN)
    refused = Address("no@shop.example", refused_at=THEN, bounced_at=THEN)

    assert way(Person({"email": [gone, refused, Address(ONA)]}), ["email"], Purpose.ASK, RULES).address == ONA
    assert fault(Person({"email": [gone, refused]})) == "bounced"
    assert fault(Person({"email": [refused, gone]})) == "refused"
    assert fault(Person()) == "no_address"


def test_of_several_addresses_only_the_one_that_is_named_will_do():
    who = person("first@shop.example", ONA)

    assert may_write(who, "email", Purpose.REPLY, RULES, to=ONA) == Way("email", ONA)
    assert may_write(who, "email", Purpose.REPLY, RULES) == Way("email", "first@shop.example")
    assert fault(who, Purpose.REPLY, to="else@shop.example") == "no_address"


def test_without_a_medium_there_is_no_address_and_no_way():
    found = way(person(), [], Purpose.ASK, RULES)

    assert (found.medium, found.address, found.reason, bool(found)) == ("", "", "no_address", False)


def test_the_reason_is_what_stands_against_the_medium_that_was_preferred():
    who = Person({"email": [Address(ONA, bounced_at=THEN)]}, said={("sms", "surveys"): "objected"})

    found = way(who, ["sms", "email"], Purpose.ASK, RULES)

    assert (found.faults, found.reason) == ({"sms": "objected", "email": "bounced"}, "objected")


@pytest.mark.parametrize(
    ("purpose", "stopped"),
    [("ask", True), ("reminder", True), ("marketing", True), ("thanks", False), ("reply", False), ("closing", False)],
)
@pytest.mark.parametrize(
    ("address", "reason"), [("info@shop.example", "role_address"), ("ona@plumb.example", "own_address")]
)
def test_roles_and_colleagues_get_answers_and_nothing_that_they_did_not_ask_for(purpose, stopped, address, reason):
    who = person(address, said={MARKETING: "given"})

    assert fault(who, Purpose(purpose)) == (reason if stopped else "")


def test_only_mailboxes_have_role_names():
    assert fault(Person({"telegram": [Address("info@plumb.example")]}), medium="telegram") == ""


@pytest.mark.parametrize(
    ("mailbox", "own"),
    [
        ("ona@plumb.example", True),
        ("ona@mail.plumb.example", True),
        ("ona@deep.mail.plumb.example", True),
        ("ona@notplumb.example", False),
        ("ona@example", False),
        ("plumb.example@shop.example", False),
        ("ona", False),
    ],
)
def test_hosts_under_an_own_domain_are_own_and_its_neighbours_are_not(mailbox, own):
    assert is_own(mailbox, RULES.own_domains) is own


CHANGING = Person(
    addresses={"email": [Address(ONA, bounced_at=NOW), Address("no@shop.example", refused_at=THEN)]},
    said={SURVEYS: "objected", MARKETING: "given", ("sms", "surveys"): "given"},
    said_at={SURVEYS: NOW, MARKETING: THEN},
    said_no_at=NOW + timedelta(days=1),
    country="LT",
)


def test_each_moment_at_which_something_changed_is_told_once():
    assert moments_of(CHANGING) == {THEN, NOW, NOW + timedelta(days=1)}
    assert moments_of(Person()) == set()


def test_what_was_known_at_a_moment_includes_that_moment_and_nothing_later():
    at = as_of(CHANGING, NOW)
    before = as_of(CHANGING, NOW - timedelta(microseconds=1))

    assert at.addresses == {"email": [Address(ONA, bounced_at=NOW), Address("no@shop.example", refused_at=THEN)]}
    assert (at.said, at.said_no_at, at.country) == ({SURVEYS: "objected", MARKETING: "given"}, None, "LT")
    assert before.addresses == {"email": [Address(ONA), Address("no@shop.example", refused_at=THEN)]}
    assert before.said == {MARKETING: "given"}
    assert as_of(CHANGING, NOW + timedelta(days=1)).said_no_at == NOW + timedelta(days=1)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("medium", [*Medium])
def test_nobody_invented_is_ever_written_to(purpose, medium):
    """Whatever they said, wherever they live, and although they said no to everything."""
    said = {(medium, use): "given" for use in ("surveys", "marketing")}
    invented = Person({medium: [Address("ona@north-foods.example")]}, said=said, country="LT", is_sample=True)

    for person in (invented, replace(invented, said_no_at=THEN), replace(invented, is_absorbed=True)):
        assert may_write(person, medium, purpose, RULES).reason == "sample"
        assert way(person, [medium], purpose, RULES).reason == "sample"
