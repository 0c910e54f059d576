"""Rows at the limits of what is legal are taken in bulk, and asked about, like any others."""

from datetime import time, timedelta

import pytest

from accounts import clock
from crm.models import Deal, Touchpoint
from crm.records.fields import Shape
from crm.records.kinds import RECORDS
from delivery.dispatch import send_due
from delivery.models import Message
from surveys.models import Invitation
from surveys.services import judge_due, plan_invitations
from tests.bad_rows import LONGEST_ADDRESS
from tests.factories import SurveyVersionFactory, TriggerFactory

pytestmark = pytest.mark.django_db
# A letter that takes four bytes, so that lengths in characters and in bytes differ most.
WIDE = "𝕬"
OLDEST, NEWEST = "1900-01-01T00:00:00Z", "2200-12-31T23:59:59Z"
ID = {kind: f"{kind[0]}{WIDE * 199}" for kind in RECORDS}
REFERENCES = {name: ID[name] for name in ("company", "contact", "product", "channel", "deal")}
VALUES = {
    Shape.EMAIL: LONGEST_ADDRESS,
    Shape.PHONE: "+882163456789012",
    Shape.AMOUNT: "999999999999.99",
    Shape.YEAR: 1900,
    Shape.DAY: "1900-01-01",
    Shape.MOMENT: OLDEST,
    Shape.YES_NO: True,
}
# What must be one of a few words, or would have another meaning than to be long.
WORDS = {
    "timezone": "America/Argentina/ComodRivadavia", "currency": "EUR", "kind": "k" * 30, "language": "pt-BR",
    "url": f"https://crm.example/{'d' * 480}", "status": "won", "size_band": "1000+", "do_not_contact": False,
    "referral_code": "0123-4567-89AB-CDEF",
}  # fmt: skip
LEFT_OUT = {"external_id", "do_not_contact_at", "do_not_contact_reason", "manager", "brand"}


def value_of(name, field):
    if name in REFERENCES:
        return REFERENCES[name]
    if name in WORDS:
        return WORDS[name]
    if field.shape is Shape.LIST:
        return [VALUES[field.item.shape]]
    return VALUES.get(field.shape, WIDE * field.longest)


def extreme(kind, **changes):
    fields = {name: field for name, field in RECORDS[kind].fields_of_programs.items() if name not in LEFT_OUT}
    return {"external_id": ID[kind]} | {name: value_of(name, field) for name, field in fields.items()} | changes


def send(api, kind, plain, **changes):
    rows = [plain, extreme(kind, **changes), plain | {"external_id": "behind"}]
    plural = {"company": "companies"}.get(kind, f"{kind}s")
    return api.post(f"/api/v1/{plural}/bulk/", {"rows": rows}, format="json").json()


@pytest.fixture
def sent(api):
    """Everything that the extreme deal refers to, with plain rows before and behind."""
    for kind, plain in (("company", {"name": "B"}), ("product", {"name": "P"}), ("channel", {"name": "C"})):
        report = send(api, kind, {"external_id": "1"} | plain)
        assert report["counts"]["created"] == 3, report["rows"][1]["errors"]
    report = send(api, "contact", {"external_id": "1", "email": "ona@shop.example"})
    assert report["counts"]["created"] == 3, report["rows"][1]["errors"]
    return api


@pytest.mark.parametrize(("moment", "amount"), [(OLDEST, "999999999999.99"), (NEWEST, "0.01")])
def test_the_longest_and_largest_rows_are_taken_in_bulk(sent, moment, amount):
    plain = {"external_id": "1", "contact": "1", "status": "open"}

    deals = send(sent, "deal", plain, opened_at=moment, closed_at=moment, amount=amount)
    touchpoints = send(
        sent, "touchpoint", {"external_id": "1", "contact": "1", "kind": "meeting", "occurred_at": moment},
        occurred_at=moment, amount=amount,
    )  # fmt: skip

    assert [report["counts"]["created"] for report in (deals, touchpoints)] == [3, 3], (deals, touchpoints)
    assert str(Deal.objects.get(external_id=ID["deal"]).amount) == amount
    assert Touchpoint.objects.filter(external_id=ID["touchpoint"], kind="k" * 30).exists()


def test_the_longest_row_is_asked_about_beside_a_plain_one(sent, mailoutbox):
    TriggerFactory(
        survey=SurveyVersionFactory().survey,
        asks_since=clock.now(),
        delay=timedelta(0),
        window_start=time(),
        window_end=time(23, 59, 59),
        window_weekdays=list(range(1, 8)),
    )
    now = clock.now().isoformat()
    send(sent, "deal", {"external_id": "1", "contact": "1", "status": "won"}, opened_at=now, closed_at=now)

    assert plan_invitations() == 3
    Invitation.objects.update(due_at=clock.now())
    judge_due()
    send_due("email")

    assert set(Message.objects.values_list("status", flat=True)) == {"sent"}
    assert sorted(LONGEST_ADDRESS in mail.to[0] for mail in mailoutbox) == [False, True]
