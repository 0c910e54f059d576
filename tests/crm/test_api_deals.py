"""What follows from deals and touchpoints that clients send."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from crm.models import Deal, Touchpoint
from crm.signals import touchpoints_recorded
from tests.factories import ChannelFactory, CompanyFactory, ContactFactory, ProductFactory, UserFactory

pytestmark = pytest.mark.django_db

WON = {"status": "won", "closed_at": "2026-05-04T16:30:00+03:00"}
AT = datetime(2026, 5, 4, 13, 30, tzinfo=UTC)


@pytest.fixture
def contact(db):
    return ContactFactory(source="hubspot", external_id="p-1")


@pytest.fixture
def signals():
    heard = []

    def hear(**_kwargs):
        heard.append(True)

    touchpoints_recorded.connect(hear)
    yield heard
    touchpoints_recorded.disconnect(hear)


def test_the_touchpoint_of_a_won_deal_is_one_and_follows_its_deal(
    api, contact, signals, django_capture_on_commit_callbacks
):
    CompanyFactory(source="hubspot", external_id="c-1")
    ProductFactory(source="hubspot", external_id="gtx")
    ChannelFactory(source="hubspot", external_id="web")
    olena = UserFactory(email="olena@plumb.example")
    facts = {
        "contact": "p-1", "company": "c-1", "manager": "olena@plumb.example", "product": "gtx", "channel": "web",
        "campaign": "spring", "amount": "1250.00", "currency": "eur",
    }  # fmt: skip

    with django_capture_on_commit_callbacks(execute=True):
        for _repeat in range(3):
            api.put("/api/v1/deals/d-1/", {**facts, **WON})
    assert (Touchpoint.objects.get().manager, Touchpoint.objects.get().team) == (olena, olena.team)
    with django_capture_on_commit_callbacks(execute=True):
        api.put("/api/v1/deals/d-1/", {"manager": None, "amount": 1, "campaign": "autumn"})

    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.kind, touchpoint.occurred_at, touchpoint.cancelled_at) == ("deal_won", AT, None)
    assert (touchpoint.contact, touchpoint.manager, touchpoint.campaign) == (contact, None, "autumn")
    assert (touchpoint.company.external_id, touchpoint.product.external_id, touchpoint.channel.external_id) == (
        "c-1", "gtx", "web",
    )  # fmt: skip
    assert (touchpoint.amount, touchpoint.amount_base, touchpoint.team) == (1, 1, None)
    assert signals == [True]
    assert [row["deal"] for row in api.get("/api/v1/touchpoints/").json()["results"]] == ["d-1"]


@pytest.mark.parametrize("status", ["lost", "open"])
def test_a_win_that_is_undone_is_cancelled_and_stands_again_when_won_anew(api, contact, status):
    api.put("/api/v1/deals/d-1/", {"contact": "p-1", **WON})

    delivered = {"kind": "order_delivered", "deal": "d-1", "occurred_at": "2026-05-06T09:00:00Z"}
    met = {"kind": "meeting", "deal": "d-1", "occurred_at": "2026-05-06T09:00:00Z"}
    api.put("/api/v1/touchpoints/t-1/", delivered)
    api.put("/api/v1/touchpoints/t-2/", met)

    api.put("/api/v1/deals/d-1/", {"status": status})
    cancelled = set(Touchpoint.objects.filter(cancelled_at__isnull=False).values_list("kind", flat=True))
    api.put("/api/v1/deals/d-1/", {"status": "won", "closed_at": "2026-06-01T00:00:00Z"})

    assert cancelled == {"deal_won", "order_delivered"}
    assert set(Touchpoint.objects.standing().values_list("kind", flat=True)) == {
        "deal_won",
        "order_delivered",
        "meeting",
    }
    touchpoint = Touchpoint.objects.get(kind="deal_won")
    assert touchpoint.occurred_at == datetime(2026, 6, 1, tzinfo=UTC)


def test_updating_an_open_deal_leaves_its_meetings_alone(api, contact):
    api.put("/api/v1/deals/d-1/", {"contact": "p-1"})
    api.put("/api/v1/touchpoints/t-1/", {"kind": "meeting", "deal": "d-1", "occurred_at": "2026-05-01T10:00:00Z"})

    api.put("/api/v1/deals/d-1/", {"title": "Boots"})

    assert Touchpoint.objects.get().cancelled_at is None


def test_the_api_and_the_model_agree(api, contact):
    api.put("/api/v1/deals/d-1/", {"contact": "p-1", "amount": "5.00", **WON})
    by_hand = Deal.objects.create(contact=contact, amount=5)
    by_hand.win(at=AT)

    facts = ["contact", "company", "manager", "product", "channel", "campaign", "amount", "currency"]
    fields = [*facts, "kind", "occurred_at"]
    first, second = Touchpoint.objects.order_by("id").values(*fields, "source", "external_id", "cancelled_at")
    assert first == second


def test_many_deals_are_won_and_lost_in_one_request(api, contact, signals, django_capture_on_commit_callbacks):
    rows = [{"external_id": str(n), "contact": "p-1", **WON} for n in range(5)]
    with django_capture_on_commit_callbacks(execute=True):
        api.post("/api/v1/deals/bulk/", {"rows": rows})
    rows = [{"external_id": str(n), "status": "lost" if n < 2 else "won"} for n in range(5)]
    with django_capture_on_commit_callbacks(execute=True):
        api.post("/api/v1/deals/bulk/", {"rows": rows})

    assert signals == [True, True]
    assert list(Touchpoint.objects.standing().order_by("deal").values_list("deal__external_id", "kind")) == [
        ("0", "deal_lost"), ("1", "deal_lost"), ("2", "deal_won"), ("3", "deal_won"), ("4", "deal_won"),
    ]  # fmt: skip
    assert Touchpoint.objects.count() == 7


def test_another_touchpoint_takes_what_it_leaves_out_from_its_deal_once(api, contact):
    api.put("/api/v1/deals/d-1/", {"contact": "p-1", "amount": "70.00", "campaign": "spring"})
    body = {"kind": "order_delivered", "deal": "d-1", "occurred_at": "2026-05-06T09:00:00Z", "campaign": "own"}

    created = api.put("/api/v1/touchpoints/t-1/", body)
    api.put("/api/v1/deals/d-1/", {"amount": "80.00"})
    same = api.put("/api/v1/touchpoints/t-1/", body)

    assert [created.status_code, same.status_code] == [201, 200]
    assert created.json() == same.json()
    assert (same.json()["contact"], same.json()["amount"], same.json()["campaign"]) == ("p-1", "70.00", "own")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"kind": "deal_won", "contact": "p-1"}, ["kind"]),
        ({"kind": "order_delivered", "deal": "d-1"}, ["deal"]),
        ({"kind": "meeting"}, ["contact"]),
        ({"contact": "p-1"}, ["kind"]),
        ({"kind": "meeting", "contact": "p-1", "occurred_at": None}, ["occurred_at"]),
        ({"kind": "meeting", "contact": "p-1", "deal": "d-2"}, ["deal"]),
    ],
)
def test_a_touchpoint_that_cannot_be_is_refused(api, contact, body, fields):
    api.put("/api/v1/deals/d-1/", {"contact": "p-1"})
    moment = {"occurred_at": "2026-05-06T09:00:00Z"}
    api.put("/api/v1/touchpoints/t-1/", {"kind": "order_delivered", "deal": "d-1", **moment})

    answer = api.put("/api/v1/touchpoints/t-2/", {**moment, **body})

    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == fields
    assert Touchpoint.objects.count() == 1


def test_kind_and_deal_of_a_touchpoint_are_fixed(api, contact):
    api.put("/api/v1/deals/d-1/", {"contact": "p-1"})
    api.put("/api/v1/deals/d-2/", {"contact": "p-1"})
    body = {"kind": "meeting", "deal": "d-1", "occurred_at": "2026-05-06T09:00:00Z"}
    api.put("/api/v1/touchpoints/t-1/", body)

    other_kind = api.put("/api/v1/touchpoints/t-1/", {"kind": "renewal"})
    other_deal = api.put("/api/v1/touchpoints/t-1/", {"deal": "d-2"})

    assert list(other_kind.json()["error"]["fields"]) == ["kind"]
    assert list(other_deal.json()["error"]["fields"]) == ["deal"]


@pytest.mark.django_db(transaction=True)
def test_eight_clients_winning_one_deal_at_once_make_one_touchpoint(api, contact):
    def win():
        try:
            answers.append(api.put("/api/v1/deals/d-1/", {"contact": "p-1", **WON}).status_code)
        finally:
            connection.close()

    answers = []
    threads = [threading.Thread(target=win) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200] * 7 + [201]
    assert Touchpoint.objects.count() == 1
