"""A time zone is chosen by what people call it, in any of the four languages."""

import pytest

from accounts import zone_names
from accounts.models import User
from tests.factories import BrandFactory, CompanyFactory

SETTINGS, ZONES = "/me/settings/", "/me/settings/zones/"


@pytest.mark.parametrize(
    "typed", ["Kyiv", "Київ", "киев", "Kijevas", "kiev", " europe/kyiv", "Київ, Україна (Europe/Kyiv)"]
)
def test_a_city_is_known_by_its_name_in_every_language_and_by_its_older_one(typed):
    assert zone_names.meant(typed, "uk") in (["Europe/Kyiv"], ["Europe/Kiev"])


@pytest.mark.parametrize(
    ("typed", "zones"),
    [
        ("London", ["Europe/London"]),
        ("new york", ["America/New_York"]),
        ("Sao Paulo", ["America/Sao_Paulo"]),
        ("Ukraine", ["Europe/Kyiv", "Europe/Simferopol"]),
        ("UTC", ["UTC"]),
        ("Nowhereville", []),
        ("((", []),
        ("   ", []),
    ],
)
def test_a_city_alone_means_its_zone_and_a_country_all_of_its_zones(typed, zones):
    assert zone_names.meant(typed, "en") == zones


def test_every_zone_has_a_label_in_every_language_that_means_it_again():
    for language in ("en", "uk", "ru", "lt"):
        for zone in zone_names.found("a", language):
            assert zone_names.meant(zone_names.label(zone, language), language) == [zone]


def test_what_begins_with_the_words_typed_comes_first():
    assert zone_names.found("lon", "en")[:2] == ["Europe/London", "Arctic/Longyearbyen"]


@pytest.mark.django_db
class TestSettings:
    def choose(self, client, person, zone):
        client.force_login(person)
        return client.post(SETTINGS, {"language": "uk", "timezone": zone}, follow=True)

    def test_a_city_typed_without_scripts_is_taken(self, client, owner):
        page = self.choose(client, owner, "вільнюс").text

        assert User.objects.get(pk=owner.pk).timezone == "Europe/Vilnius"
        assert 'value="Вільнюс, Литва (Europe/Vilnius)"' in page

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("Україна", "Сімферополь, Україна (Europe/Simferopol)"),
            ("Нема такого", "Часовий пояс не знайдено"),
            ("<script>", "Часовий пояс не знайдено"),
        ],
    )
    def test_what_is_of_several_or_of_none_is_asked_again_with_what_was_typed(self, client, owner, typed, said):
        client.force_login(owner)
        User.objects.filter(pk=owner.pk).update(language="uk", timezone="Europe/Riga")

        page = client.post(SETTINGS, {"language": "uk", "timezone": typed})

        assert said in page.text
        assert page.context["form"]["timezone"].value() == typed
        assert "<script>" not in page.text.split('name="timezone"')[1].split(">")[0]
        assert User.objects.get(pk=owner.pk).timezone == "Europe/Riga"

    def test_nothing_typed_is_no_zone(self, client, owner):
        self.choose(client, owner, "Kyiv")
        self.choose(client, owner, "  ")

        assert User.objects.get(pk=owner.pk).timezone == ""

    def test_the_list_names_a_dozen_in_the_language_of_the_reader(self, client, owner):
        User.objects.filter(pk=owner.pk).update(language="lt")
        client.force_login(owner)

        assert client.get(ZONES, {"q": "vil"}).json()["names"][0] == "Vilnius, Lietuva (Europe/Vilnius)"
        assert len(client.get(ZONES, {"q": "a"}).json()["names"]) == 12
        assert client.get(ZONES, {"q": "x" * 5000}).json() == {"names": []}
        assert client.get(ZONES).json() == {"names": []}


@pytest.mark.django_db
def test_administrators_choose_the_zones_of_companies_and_brands_so_too(client, administrator):
    client.force_login(administrator)
    company, brand = CompanyFactory(), BrandFactory()

    for address in (f"/admin/crm/company/{company.pk}/change/", f"/admin/accounts/brand/{brand.pk}/change/"):
        page = client.get(address).text
        assert 'data-combobox="/me/settings/zones/"' in page
        assert "js/combobox.js" in page
    client.post(f"/admin/crm/company/{company.pk}/change/", {"name": company.name, "timezone": "Vilnius"})

    company.refresh_from_db()
    assert company.timezone == "Europe/Vilnius"
