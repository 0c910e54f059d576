"""Companies with the number of their customers, each counted once, within the reach of whoever looks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock
from analytics.companies import accounts
from crm.models import Company, Contact, LatestScore
from followups.customers import visibility
from followups.models import Followup
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    DealFactory,
    FollowupFactory,
    InvitationFactory,
    TouchpointFactory,
    UserFactory,
)

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


@pytest.fixture
def everybody(owner, teammate, stranger, team):
    """Customers whom colleagues know by every kind of work, at companies that share some of them."""
    shops = [CompanyFactory(name=f"Shop {number}") for number in range(4)]
    for number, company in enumerate([*shops, *shops[1:], *shops[2:], None]):
        by_deal = rated(company, 2, of=owner, work="reached")
        DealFactory(contact=by_deal, company=company, manager=teammate)
        DealFactory(contact=rated(company, 2), company=company, manager=UserFactory())
        TouchpointFactory(contact=rated(company, 2, work="not_reached"), manager=stranger if number % 2 else teammate)
        FollowupFactory(response__invitation=InvitationFactory(contact=rated(company, 8, work="reached")), team=team)
        FollowupFactory(response=None, invitation=InvitationFactory(contact=rated(company, 2)), assignee=stranger)
        rated(company, 10)
        merged = rated(company, 2, of=owner, work="reached")
        Contact.objects.filter(pk=merged.pk).update(merged_into=by_deal)
        LatestScore.objects.create(contact=by_deal, metric="ces", answer=1, answered_at=NOW, score=1, category="low",
                                   work="reached")  # fmt: skip
    return shops


READERS = ["administrator", "manager", "owner", "teammate", "stranger"]


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize(
    ("order", "counts"),
    [
        ("critics", lambda score: score.category == "detractor"),
        ("work", lambda score: score.work in ("reached", "not_reached")),
    ],
)
def test_whoever_looks_the_order_goes_by_the_customers_that_they_may_see(everybody, request, who, order, counts):
    reader = request.getfixturevalue(who)
    seen = set(visibility.contacts_of(reader))
    expected = {contact.company: 0 for contact in seen} | (
        dict.fromkeys(Company.objects.all(), 0) if reader.sees_all_teams else {}
    )
    for score in LatestScore.objects.filter(metric="nps").select_related("contact__company"):
        if score.contact in seen and counts(score):
            expected[score.contact.company] += 1
    expected.pop(None)

    found = [(company, company.number) for company in accounts.companies(reader, "nps", order=order)]

    assert found == sorted(expected.items(), key=lambda row: (-row[1], row[0].name))
    assert any(number > 1 for _company, number in found)


@pytest.mark.parametrize("who", READERS)
def test_all_that_one_may_look_at_is_the_same_from_both_ends(everybody, request, who):
    reader = UserFactory(team=None) if who == "manager" else request.getfixturevalue(who)
    DealFactory(contact=Contact.objects.shown().first(), manager=reader)

    assert set(visibility.all_contacts_of(reader)) == set(visibility.contacts_of(reader))
    worked_for = {(row.response or row.invitation).contact for row in Followup.objects.visible_to(reader)}
    assert worked_for <= set(visibility.all_contacts_of(reader))
    assert set(visibility.all_companies_of(reader)) == set(visibility.companies_of(reader))


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
