"""Conditions on customers are kept under a name, for oneself or for everybody, and counted for each reader."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock
from accounts.models import SecurityEvent
from crm.models import LatestScore
from surveys.models import CustomerSegment
from tests.factories import CompanyFactory, ContactFactory, DealFactory, PlaybookFactory, ProductFactory, WaveFactory

pytestmark = pytest.mark.django_db
NOW = clock.now()


def customer(name, score, category, of=None, **fields):
    contact = ContactFactory(first_name=name, last_name="", **fields.pop("contact", {}))
    if of is not None:
        DealFactory(contact=contact, manager=of)
    LatestScore.objects.create(
        contact=contact, metric="nps", answer=contact.pk, answered_at=NOW, score=score, category=category, **fields
    )
    return contact


@pytest.fixture
def customers(owner, stranger):
    """Two critics and a promoter of the owner's, and a critic of another team."""
    customer("Ona", 2, "detractor", owner, work="not_reached")
    customer("Rasa", 4, "detractor", owner)
    customer("Ivan", 10, "promoter", owner)
    customer("Stepan", 1, "detractor", stranger)


def kept_by(person, name="Critics", *, is_shared=False, **conditions):
    conditions = conditions or {"answered": "detractor"}
    return CustomerSegment.objects.create(owner=person, name=name, conditions=conditions, is_shared=is_shared)


def counts(page):
    return {each.segment.name: each.customers for each in page.context["segments"]}


def test_conditions_are_kept_under_a_name_without_the_words_searched_for(client, owner, customers):
    client.force_login(owner)

    response = client.post("/contacts/segments/?answered=detractor&work=not_reached&q=ona&page=2", {"name": "  Now  "})

    segment = CustomerSegment.objects.get()
    assert (segment.name, segment.owner, segment.is_shared) == ("Now", owner, False)
    assert segment.conditions == {"answered": "detractor", "work": "not_reached"}
    assert response["Location"] == f"/contacts/?answered=detractor&work=not_reached&segment={segment.pk}"
    page = client.get(response["Location"])
    assert [contact.first_name for contact in page.context["page"]] == ["Ona"]
    assert "Change the segment “Now”" in page.text
    assert "Follow-up: open, not reached yet" in page.text


def test_a_name_that_is_taken_is_refused_and_what_was_typed_stays(client, owner, customers):
    client.force_login(owner)
    client.post("/contacts/segments/?answered=detractor", {"name": "Mine"})

    page = client.post("/contacts/segments/?answered=promoter&q=ona", {"name": "Mine"})

    assert "You have another segment of this name." in page.text
    assert 'value="Mine"' in page.text
    assert '<details class="card" open>' in page.text
    assert page.context["query"] == "answered=promoter&q=ona"
    assert [segment.conditions for segment in CustomerSegment.objects.all()] == [{"answered": "detractor"}]


def test_pages_of_a_list_that_says_what_to_fix_are_those_of_the_list(client, owner, customers, monkeypatch):
    monkeypatch.setattr("followups.customers.list_page.PAGE", 1)
    client.force_login(owner)

    page = client.post("/contacts/segments/?answered=detractor", {"name": ""})

    assert "/contacts/?answered=detractor&amp;page=2" in page.text


def test_the_same_form_sent_twice_keeps_one(client, owner, customers):
    client.force_login(owner)
    sent = [client.post("/contacts/segments/?answered=detractor", {"name": "Mine"}) for _ in range(2)]

    assert len({answer["Location"] for answer in sent}) == CustomerSegment.objects.count() == 1


@pytest.mark.parametrize("query", ["", "q=ona", "answered=nonsense", "product=999999"])
def test_without_conditions_nothing_is_kept(client, owner, query):
    client.force_login(owner)

    client.post(f"/contacts/segments/?{query}", {"name": "All"})

    assert not CustomerSegment.objects.exists()


def test_only_managers_show_a_segment_to_everybody(client, owner, manager):
    for person in (owner, manager):
        client.force_login(person)
        client.post("/contacts/segments/?answered=detractor", {"name": "Critics", "is_shared": "on"})

    assert dict(CustomerSegment.objects.values_list("owner", "is_shared")) == {owner.pk: False, manager.pk: True}


def test_each_reader_counts_their_own_customers(client, owner, manager, stranger, administrator, customers):
    kept_by(manager, is_shared=True)
    kept_by(stranger, "Secret")

    for person, number in ((owner, 2), (stranger, 1), (administrator, 3)):
        client.force_login(person)
        assert counts(client.get("/contacts/"))["Critics"] == number
    client.force_login(owner)
    assert "Secret" not in client.get("/contacts/").text


def test_what_was_counted_a_moment_ago_is_told_from_the_cache(client, administrator, customers, monkeypatch):
    monkeypatch.setattr("followups.customers.segments.FEW", 0)
    kept_by(administrator, is_shared=True)
    client.force_login(administrator)
    assert counts(client.get("/contacts/")) == {"Critics": 3}
    customer("New", 0, "detractor", None)

    assert counts(client.get("/contacts/")) == {"Critics": 3}


def test_a_name_is_kept_as_it_can_be_written(client, owner, customers):
    client.force_login(owner)

    client.post("/contacts/segments/?answered=detractor", {"name": "No\x00w"})
    client.post("/contacts/segments/?answered=detractor", {"name": "No\x00w"})

    assert [(kept.name, kept.conditions) for kept in CustomerSegment.objects.all()] == [
        ("Now", {"answered": "detractor"})
    ]


def test_a_segment_whose_product_is_gone_says_so_and_has_nobody(client, owner, customers):
    product = ProductFactory()
    segment = kept_by(owner, product=str(product.pk))
    product.delete()
    client.force_login(owner)

    page = client.get("/contacts/")

    assert counts(page) == {segment.name: None}
    assert "unreadable" in page.text


def test_more_segments_take_no_more_queries(client, owner, customers):
    client.force_login(owner)
    kept_by(owner, "1")
    client.get("/contacts/")
    with CaptureQueriesContext(connection) as few:
        client.get("/contacts/")
    for number in range(2, 6):
        kept_by(owner, str(number), answered="promoter")

    with CaptureQueriesContext(connection) as more:
        page = client.get("/contacts/")

    assert counts(page) == {"1": 2, "2": 1, "3": 1, "4": 1, "5": 1}
    assert len(more) == len(few)


def test_a_segment_is_changed_and_deleted_by_its_owner_alone(client, owner, teammate, manager, customers):
    segment = kept_by(owner, is_shared=True)
    for person in (teammate, manager):
        client.force_login(person)
        assert client.post(f"/contacts/segments/{segment.pk}/?answered=promoter", {"name": "Mine"}).status_code == 404
        assert client.post(f"/contacts/segments/{segment.pk}/deletion/").status_code == 404
    client.force_login(owner)

    client.post(f"/contacts/segments/{segment.pk}/?answered=promoter", {"name": "Fans"})
    segment.refresh_from_db()
    assert (segment.name, segment.conditions) == ("Fans", {"answered": "promoter"})

    client.post(f"/contacts/segments/{segment.pk}/deletion/")
    assert not CustomerSegment.objects.exists()


def test_a_segment_that_a_wave_asks_is_neither_changed_nor_deleted_by_whoever_may_not_change_waves(
    client, manager, customers
):
    segment = kept_by(manager, is_shared=True)
    WaveFactory(segment=segment)
    client.force_login(manager)

    client.post(f"/contacts/segments/{segment.pk}/?answered=promoter", {"name": "Fans"})
    page = client.post(f"/contacts/segments/{segment.pk}/deletion/", follow=True)

    segment.refresh_from_db()
    assert segment.conditions == {"answered": "detractor"}
    assert "A wave or a playbook goes by who is in this segment" in page.text


def test_a_segment_that_a_playbook_is_for_stays_with_administrators(client, manager, customers):
    segment = kept_by(manager, is_shared=True)
    PlaybookFactory(segment=segment)
    client.force_login(manager)

    client.post(f"/contacts/segments/{segment.pk}/?answered=promoter", {"name": "Fans"})
    page = client.post(f"/contacts/segments/{segment.pk}/deletion/", follow=True)

    segment.refresh_from_db()
    assert segment.conditions == {"answered": "detractor"}
    assert "A wave or a playbook goes by who is in this segment" in page.text


def test_get_changes_nothing(client, owner):
    segment = kept_by(owner)
    client.force_login(owner)

    for address in ("", f"{segment.pk}/", f"{segment.pk}/deletion/"):
        assert client.get(f"/contacts/segments/{address}").status_code == 405


def test_conditions_of_every_kind_survive_the_page(client, administrator, customers):
    client.force_login(administrator)
    hostile = {
        "answered": "x" * 500,
        "product": "-1",
        "score_from": "9",
        "score_to": "1",
        "region": "\x00'--",
        "q": "%",
    }

    page = client.get("/contacts/", hostile)

    assert page.status_code == 200
    assert "This is less than the lowest one." in page.text


def test_customers_are_taken_along_as_a_file_and_who_took_them_is_written_down(client, manager, owner):
    company = CompanyFactory(name="@SUM(1)")
    ona = customer("=HYPERLINK(1)", 2, "detractor", owner, topics=["price", "support"], contact={"company": company})
    customer("Ivan", 10, "promoter", owner)
    DealFactory(contact=ona, amount_base=70, status="won", closed_at=NOW - timedelta(days=3))
    client.force_login(manager)

    response = client.get("/contacts/csv/", {"answered": "detractor"})

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("id,source,external_id,name,company,")
    assert len(lines) == 2
    assert ",'=HYPERLINK(1),'@SUM(1)," in lines[1]
    assert ",70.00,EUR,nps,2,detractor,,," in lines[1]
    assert '"price, support"' in lines[1]
    event = SecurityEvent.objects.get(kind=SecurityEvent.Kind.EXPORTED)
    assert event.subject == "customers.csv"
    assert event.details == {"rows": 1, "filters": {"answered": "detractor"}}


def test_conditions_that_cannot_be_read_take_nobody_along(client, manager, owner, customers):
    client.force_login(manager)

    response = client.get("/contacts/csv/?product=999999")

    assert (response.status_code, response["Location"]) == (302, "/contacts/?product=999999")
    assert not SecurityEvent.objects.filter(kind="exported").exists()


def test_agents_take_no_customers_along_and_managers_those_of_their_team(client, owner, manager, customers):
    client.force_login(owner)
    assert client.get("/contacts/csv/").status_code == 403
    assert "/contacts/csv/" not in client.get("/contacts/").text
    client.force_login(manager)

    lines = b"".join(client.get("/contacts/csv/").streaming_content).decode().splitlines()

    assert len(lines) == 4
    assert "Stepan" not in "".join(lines)
