"""An answer or a visit at which a batch breaks is set aside with its reason, and the others are worked."""

from datetime import timedelta

import pytest

from accounts import clock, setaside
from accounts.models import SetAsideRow
from responses.evidence import sweep
from responses.models import LinkVisit, Response, Watch
from responses.services import settle_due
from surveys.models import MailDomain
from tests.bad_rows import FIRST_MOMENT, LONG, extreme_contact, heal, poison, set_aside
from tests.factories import InvitationFactory, ResponseFactory

pytestmark = pytest.mark.django_db
BURST = 5


def crowd(domain, now):
    """Visits of one source at letters of one mail domain, at once."""
    return [
        LinkVisit.objects.create(
            invitation=InvitationFactory(contact__email=f"person{number}@{domain}"),
            at=now, method="GET", network="198.51.100.0", user_agent="Chrome",
        )
        for number in range(BURST)
    ]  # fmt: skip


def test_an_answer_that_cannot_be_settled_stops_no_other():
    bad, extreme, other = [
        ResponseFactory(finished_at=clock.now(), invitation__contact=contact)
        for contact in (extreme_contact(email="", phone=""), extreme_contact(), extreme_contact(email=""))
    ]
    Response.objects.filter(pk=extreme.pk).update(comment=LONG * 100)
    poison("responses_response", f"id <> {bad.pk} OR settled_at IS NULL")

    assert settle_due() == 2
    assert settle_due() == 0
    assert set(Response.objects.exclude(settled_at=None)) == {extreme, other}
    assert set_aside("settling") == [("", str(bad.pk))]

    heal("responses_response")
    setaside.try_again(SetAsideRow.objects.all(), now=clock.now())
    assert settle_due() == 1
    assert not SetAsideRow.objects.exists()


def test_a_visit_that_cannot_be_looked_at_stops_no_other_and_is_looked_at_when_tried_again():
    now = clock.now()
    bad, *_ = crowd("bank.example", now)
    crowd("other.example", now + timedelta(minutes=1))
    later = now + timedelta(minutes=5)
    poison("responses_linkvisit", f"id <> {bad.pk} OR verdict <> 'machine'")

    assert sweep.look(now=later).gateways == BURST
    assert not sweep.look(now=later)
    assert LinkVisit.objects.filter(verdict="machine", invitation__contact__email__endswith="other.example").exists()
    assert Watch.objects.get().last_visit_id == LinkVisit.objects.order_by("pk").last().pk


def test_visits_at_the_limits_of_what_is_legal_are_looked_at_like_any_others():
    """The longest mail domain, network and browser, on the first day that is kept, beside visits of today."""
    now = clock.now()
    extreme = extreme_contact()
    domain = extreme.email.partition("@")[2]
    limits = {"network": "f" * 45, "user_agent": "Ї" * 60, "burst_position": 32767, "score_asked_for": 32767}
    for number in range(BURST):
        contact = extreme_contact(email=f"{number}@{domain}") if number else extreme
        answer = ResponseFactory(invitation__contact=contact, suspicion=["x" * 1000], score=0)
        decoy = {
            "verdict": "machine",
            "evidence": ["decoy", LONG],
            "method": "OPTIONS",
            "since_sent": timedelta(days=45_000),
        }
        for what in (decoy, {"method": "POST"}):
            LinkVisit.objects.create(invitation=answer.invitation, at=FIRST_MOMENT, **limits | what)
    crowd("bank.example", now)

    looked = sweep.look(now=now + timedelta(minutes=1))

    assert (looked.gateways, looked.held, looked.switched) == (2 * BURST, BURST, (domain,))
    assert Response.objects.provisional().count() == BURST
    assert MailDomain.objects.get(name=domain).decoys == BURST
    assert set_aside("sweeping") == []


def test_a_visit_set_aside_is_forgotten_once_it_was_looked_at(monkeypatch):
    now = clock.now()
    bad, other, *_ = crowd("bank.example", now)
    look_at = sweep._look_at

    def raise_at_one(part):
        return 1 / 0 if part["after"] < bad.pk <= part["up_to"] else look_at(part)

    monkeypatch.setattr(sweep, "_look_at", raise_at_one)
    assert sweep.look(now=now + timedelta(minutes=1)).visits_up_to > other.pk
    assert set_aside("sweeping") == [("", str(bad.pk))]

    monkeypatch.undo()
    setaside.try_again(SetAsideRow.objects.all(), now=now)
    assert not sweep.look(now=now + timedelta(minutes=1))
    assert not SetAsideRow.objects.exists()
