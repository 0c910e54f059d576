"""What a deal was about is declared once and frozen everywhere."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import Organisation
from crm import money, profiles
from crm.models import Contact, Deal, ExchangeRate, Facts, Profile, Touchpoint
from crm.services import complete_facts
from responses.models import Response
from surveys.models import Invitation
from tests.factories import CompanyFactory, ContactFactory, DealFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_deals_touchpoints_invitations_and_responses_keep_the_same_facts():
    assert set(money.tables()) == {Deal, Touchpoint, Invitation, Response}
    for model in money.tables():
        assert set(Facts.COLUMNS) <= {field.attname for field in model._meta.concrete_fields}


@pytest.mark.parametrize(("model", "constrained"), [(Touchpoint, True), (Invitation, False)])
def test_facts_are_checked_where_they_come_in_and_not_where_they_are_copied(model, constrained):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table).values()

    assert any(one["foreign_key"] and one["columns"] == ["product_id"] for one in found) is constrained


def test_a_won_deal_freezes_team_worth_and_profile_as_they_are_then():
    ExchangeRate.objects.create(currency="GBP", day=date(2026, 11, 1), rate=Decimal("1.20"))
    ExchangeRate.objects.create(currency="GBP", day=date(2026, 11, 24), rate=Decimal("2"))
    company = CompanyFactory(region="LT", size_band="50-249", industry="Furniture")
    contact = ContactFactory(company=company, customer_since=date(2026, 10, 1), birth_year=1990)
    profiles.refresh(now=NOW)
    contact.refresh_from_db()
    manager = UserFactory(team=TeamFactory())

    touchpoint = DealFactory(contact=contact, manager=manager, amount=100, currency="GBP").win(at=NOW)

    assert (touchpoint.team, touchpoint.company, touchpoint.amount_base) == (manager.team, company, 120)
    profile = touchpoint.profile
    assert profile == contact.profile
    assert (profile.region, profile.size_band, profile.industry) == ("LT", "50-249", "Furniture")
    assert (profile.tenure_band, profile.age_band) == ("0-90", "35-44")


def test_an_amount_without_a_rate_is_worth_nothing_known_until_the_rate_comes():
    touchpoint = DealFactory(amount=100, currency="USD").win(at=NOW)
    assert touchpoint.amount_base is None

    ExchangeRate.objects.create(currency="USD", day=date(2026, 11, 1), rate=Decimal("0.9"))

    # The touchpoint and its deal; a repeat finds nothing.
    assert [money.price(), money.price()] == [2, 0]
    touchpoint.refresh_from_db()
    assert touchpoint.amount_base == 90


def test_another_currency_of_our_own_prices_everything_anew():
    touchpoint = DealFactory(amount=100, currency="EUR").win(at=NOW)
    ExchangeRate.objects.create(currency="EUR", day=date(2026, 1, 1), rate=Decimal("4.3"))
    Organisation.objects.create(pk=1, currency="PLN")

    money.price(anew=True)

    touchpoint.refresh_from_db()
    assert touchpoint.amount_base == 430


@pytest.mark.parametrize(
    ("customer_since", "born", "bands"),
    [
        (None, None, ("", "")),
        (date(2026, 11, 23), 2010, ("0-90", "-24")),
        (date(2026, 8, 25), 2002, ("0-90", "-24")),
        (date(2026, 8, 24), 2001, ("91-365", "25-34")),
        (date(2025, 11, 23), 1961, ("91-365", "65+")),
        (date(2025, 11, 22), 1962, ("1-3y", "55-64")),
        (date(2023, 11, 24), 1900, ("1-3y", "65+")),
        (date(2023, 11, 23), 1900, ("3y+", "65+")),
        (date(2027, 1, 1), None, ("0-90", "")),
    ],
)
def test_bands_begin_and_end_where_they_say(customer_since, born, bands):
    contact = ContactFactory(customer_since=customer_since, birth_year=born)

    profiles.refresh(now=NOW)

    contact.refresh_from_db()
    assert (contact.profile.tenure_band, contact.profile.age_band) == bands


def test_the_lifecycle_that_the_crm_says_is_frozen_with_the_other_facts(api):
    api.put("/api/v1/contacts/p-1/", {"first_name": "Ona", "lifecycle": " At-Risk "})
    api.put("/api/v1/deals/d-1/", {"contact": "p-1", "status": "won"})

    said = api.put("/api/v1/contacts/p-1/", {"lifecycle": "Won back"}).json()

    assert said["lifecycle"] == "won_back"
    assert Contact.objects.get().profile.lifecycle == "won_back"
    frozen = Touchpoint.objects.get().profile
    assert (frozen.lifecycle, str(frozen)) == ("at_risk", "at risk")


def test_a_stage_that_plumb_has_no_name_for_is_called_as_the_crm_calls_it(api):
    api.put("/api/v1/contacts/p-1/", {"first_name": "Ona", "lifecycle": "Ще Думає"})

    assert str(Contact.objects.get().profile) == "ще думає"
    assert api.put("/api/v1/contacts/p-1/", {"lifecycle": "?"}).status_code == 400


def test_contacts_of_one_kind_share_a_profile_and_bands_move_with_time():
    contacts = ContactFactory.create_batch(3, customer_since=date(2026, 11, 1), region="LV")

    assert [complete_facts(now=NOW), complete_facts(now=NOW)] == [3, 0]
    assert Profile.objects.count() == 1
    assert complete_facts(now=datetime(2027, 2, 1, tzinfo=UTC)) == 3
    assert set(Contact.objects.values_list("profile__tenure_band", flat=True)) == {"91-365"}
    assert len(contacts) == 3


def test_what_was_frozen_keeps_its_profile_when_the_customer_moves(api):
    api.put("/api/v1/contacts/p-1/", {"first_name": "Ona", "region": "LT"})
    api.put("/api/v1/deals/d-1/", {"contact": "p-1", "status": "won"})

    api.put("/api/v1/contacts/p-1/", {"region": "LV"})

    assert Contact.objects.get().profile.region == "LV"
    assert Touchpoint.objects.get().profile.region == "LT"


def test_a_company_that_moves_takes_its_people_along(api):
    api.put("/api/v1/companies/c-1/", {"name": "Beržas", "region": "LT"})
    api.put("/api/v1/contacts/p-1/", {"first_name": "Ona", "company": "c-1"})

    api.put("/api/v1/companies/c-1/", {"region": "EE"})

    assert Contact.objects.get().profile.region == "EE"
