"""Companies with the number of their customers, each counted once, within the reach of whoever looks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock
from crm.models import LatestScore
from tests.factories import CompanyFactory, ContactFactory, DealFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = clock.now()
CATEGORY = {2: "detractor", 8: "passive", 10: "promoter"}


def rated(company, score, *, of=None, **fields):
    contact = ContactFactory(company=company)
    if of is not None:
        DealFactory(contact=contact, company=company, manager=of)
    LatestScore.objects.create(
        contact=contact,
        metric="nps",
        answer=contact.pk,
        answered_at=NOW,
        score=score,
        category=CATEGORY[score],
        **fields,
    )
    return contact


@pytest.fixture
def companies(owner):
    north = CompanyFactory(name="Northern Roofs", domain="roofs.example")
    south = CompanyFactory(name="Southern Boats")
    for score in (10, 10, 10, 10, 8, 2):
        rated(north, score, of=owner)
    rated(south, 2, of=owner, work="not_reached")
    rated(south, 2, work="reached")
    DealFactory(company=north, contact=north.contacts.first(), manager=owner, amount_base=900, status="won",
                closed_at=clock.now() - timedelta(days=9))  # fmt: skip
    return {"north": north, "south": south}


def rows(client, **query):
    page = client.get("/companies/", query)
    return {row.company.name: row for row in page.context["rows"]}


def test_a_company_has_the_number_of_its_customers_its_owner_and_its_worth(client, administrator, companies):
    client.force_login(administrator)

    found = rows(client)

    north = found["Northern Roofs"]
    counts = north.figures.counts
    assert (counts.good, counts.middle, counts.bad) == (4, 1, 1)
    assert north.figures.value == 50
    assert (north.customers, north.open_work, north.owner, north.bought) == (6, 0, "Olena Owner", 900)
    south = found["Southern Boats"]
    assert (south.figures.n, south.figures.is_shown, south.open_work) == (2, False, 2)
    page = client.get("/companies/").text
    assert "50.0" in page
    assert "900 EUR" in page
    assert "2 open" in page


def test_who_left_owns_no_company(client, administrator, owner, companies):
    gone = UserFactory(name="Gone Colleague", is_active=False)
    DealFactory(company=companies["south"], contact=companies["south"].contacts.first(), manager=gone)
    client.force_login(administrator)

    assert rows(client)["Southern Boats"].owner == "Olena Owner"


def test_a_reader_counts_the_customers_within_reach_alone(client, owner, stranger, companies):
    client.force_login(owner)
    assert (rows(client)["Southern Boats"].customers, rows(client)["Southern Boats"].figures.n) == (1, 1)
    theirs = rated(companies["south"], 10, of=stranger)
    DealFactory(company=companies["south"], contact=theirs, manager=stranger, amount_base=70_000, status="won",
                closed_at=clock.now() - timedelta(days=3))  # fmt: skip
    south = rows(client)["Southern Boats"]
    assert (south.owner, south.bought) == ("Olena Owner", 0)
    theirs.deals.all().delete()
    client.force_login(stranger)

    page = client.get("/companies/")

    assert page.context["rows"] == []
    assert "There are no companies of yours yet." in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Northern Roofs", "Southern Boats"]),
        ({"order": "critics"}, ["Southern Boats", "Northern Roofs"]),
        ({"order": "work"}, ["Southern Boats", "Northern Roofs"]),
        ({"q": "ROOFS"}, ["Northern Roofs"]),
        ({"q": "roofs.example"}, ["Northern Roofs"]),
        ({"q": "nobody"}, []),
        ({"order": "'; --", "metric": "nonsense", "page": "x"}, ["Northern Roofs", "Southern Boats"]),
    ],
)
def test_the_list_is_searched_and_ordered(client, administrator, companies, query, found):
    client.force_login(administrator)

    assert list(rows(client, **query)) == found


def test_more_companies_take_no_more_queries(client, administrator, companies):
    client.force_login(administrator)
    client.get("/companies/")
    with CaptureQueriesContext(connection) as few:
        client.get("/companies/")
    for number in range(3):
        rated(CompanyFactory(name=f"More {number}"), 2)

    with CaptureQueriesContext(connection) as more:
        assert len(rows(client)) == 5

    assert len(more) == len(few)


def test_people_beyond_those_on_the_page_of_a_company_are_a_click_away(client, administrator, companies, monkeypatch):
    client.force_login(administrator)
    address = f"/companies/{companies['north'].pk}/"
    assert "?q=Northern%20Roofs" not in client.get(address).text

    monkeypatch.setattr("followups.customers.views.PEOPLE", 5)

    assert "/contacts/?q=Northern%20Roofs" in client.get(address).text


def test_the_page_of_a_company_tells_who_is_promoter_and_who_critic(client, owner, stranger, companies):
    client.force_login(owner)

    page = client.get(f"/companies/{companies['north'].pk}/").text

    assert "promoter 4 · passive 1 · detractor 1" in page
    assert page.count("Promoter</span>") == 4
    assert "open, not reached yet" in client.get(f"/companies/{companies['south'].pk}/").text
    assert "detractor 1" in client.get(f"/companies/{companies['south'].pk}/").text
    client.force_login(stranger)
    assert client.get(f"/companies/{companies['north'].pk}/").status_code == 404
