import pytest
from django.db import connection
from django.urls import reverse

from crm.contact_search import matching, terms
from crm.models import Contact
from tests.factories import CompanyFactory, ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    acme = CompanyFactory(name="Įmonė Ąžuolas", domain="azuolas.example")
    people = {
        "sean": ContactFactory(first_name="Seán", last_name="O’Brien", email="sean@shop.example", phone="+37060000000"),
        "egle": ContactFactory(
            first_name="Eglė", last_name="Petraitė", email="egle@shop.example", phone="", company=acme
        ),
        "maria": ContactFactory(first_name="Мар’яна", last_name="Їжак", email="", phone="+380501234567"),
    }
    people["egle"].addresses.create(medium="email", value="e.petraite@home.example")
    people["maria"].addresses.create(medium="sms", value="+48600111222")
    return people


def found(text):
    return list(Contact.objects.filter(matching(terms(text))).values_list("first_name", flat=True))


@pytest.mark.parametrize(
    "text",
    [
        "Sean", "SEÁN", "sean obrien", "o'brien", "O´BRIEN", "obrien", "sean@shop", "8 600 00000", "+370 600 00000",
        "+370 (600) 00-000", "0037060000000", "860000000", "60000000", "600 00 000", "370.600.00000",
        "Sean 8 600 00000",
    ],
)  # fmt: skip
def test_one_is_found_however_name_and_phone_are_spelt(people, text):
    assert found(text) == ["Seán"]


@pytest.mark.parametrize(
    "text", ["petraite", "EGLE", "Petraitė Eglė", "azuolas", "imone", "home.example", "azuolas.example"]
)
def test_one_is_found_by_the_company_and_by_other_addresses(people, text):
    assert found(text) == ["Eglė"]


@pytest.mark.parametrize("text", ["маряна", "МАР'ЯНА їжак", "іжак", "050 123 45 67", "+48 600-111-222", "600 111 222"])
def test_one_is_found_in_cyrillic_and_by_another_phone(people, text):
    assert found(text) == ["Мар’яна"]


@pytest.mark.parametrize("text", ["Sean Petraite", "8 611 00000", "%", "_", "\\", "nobody"])
def test_what_fits_nobody_finds_nobody(people, text):
    assert found(text) == []


def test_nothing_asked_for_finds_everybody(people):
    assert len(found("  ")) == 3


def test_whoever_writes_a_contact_its_folded_names_follow(people):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crm_contact SET last_name = 'Žukauskaitė' WHERE id = %s", [people["egle"].pk])

    assert found("zukauskaite") == ["Eglė"]
    assert found("petraite") == ["Eglė"]  # by the other address


def test_administrators_search_in_the_same_way(people, client, administrator):
    client.force_login(administrator)

    page = client.get(reverse("admin:crm_contact_changelist"), {"q": "obrien 8 600 00000"}).content.decode()
    companies = client.get(reverse("admin:crm_company_changelist"), {"q": "AZUOLAS imone"}).content.decode()
    by_id = client.get(reverse("admin:crm_contact_changelist"), {"q": people["maria"].external_id or "-"})

    assert "Seán" in page
    assert "Petraitė" not in page
    assert "Ąžuolas" in companies
    assert by_id.status_code == 200
