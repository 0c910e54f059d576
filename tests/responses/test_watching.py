from datetime import timedelta

import pytest
from django.test import Client

from accounts import clock
from responses.evidence import sweep
from responses.models import LinkVisit, Response
from surveys.metrics import SCALES
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


def test_a_gateway_whose_letters_lie_across_two_sweeps_is_found(db, later):
    first, second = letters(3), letters(2)
    for invitation in first:
        Client().get(invitation.path, **GATEWAY)
    assert sweep.look(now=later).gateways == 0
    for invitation in second:
        Client().get(invitation.path, **GATEWAY)
    LinkVisit.objects.update(at=clock.now())

    assert sweep.look(now=later).gateways == 5


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


def test_answer_that_was_worked_on_keeps_that_moment_when_it_is_held_and_stops_no_other(db, later):
    moment = clock.now()
    worked_on, waiting = letters(2)
    for invitation in (worked_on, waiting):
        Client().post(invitation.path, {"step": "score", "score": "0"}, **GATEWAY)
        Client().get(f"{invitation.path}d/", **GATEWAY)
    Response.objects.update(settled_at=moment)
    Response.objects.filter(invitation=worked_on).update(routed_at=moment)

    assert sweep.look(now=later).held == 2

    settled = dict(Response.objects.values_list("invitation", "settled_at"))
    assert settled == {worked_on.pk: moment, waiting.pk: None}


def test_a_persons_gesture_is_no_evidence_against_what_they_answer_elsewhere(db, later):
    """Behind a gateway first, at home next; there once more without scripts; and then the gateway opens all links."""
    (invitation,) = letters(1)
    pressed = {"step": "score", "scripted": "1", "gesture": "pointer"}
    Client().post(invitation.path, {**pressed, "score": "9"}, **GATEWAY)
    Client().post(invitation.path, {**pressed, "score": "8"}, **HOME)
    Client().post(invitation.path, {"step": "score", "score": "9"}, **HOME)
    assert Response.objects.get().suspicion == ["no_script"]
    Client().get(f"{invitation.path}d/", **GATEWAY)

    assert sweep.look(now=later).held == 0

    assert Response.objects.counted().get().score == 9


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


@pytest.mark.parametrize(("metric", "enough"), [(scale.metric, scale.sweep) for scale in SCALES.values()])
def test_as_many_buttons_as_no_person_presses_are_a_burst_and_one_fewer_is_none(db, later, metric, enough):
    sweeping, impatient = (
        InvitationFactory(version__survey__metric=metric, contact__email=f"ona@{domain}.example")
        for domain in ("bank", "shop")
    )
    for score in SCALES[metric].scores[:enough]:
        Client().get(sweeping.path, {"score": score}, **GATEWAY)
    for score in SCALES[metric].scores[: enough - 1]:
        Client().get(impatient.path, {"score": score}, **GATEWAY)

    sweep.look(now=later)

    assert list(MailDomain.objects.values_list("name", "bursts", "decoys")) == [("bank.example", 1, 0)]


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
