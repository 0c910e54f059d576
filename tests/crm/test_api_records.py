"""Reading and writing one record of each kind."""

from datetime import UTC, datetime

import pytest

from crm.models import Channel, Company, Contact, Deal, Product, Touchpoint
from crm.references import UNKNOWN
from tests.factories import CompanyFactory, ContactFactory, DealFactory, TouchpointFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("many", "model"), [("companies", Company), ("products", Product), ("channels", Channel)])
def test_a_named_record_is_created_then_changed_then_left_as_it_is(api, many, model):
    created = api.put(f"/api/v1/{many}/x-1/", {"name": "One"})
    changed = api.put(f"/api/v1/{many}/x-1/", {"name": "Two"})
    same = api.put(f"/api/v1/{many}/x-1/", {"name": "Two"})

    assert [created.status_code, changed.status_code, same.status_code] == [201, 200, 200]
    assert same.json() == changed.json()
    record = model.objects.get()
    assert (record.source, record.external_id, record.name) == ("hubspot", "x-1", "Two")
    assert api.get(f"/api/v1/{many}/x-1/").json() == same.json()


def test_a_contact_is_kept_in_one_form(api):
    api.put("/api/v1/companies/c-1/", {"name": "Ąžuolas"})

    answer = api.put(
        "/api/v1/contacts/p-1/",
        {
            "company": "c-1",
            "first_name": " Ona ",
            "email": " Ona@Shop.Example ",
            "phone": "8 600 00000",
            "region": "LT",
            "language": "lt-LT",
            "timezone": "Europe/Vilnius",
            "customer_since": "2024-02-29",
            "consent": {"email": "given", "sms": "objected"},
            "marketing_consent": {"email": "objected", "sms": "given"},
            "marketing_consent_at": "2026-03-02T10:00:00+02:00",
            "marketing_consent_evidence": "Order form, version 7",
        },
    )

    assert answer.status_code == 201
    body = answer.json()
    assert {name: body[name] for name in ("company", "first_name", "email", "phone", "language", "consent")} == {
        "company": "c-1",
        "first_name": "Ona",
        "email": "ona@shop.example",
        "phone": "+37060000000",
        "language": "lt",
        "consent": {"email": "given", "sms": "objected"},
    }
    assert body["marketing_consent"] == {"email": "objected", "sms": "given"}
    kept = Contact.objects.get().consents.get(use="marketing", medium="sms")
    assert (kept.changed_at, kept.evidence) == (datetime(2026, 3, 2, 8, tzinfo=UTC), "Order form, version 7")
    assert list(Contact.objects.get().consents.values_list("origin", flat=True).distinct()) == ["API: Key of hubspot"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "no address", "“no address” is not an e-mail address."),
        ("phone", "600 00000", "Start the phone number with + and the country code, such as +37060000000."),
        ("phone", "+1", "“+1” is not a phone number."),
        ("language", "French", "“French” is not a language. Use a tag such as lt or pt-BR."),
        ("timezone", "Vilnius", "“Vilnius” is not a time zone. Use an IANA name such as Europe/Vilnius."),
        ("customer_since", "2026-02-30", "“2026-02-30” is not a date. Use a form such as 2026-05-04."),
        ("company", "nowhere", "There is no company “nowhere”. Send the company first, or leave this field out."),
        ("first_name", "a\x00b", "Remove the null characters and halves of surrogate pairs."),
        ("first_name", ["Ona"], "Not a valid string."),
        ("consent", {"pigeon": "given"}, None),
        ("marketing_consent", {"pigeon": "given"}, None),
        ("marketing_consent_email", "given", "There is no such field."),
        ("e-mail", "ona@shop.example", "There is no such field."),
    ],
)
def test_a_contact_with_a_wrong_field_is_refused_with_the_reason(api, field, value, message):
    answer = api.put("/api/v1/contacts/p-1/", {field: value})

    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "invalid"
    expected = {field: message} if message else {f"{field}.pigeon": "There is no such field."}
    assert error["fields"] == expected
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("amount", "much", "“much” is not an amount. Use a number such as 1250.00."),
        ("amount", -1, "Use an amount between 0 and 999999999999.99."),
        ("amount", True, "Use a number, or a number written as a string."),
        ("currency", "euro", "“EURO” is not a currency. Use a code such as EUR."),
        ("closed_at", "2026-05-04T16:30:00", "Add the offset from UTC, as in 2026-05-04T16:30:00+03:00."),
        ("closed_at", "0001-01-01T00:00:00+14:00", "Use a year between 1900 and 2200."),
        (
            "closed_at",
            "2026-05-04T16:30:00Z",
            "Only a deal that is won or lost has a closing time; send the status too.",
        ),
        ("closed_at", "2201-12-31T23:59:59-20:36", "Use a year between 1900 and 2200."),
        ("status", "perhaps", '"perhaps" is not a valid choice.'),
        ("contact", None, "This field may not be null."),
        (
            "manager",
            "nobody@plumb.example",
            UNKNOWN["manager"] % {"external_id": "nobody@plumb.example"},
        ),
    ],
)  # fmt: skip
def test_a_deal_with_a_wrong_field_is_refused_with_the_reason(api, field, value, message):
    ContactFactory(source="hubspot", external_id="p-1")

    answer = api.put("/api/v1/deals/d-1/", {"contact": "p-1", field: value})

    assert answer.status_code == 400
    assert answer.json()["error"]["fields"] == {field: message}
    assert not Deal.objects.exists()


def test_a_new_deal_needs_a_contact(api):
    answer = api.put("/api/v1/deals/d-1/", {"title": "Boots"})

    assert answer.status_code == 400
    assert answer.json()["error"]["fields"] == {"contact": "A new record needs this field."}


@pytest.mark.parametrize("name", ["olena@plumb.example", "OLENA@plumb.example", "m-7"])
def test_a_manager_is_named_by_address_or_external_id(api, name):
    olena = UserFactory(email="olena@plumb.example", source="hubspot", external_id="m-7")
    ContactFactory(source="hubspot", external_id="p-1")

    answer = api.put("/api/v1/deals/d-1/", {"contact": "p-1", "manager": name, "amount": 10.005})

    assert answer.status_code == 201
    assert (answer.json()["manager"], answer.json()["amount"]) == ("olena@plumb.example", "10.01")
    assert Deal.objects.get().manager == olena


def test_what_is_made_by_hand_may_be_referred_to_and_the_own_record_wins(api):
    by_hand = CompanyFactory(source="", external_id="c-1")
    first = api.put("/api/v1/contacts/p-1/", {"company": "c-1"})
    own = CompanyFactory(source="hubspot", external_id="c-1")
    second = api.put("/api/v1/contacts/p-2/", {"company": "c-1"})

    assert [first.status_code, second.status_code] == [201, 201]
    assert list(Contact.objects.order_by("id").values_list("company", flat=True)) == [by_hand.id, own.id]


def test_null_detaches_and_empties(api):
    company = CompanyFactory(source="hubspot", external_id="c-1")
    ContactFactory(source="hubspot", external_id="p-1", company=company, phone="+37060000000")

    answer = api.put("/api/v1/contacts/p-1/", {"company": None, "phone": None, "customer_since": None})

    assert answer.status_code == 200
    assert (answer.json()["company"], answer.json()["phone"]) == (None, "")


def test_an_opt_out_is_recorded_and_not_taken_back(api):
    first = api.put("/api/v1/contacts/p-1/", {"do_not_contact": True, "consent": {"email": "objected"}}).json()
    second = api.put(
        "/api/v1/contacts/p-1/",
        {"first_name": "Ona", "do_not_contact": False, "consent": {"email": "given", "sms": "given"}},
    ).json()

    assert first["do_not_contact"] is True
    assert first["do_not_contact_reason"] == "imported"
    assert (second["first_name"], second["do_not_contact"]) == ("Ona", True)
    assert second["do_not_contact_at"] == first["do_not_contact_at"]
    assert second["consent"] == {"email": "objected", "sms": "given"}


def test_what_was_said_of_offers_is_no_word_on_surveys_nor_the_other_way(api):
    api.put("/api/v1/contacts/p-1/", {"marketing_consent": {"email": "objected"}, "consent": {"email": "given"}})
    body = api.put("/api/v1/contacts/p-1/", {"marketing_consent": {"email": "given"}, "consent": {}}).json()

    assert (body["consent"], body["marketing_consent"]) == ({"email": "given"}, {"email": "objected"})
    assert api.put("/api/v1/contacts/p-1/", {"marketing_consent": {"email": ""}}).status_code == 400


@pytest.mark.parametrize("external_id", ["gid://shop/Order/1", "a b", "Ąžuolas", "%", "bulky", "1.5", "דן"])
def test_an_external_id_may_hold_any_characters_that_can_be_seen(api, external_id):
    from urllib.parse import quote

    address = f"/api/v1/products/{quote(external_id, safe='')}/"

    assert api.put(address, {"name": "Boots"}).status_code == 201
    assert api.get(address).json()["external_id"] == external_id


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/companies/%00/",
        "/api/v1/companies/a%0Ab/",
        "/api/v1/companies/a%E2%80%AEb/",
        f"/api/v1/companies/{'x' * 201}/",
    ],
)
def test_an_impossible_external_id_is_refused(api, address):
    for answer in (api.put(address, {"name": "One"}), api.get(address)):
        assert answer.status_code == 400
        assert list(answer.json()["error"]["fields"]) == ["external_id"]


def test_each_source_sees_its_own_records(api, other_api):
    CompanyFactory(source="hubspot", external_id="1", name="Ours")
    CompanyFactory(source="pipedrive", external_id="2", name="Theirs")
    CompanyFactory(name="By hand")

    assert [row["name"] for row in api.get("/api/v1/companies/").json()["results"]] == ["Ours"]
    assert [row["name"] for row in other_api.get("/api/v1/companies/").json()["results"]] == ["Theirs"]
    assert other_api.get("/api/v1/companies/1/").status_code == 404
    assert other_api.put("/api/v1/companies/1/", {"name": "Also theirs"}).status_code == 201
    assert Company.objects.filter(external_id="1").count() == 2


def test_lists_are_filtered(api):
    old, new = (
        ContactFactory(
            source="hubspot", external_id=str(n), email=f"{n}@shop.example", updated_at=datetime(2026, n, 1, tzinfo=UTC)
        )
        for n in (1, 2)
    )
    DealFactory(source="hubspot", external_id="d-1", contact=old)
    DealFactory(
        source="hubspot", external_id="d-2", contact=new, status="won", closed_at=datetime(2026, 3, 1, tzinfo=UTC)
    )
    TouchpointFactory(source="hubspot", external_id="t-1", kind="meeting", contact=old)

    def found(address):
        return [row["external_id"] for row in api.get(f"/api/v1/{address}").json()["results"]]

    assert found("contacts/") == ["2", "1"]
    assert found("contacts/?email=1@SHOP.example") == ["1"]
    assert found("contacts/?external_id=2") == ["2"]
    assert found("contacts/?updated_since=2026-01-15T00:00:00Z") == ["2"]
    assert found("contacts/?updated_since=2026-01-15T00:00:00+02:00") == ["2"]
    assert found("contacts/?do_not_contact=true") == []
    assert found("deals/?status=won") == ["d-2"]
    assert found("deals/?contact=1") == ["d-1"]
    assert found("deals/?closed_since=2026-03-01T00:00:00Z&closed_before=2026-03-02T00:00:00Z") == ["d-2"]
    assert found("touchpoints/?kind=meeting") == ["t-1"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=%25M", "updated_since"),
        ("external_id=%00", "external_id"),
        ("cursor=cD1uZXZlcg==", "cursor"),
        ("cursor=nonsense", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=zzzz", "cursor"),
        ("cursor=cj0x", "cursor"),
        ("page_size=0", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=1001", "page_size"),
        ("page_size=many", "page_size"),
        ("page_size=", "page_size"),
        ("page_size=%D9%A1", "page_size"),
        ("emial=ona@shop.example", "emial"),
        ("email__contains=ona", "email__contains"),
        ("%00=1", "\ufffd"),
        ("language=lt&language=uk", "language"),
        ("email=ona", "email"),
        ("phone=12", "phone"),
        ("do_not_contact=perhaps", "do_not_contact"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(api, query, field):
    answer = api.get(f"/api/v1/contacts/?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == [field]


def test_an_unknown_filter_is_told_the_known_ones(api):
    sentence = api.get("/api/v1/products/?active=1").json()["error"]["fields"]["active"]

    assert sentence == ("There is no such filter. Known: external_id, updated_since, is_active, cursor, page_size.")


@pytest.mark.parametrize(
    "query",
    [
        "email=ona+news@shop.example",
        "email=ona%2Bnews@SHOP.example",
        "phone=+37060000000",
        "phone=%2B370 600 00000",
        "phone=37060000000",
        "phone=0037060000000",
    ],
)
def test_a_contact_is_found_by_its_address_whether_or_not_the_plus_is_escaped(api, query):
    fields = {"email": "Ona+News@shop.example", "phone": "+370 600 00000"}
    api.put("/api/v1/contacts/1/", fields)
    api.put("/api/v1/contacts/2/", {"email": "ona@shop.example", "phone": "+37060000001"})

    assert [row["external_id"] for row in api.get(f"/api/v1/contacts/?{query}").json()["results"]] == ["1"]


def test_pages_are_followed_without_a_row_lost_or_doubled(api):
    for n in range(5):
        CompanyFactory(source="hubspot", external_id=str(n))

    seen, address = [], "/api/v1/companies/?page_size=2"
    while address:
        page = api.get(address).json()
        seen += [row["external_id"] for row in page["results"]]
        CompanyFactory(source="hubspot", external_id=f"meanwhile-{len(seen)}")
        address = page["next"]

    assert seen == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("many", "queries"), [("contacts", 5), ("deals", 2), ("touchpoints", 2)])
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(api, rows, many, queries, django_assert_num_queries):
    api.get("/api/v1/companies/")  # notes that the key is in use
    for n in range(rows):
        contact = ContactFactory(source="hubspot", external_id=str(n), company=CompanyFactory())
        contact.consents.create(medium="email", status="given")
        facts = {"contact": contact, "company": contact.company, "manager": UserFactory()}
        deal = DealFactory(source="hubspot", external_id=str(n), **facts)
        TouchpointFactory(source="hubspot", external_id=str(n), deal=deal, **facts)

    with django_assert_num_queries(queries):
        answer = api.get(f"/api/v1/{many}/")

    assert len(answer.json()["results"]) == rows
    assert Touchpoint.objects.count() == rows
