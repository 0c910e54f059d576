from datetime import UTC, datetime

import pytest

from crm.models import Company, Contact, Deal
from crm.services import take_over
from crm.upsert import upsert
from tests.factories import ContactFactory
from tests.noes import bounce, is_out_of_use

pytestmark = pytest.mark.django_db


def outcomes(results):
    return [result.outcome for result in results]


def test_new_rows_are_created_and_the_same_rows_again_change_nothing():
    rows = [{"external_id": "1", "name": "Ąžuolas"}, {"external_id": "2", "name": "Beržas", "region": "LT"}]

    assert outcomes(upsert(Company, rows, source="a")) == ["created", "created"]
    before = list(Company.objects.order_by("id").values())
    again = upsert(Company, rows, source="a")

    assert outcomes(again) == ["unchanged", "unchanged"]
    assert [result.id for result in again] == [row["id"] for row in before]
    assert list(Company.objects.order_by("id").values()) == before


def test_a_field_that_is_left_out_keeps_its_value():
    upsert(Company, [{"external_id": "1", "name": "Ąžuolas", "region": "LT", "industry": "wood"}], source="a")

    results = upsert(
        Company,
        [{"external_id": "1", "industry": "paper"}, {"external_id": "2", "name": "Beržas", "region": "LV"}],
        source="a",
    )

    assert outcomes(results) == ["updated", "created"]
    first, second = Company.objects.order_by("external_id")
    assert (first.name, first.region, first.industry) == ("Ąžuolas", "LT", "paper")
    assert (second.name, second.region, second.industry) == ("Beržas", "LV", "")


def test_a_new_row_without_what_it_must_have_is_rejected_and_the_others_are_taken():
    results = upsert(Company, [{"external_id": "1", "region": "LT"}, {"external_id": "2", "name": "B"}], source="a")

    assert outcomes(results) == ["rejected", "created"]
    assert results[0].errors == {"name": "A new record needs this field."}
    assert list(Company.objects.values_list("external_id", flat=True)) == ["2"]


def test_the_second_row_with_one_external_id_is_rejected():
    results = upsert(Company, [{"external_id": "1", "name": "A"}, {"external_id": "1", "name": "B"}], source="a")

    assert outcomes(results) == ["created", "rejected"]
    assert results[1].errors == {"external_id": "An earlier row has the same external ID; send each record once."}
    assert Company.objects.get().name == "A"


def test_two_sources_keep_their_own_records():
    upsert(Company, [{"external_id": "1", "name": "A"}], source="a")
    upsert(Company, [{"external_id": "1", "name": "B"}], source="b")

    assert dict(Company.objects.values_list("source", "name")) == {"a": "A", "b": "B"}


@pytest.mark.parametrize("count", [1, 50])
def test_three_statements_write_any_number_of_rows(count, django_assert_num_queries):
    rows = [{"external_id": str(n), "name": f"C{n}"} | ({"region": "LT"} if n % 2 else {}) for n in range(count)]

    with django_assert_num_queries(3):
        upsert(Company, rows, source="a")

    assert Company.objects.count() == count


def test_an_opt_out_is_kept_whatever_the_other_system_says():
    gone = datetime(2026, 1, 2, tzinfo=UTC)
    contact = ContactFactory(
        source="a", external_id="1", do_not_contact_at=gone, do_not_contact_reason="unsubscribed", first_name="Ona"
    )
    ContactFactory(source="a", external_id="2")

    take_over(
        Contact,
        [
            {"external_id": "1", "first_name": "Ana", "do_not_contact": False},
            {"external_id": "2", "do_not_contact": True, "do_not_contact_at": gone},
        ],
        source="a",
    )

    contact.refresh_from_db()
    assert (contact.first_name, contact.do_not_contact_at, contact.do_not_contact_reason) == (
        "Ana", gone, "unsubscribed",
    )  # fmt: skip
    assert Contact.objects.get(external_id="2").do_not_contact_reason == "imported"


def test_a_new_address_has_not_bounced():
    corrected = ContactFactory(source="a", external_id="1", email="old@shop.example")
    kept = ContactFactory(source="a", external_id="2", email="same@shop.example")
    bounce(corrected)
    bounce(kept)

    take_over(
        Contact,
        [{"external_id": "1", "email": "new@shop.example"}, {"external_id": "2", "email": "same@shop.example"}],
        source="a",
    )

    assert not is_out_of_use(corrected)
    assert is_out_of_use(kept)


def test_a_closed_deal_has_its_moment():
    contact, now = ContactFactory(), datetime(2026, 5, 6, 7, tzinfo=UTC)
    sent = datetime(2026, 4, 1, tzinfo=UTC)

    upsert(
        Deal,
        [
            {"external_id": "1", "contact_id": contact.id, "status": "won"},
            {"external_id": "2", "contact_id": contact.id, "status": "lost", "closed_at": sent},
            {"external_id": "3", "contact_id": contact.id},
        ],
        source="a",
        now=now,
    )
    later = upsert(
        Deal,
        [{"external_id": "1", "status": "won"}, {"external_id": "2", "status": "open"}],
        source="a",
    )
    refused = upsert(Deal, [{"external_id": "3", "closed_at": sent}], source="a")

    assert outcomes(later) == ["unchanged", "updated"]
    assert [r.errors.keys() for r in refused] == [{"closed_at"}]
    assert list(Deal.objects.order_by("external_id").values_list("status", "closed_at")) == [
        ("won", now), ("open", None), ("open", None),
    ]  # fmt: skip


def test_a_won_deal_that_turns_lost_is_closed_anew_and_not_when_it_was_won():
    won, lost = datetime(2026, 5, 6, 7, tzinfo=UTC), datetime(2026, 6, 7, 8, tzinfo=UTC)
    upsert(Deal, [{"external_id": "1", "contact_id": ContactFactory().id, "status": "won"}], source="a", now=won)

    upsert(Deal, [{"external_id": "1", "status": "lost"}], source="a", now=lost)

    assert Deal.objects.values_list("status", "closed_at").get() == ("lost", lost)
