from time import process_time

import pytest

from crm.models import Company, Contact, Deal, Touchpoint
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


def outcomes(answer):
    return [row["outcome"] for row in answer.json()["rows"]]


def test_good_rows_are_taken_and_bad_ones_come_back_with_their_reasons(api):
    ContactFactory(source="hubspot", external_id="2", first_name="Ona", email="two@shop.example")
    ContactFactory(source="hubspot", external_id="3", first_name="Ona", email="three@shop.example")

    answer = api.post(
        "/api/v1/contacts/bulk/",
        {
            "rows": [
                {"external_id": "1", "first_name": "Ieva", "email": "one@shop.example"},
                {"external_id": "2", "first_name": "Ieva"},
                {"external_id": "3", "first_name": "Ona"},
                {"external_id": "4", "email": "nonsense"},
                {"first_name": "Nameless"},
                "no object",
                {"external_id": "1", "first_name": "Twice"},
                {"external_id": "8", "company": "nowhere"},
            ]
        },
    )

    assert answer.status_code == 200
    body = answer.json()
    assert body["counts"] == {"created": 1, "updated": 1, "unchanged": 1, "rejected": 5}
    assert [row["index"] for row in body["rows"]] == list(range(8))
    assert [row["external_id"] for row in body["rows"]] == ["1", "2", "3", "4", "", "", "1", "8"]
    assert outcomes(answer) == ["created", "updated", "unchanged", *["rejected"] * 5]
    assert [list(row["errors"]) for row in body["rows"][3:]] == [
        ["email"], ["external_id"], ["non_field_errors"], ["external_id"], ["company"],
    ]  # fmt: skip
    assert body["rows"][6]["errors"]["external_id"] == (
        "An earlier row has the same external ID; send each record once."
    )
    assert [row["id"] is None for row in body["rows"]] == [False] * 3 + [True] * 5
    assert sorted(Contact.objects.values_list("external_id", "first_name", "email")) == [
        ("1", "Ieva", "one@shop.example"),
        ("2", "Ieva", "two@shop.example"),
        ("3", "Ona", "three@shop.example"),
    ]


def test_a_thousand_rows_are_taken_and_one_more_is_refused(api):
    rows = [{"external_id": str(n), "name": f"Company {n}"} for n in range(1000)]

    first = api.post("/api/v1/companies/bulk/", {"rows": rows})
    again = api.post("/api/v1/companies/bulk/", {"rows": rows})
    too_many = api.post("/api/v1/companies/bulk/", {"rows": [*rows, {"external_id": "x", "name": "One more"}]})

    assert first.json()["counts"]["created"] == 1000
    assert again.json()["counts"]["unchanged"] == 1000
    assert [row["id"] for row in again.json()["rows"]] == [row["id"] for row in first.json()["rows"]]
    assert too_many.status_code == 400
    assert too_many.json()["error"]["fields"] == {"rows": "Send 1 to 1000 rows."}
    assert Company.objects.count() == 1000


@pytest.mark.parametrize("body", [[], {}, {"rows": {}}, {"rows": []}, {"rows": [{}], "more": 1}, "rows", 7, None])
def test_a_body_that_holds_no_rows_is_refused(api, body):
    answer = api.post("/api/v1/companies/bulk/", body)

    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == ["rows"]


@pytest.mark.parametrize("count", [1, 60])
def test_the_number_of_statements_does_not_grow_with_the_rows(api, count, django_assert_num_queries):
    for n in range(count):
        ContactFactory(source="hubspot", external_id=str(n))
    api.get("/api/v1/companies/")  # notes that the key is in use
    contacts = [
        {"external_id": str(n), "first_name": f"Ieva {n}", "consent": {"email": "given"}, "do_not_contact": False}
        for n in range(count)
    ]
    deals = [{"external_id": str(n), "contact": str(n), "status": "won"} for n in range(count)]
    touchpoints = [
        {"external_id": str(n), "deal": str(n), "kind": "meeting", "occurred_at": "2026-05-04T16:30:00Z"}
        for n in range(count)
    ]

    with django_assert_num_queries(17):
        first = api.post("/api/v1/contacts/bulk/", {"rows": contacts})
    with django_assert_num_queries(15):
        second = api.post("/api/v1/deals/bulk/", {"rows": deals})
    with django_assert_num_queries(14):
        third = api.post("/api/v1/touchpoints/bulk/", {"rows": touchpoints})

    assert first.json()["counts"]["updated"] == count
    assert second.json()["counts"]["created"] == count
    assert third.json()["counts"]["created"] == count
    assert Deal.objects.count() == count
    assert Touchpoint.objects.count() == 2 * count


def test_very_many_unknown_fields_cost_little(api):
    row = {"external_id": "1", "name": "One"} | {f"field {n}": n for n in range(100_000)}

    before = process_time()
    answer = api.post("/api/v1/companies/bulk/", {"rows": [row]})

    assert len(answer.json()["rows"][0]["errors"]) == 20
    assert len(answer.content) < 3_000
    assert process_time() - before < 2


def test_what_was_left_as_it_is_is_said(api):
    api.put("/api/v1/contacts/1/", {"do_not_contact": True, "consent": {"email": "objected"}})

    answer = api.post(
        "/api/v1/contacts/bulk/",
        {"rows": [{"external_id": "1", "do_not_contact": False, "consent": {"email": "given", "sms": "given"}}]},
    )

    (row,) = answer.json()["rows"]
    assert row["outcome"] == "updated"
    assert row["notes"] == {
        "do_not_contact": "This contact opted out; only a member of staff can take that back.",
        "consent": "An objection stays (email); only a member of staff can take it back.",
    }
