from datetime import timedelta

import pytest
from django.test import Client

from accounts import clock
from responses.evidence import sweep
from responses.models import LinkVisit, Response
from surveys.models import MailDomain
from tests.factories import InvitationFactory

GATEWAY = {"REMOTE_ADDR": "198.51.100.9", "headers": {"User-Agent": "Mozilla/5.0 Chrome/150.0 Safari/537.36"}}
HOME = {"REMOTE_ADDR": "203.0.113.7", "headers": {"User-Agent": "Mozilla/5.0 Firefox/150.0"}}


@pytest.fixture
def later():
    return clock.now() + sweep.LAG + timedelta(seconds=5)


def letters(count, domain="bank.example"):
    return [InvitationFactory(contact__email=f"person{number}@{domain}") for number in range(count)]


def open_all(invitation):
    for score in range(11):
        Client().get(invitation.path, {"score": score}, **GATEWAY)
    Client().get(f"{invitation.path}d/", **GATEWAY)


def test_source_at_five_letters_of_a_mail_domain_is_its_gateway(db, later):
    for invitation in letters(5):
        Client().get(invitation.path, **GATEWAY)
    for invitation in letters(4, "other.example"):
        Client().get(invitation.path, **GATEWAY)

    assert sweep.look(now=later).gateways == 5

    marked = LinkVisit.objects.filter(evidence__contains=["gateway"])
    assert set(marked.values_list("verdict", "invitation__contact__email")) == {
        ("machine", f"person{number}@bank.example") for number in range(5)
    }
    assert not sweep.look(now=later)


def test_answer_without_a_gesture_is_held_when_its_source_meets_the_decoy_later(db, later):
    (invitation,) = letters(1)
    Client().post(invitation.path, {"step": "score", "score": "0"}, **GATEWAY)
    assert Response.objects.counted().exists()
    Client().get(f"{invitation.path}d/", **GATEWAY)

    assert sweep.look(now=later).held == 1

    response = Response.objects.get()
    assert (response.is_provisional, response.suspicion) == (True, ["no_script", "late"])
    assert response.changed_at == later
    invitation.refresh_from_db()
    assert (invitation.status, invitation.answered_at) == ("sent", None)


@pytest.mark.parametrize("person", [{"gesture": "pointer", "scripted": "1"}, {}], ids=["gesture", "elsewhere"])
def test_persons_answer_stays_whatever_the_gateway_does_later(db, later, person):
    (invitation,) = letters(1)
    Client().post(invitation.path, {"step": "score", "score": "9", **person}, **(GATEWAY if person else HOME))
    open_all(invitation)

    assert sweep.look(now=later).held == 0
    assert Response.objects.counted().get().score == 9


def test_mail_domain_whose_machines_open_all_buttons_gets_one_button(db, later):
    for invitation in letters(2):
        open_all(invitation)
    assert sweep.look(now=later).switched == ()
    for invitation in letters(1):
        open_all(invitation)

    assert sweep.look(now=later).switched == ("bank.example",)

    domain = MailDomain.objects.get()
    assert (domain.name, domain.visited, domain.bursts, domain.decoys) == ("bank.example", 3, 3, 3)
    assert (domain.single_button_since, domain.single_button_by) == (later, None)
    assert domain.sightings.count() == 6


def test_few_machines_among_many_people_switch_nothing(db, later):
    for invitation in letters(16):
        Client().get(invitation.path, **HOME)
    for invitation in letters(3):
        open_all(invitation)

    assert sweep.look(now=later).switched == ()
    assert MailDomain.objects.get().visited == 19


def test_impatient_person_is_no_machine_of_the_domain(db, later):
    (invitation,) = letters(1)
    for score in (7, 8, 9):
        Client().get(invitation.path, {"score": score}, **HOME)

    sweep.look(now=later)

    assert not MailDomain.objects.exists()


def test_visits_are_looked_at_once_they_are_calm(db):
    (invitation,) = letters(1)
    open_all(invitation)

    assert not sweep.look(now=clock.now())
    assert sweep.look(now=clock.now() + sweep.LAG)
