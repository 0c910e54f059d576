"""The gateways that are described ready to use, against servers that speak as theirs do."""

import pytest

from delivery.media.sms import generic
from delivery.media.sms.gateway import Receipt
from delivery.media.sms.generic import GenericGateway
from delivery.media.sms.recipes import RECIPES
from tests.delivery.sms.parcels import NASTY, outcome, parcel
from tests.fakes.generic import KEY, SENDER, TOKEN, FakeAlphaSms, FakeSmsClub


def account(name, fake, **fields):
    recipe = RECIPES[name].settings
    here = {key: recipe[key].replace(host, fake.url) for key in ("url", "status_url") for host in [_host(recipe[key])]}
    return GenericGateway(**{"secret": TOKEN, "sender": SENDER, "settings": {**recipe, **here}, **fields})


def _host(url):
    return "/".join(url.split("/")[:3])


@pytest.fixture
def smsclub(settings):
    settings.DEBUG = True
    with FakeSmsClub() as server:
        yield server


@pytest.fixture
def alphasms(settings):
    settings.DEBUG = True
    with FakeAlphaSms() as server:
        yield server


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_has_no_faults(name, settings):
    settings.DEBUG = settings.PLAIN_HTTP = False

    assert generic.check(RECIPES[name].settings) == []
    assert RECIPES[name].label


def test_sms_club_takes_a_text(smsclub):
    sid = account("smsclub", smsclub).send(parcel(text=NASTY))

    (text,) = smsclub.texts
    assert (text.id, text.to, text.sender, text.text) == (sid, "+380501112233", SENDER, NASTY)


@pytest.mark.parametrize(
    ("fields", "text", "meaning"),
    [
        ({"secret": "wrong"}, {}, "OutOfOrder"),
        ({"sender": "Stranger"}, {}, "Refused"),
        ({}, {"to": "+1"}, "Refused"),
        ({}, {"text": ""}, "Refused"),
    ],
)
def test_what_sms_club_refuses(smsclub, fields, text, meaning):
    assert outcome(account("smsclub", smsclub, **fields), parcel(**text)) == meaning
    assert smsclub.texts == []


def test_sms_club_without_money_waits_for_a_person(smsclub):
    smsclub.has_balance = False

    assert outcome(account("smsclub", smsclub)) == "OutOfOrder"


def test_sms_club_is_asked_for_many_at_once(smsclub):
    gateway = account("smsclub", smsclub)
    ids = [gateway.send(parcel(to=f"+38050111220{place}")) for place in range(4)]
    for text, status in zip(smsclub.texts, ["DELIVRD", "UNDELIV", "ENROUTE", "EXPIRED"], strict=True):
        text.status = status
    asked = len(smsclub.requests)

    assert gateway.receipts([*ids, "1"]) == [
        Receipt(provider_id=ids[0], delivered=True),
        Receipt(provider_id=ids[1], undeliverable="The gateway: UNDELIV", bounce="soft"),
        Receipt(provider_id=ids[3], undeliverable="The gateway: EXPIRED", bounce="soft"),
    ]
    assert gateway.receipts(["1"]) == []
    assert len(smsclub.requests) == asked + 2


def test_alphasms_takes_a_text_by_our_own_number(alphasms):
    gateway = account("alphasms", alphasms, secret=KEY)

    assert gateway.send(parcel(text=NASTY, message=100500)) == "100500"

    (text,) = alphasms.texts
    assert (text.id, text.to, text.sender, text.text) == ("100500", "+380501112233", SENDER, NASTY)
    assert gateway.send(parcel(message=100500)) == "100500"
    assert len(alphasms.texts) == 1


@pytest.mark.parametrize(
    ("fields", "text", "meaning"),
    [
        ({"secret": "wrong"}, {}, "OutOfOrder"),
        ({"secret": KEY, "sender": "Stranger"}, {}, "OutOfOrder"),
        ({"secret": KEY}, {"text": ""}, "Refused"),
    ],
)
def test_both_levels_of_alphasms_are_looked_at(alphasms, fields, text, meaning):
    assert outcome(account("alphasms", alphasms, **fields), parcel(**text)) == meaning
    assert alphasms.texts == []


def test_alphasms_is_asked_for_many_at_once_and_one_that_it_does_not_know_spoils_no_other(alphasms):
    gateway = account("alphasms", alphasms, secret=KEY)
    states = ["DELIVERED", "UNDELIVERABLE", "INVALID DESTINATION ADDRESS", "ROUTING", "PARTIALLY DELIVERED"]
    for number, status in enumerate(states, start=1):
        gateway.send(parcel(message=number))
        alphasms.set_status(status)
    asked = len(alphasms.requests)

    assert gateway.receipts(["99", "1", "2", "3", "4", "5"]) == [
        Receipt(provider_id="1", delivered=True),
        Receipt(provider_id="2", undeliverable="The gateway: UNDELIVERABLE", bounce="soft"),
        Receipt(provider_id="3", undeliverable="The gateway: INVALID DESTINATION ADDRESS", bounce="hard"),
    ]
    assert len(alphasms.requests) == asked + 1
