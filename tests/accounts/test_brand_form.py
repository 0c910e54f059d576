"""The form of a brand: languages and days are ticked, its colour is seen on a button before customers see it."""

import pytest
from django.urls import reverse

from accounts.models import Brand, Organisation
from tests.factories import BrandFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, administrator):
    client.force_login(administrator)
    return client


def change(client, brand, **changed):
    url = reverse("admin:accounts_brand_change", args=[brand.pk])
    page = client.get(url)
    form = page.context["adminform"].form
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return client.post(url, {name: value for name, value in typed.items() if value not in (None, "", False)} | changed)


def test_languages_that_stay_keep_their_order(reader):
    brand = BrandFactory(languages=["lt", "uk", "en"])

    assert change(reader, brand, languages=["en", "lt", "ru"]).status_code == 302

    assert Brand.objects.get().languages == ["lt", "en", "ru"]


@pytest.mark.parametrize("ticked", [[], ["xx"]])
def test_a_brand_offers_a_language_that_is_there(reader, ticked):
    page = change(reader, BrandFactory(), languages=ticked)

    assert page.context["adminform"].form.errors["languages"]


def test_days_are_ticked_or_those_of_the_company(reader):
    brand = BrandFactory(weekdays=[])

    change(reader, brand, weekdays=["1", "6"], opens_at="09:00", closes_at="17:00")
    assert Brand.objects.get().weekdays == [1, 6]

    change(reader, brand, weekdays=[])
    assert Brand.objects.get().weekdays == []


def test_the_company_has_some_working_day(reader):
    organisation, _made = Organisation.objects.get_or_create(pk=1)
    url = reverse("admin:accounts_organisation_change", args=[organisation.pk])
    form = reader.get(url).context["adminform"].form

    assert dict(form.fields["weekdays"].choices)[7] == "Sunday"
    assert reader.post(url, {"weekdays": []}).context["adminform"].form.errors["weekdays"]


@pytest.mark.parametrize(("colour", "has_edge"), [("#d35400", False), ("#ffee00", True), ("#17202a", True)])
def test_a_colour_is_seen_on_a_button_with_its_contrast(reader, colour, has_edge):
    page = reader.get(reverse("admin:accounts_brand_change", args=[BrandFactory(colour=colour).pk]))

    assert page.text.count(f'fill="{colour}"') == 2
    assert "has a contrast of" in page.text
    assert ("so that buttons have an edge there" in page.text) is has_edge


def test_a_new_brand_has_a_button_too(reader):
    assert 'fill="#155e75"' in reader.get(reverse("admin:accounts_brand_add")).text


def test_a_new_brand_is_added_with_what_the_form_proposes(reader):
    url = reverse("admin:accounts_brand_add")
    form = reader.get(url).context["adminform"].form
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    typed = {name: value for name, value in typed.items() if value not in (None, "", False)}

    done = reader.post(url, typed | {"name": "Alder", "slug": "alder"})

    assert done.status_code == 302, done.context["adminform"].form.errors
    assert Brand.objects.get().languages == ["en", "uk", "ru", "lt"]


@pytest.mark.parametrize(
    ("typed", "kept"), [("Ask@алдер.example", "Ask@xn--80aidw1a.example"), ("ask@alder.example", "ask@alder.example")]
)
def test_our_own_mailboxes_are_kept_as_mail_servers_take_them(reader, typed, kept):
    brand = BrandFactory()

    assert change(reader, brand, sender_address=typed, reply_to=typed).status_code == 302

    brand.refresh_from_db()
    assert (brand.sender_address, brand.reply_to) == (kept, kept)


@pytest.mark.parametrize("typed", ["ask@☃.example", "ask@xn--a.example"])
def test_a_mailbox_that_no_mail_server_takes_is_refused_and_stays(reader, typed):
    page = change(reader, BrandFactory(), sender_address=typed, reply_to=typed)

    assert sorted(page.context["adminform"].form.errors) == ["reply_to", "sender_address"]
    assert page.text.count(f'value="{typed}"') == 2


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"opens_at": "10:00"}, "closes_at"),
        ({"closes_at": "16:00"}, "opens_at"),
        ({"opens_at": "17:00", "closes_at": "09:00"}, "closes_at"),
        ({"opens_at": "9:00", "closes_at": "09:00"}, "closes_at"),
    ],
)
def test_hours_are_whole_and_in_their_order(reader, typed, wrong):
    page = change(reader, BrandFactory(opens_at=None, closes_at=None), **typed)

    assert list(page.context["adminform"].form.errors) == [wrong]
    assert "accounts_brand_opens_before_it_closes" not in page.text


def test_hours_of_the_company_are_in_their_order(reader):
    organisation, _made = Organisation.objects.get_or_create(pk=1)

    page = reader.post(
        reverse("admin:accounts_organisation_change", args=[organisation.pk]),
        {"timezone": "Europe/Kyiv", "opens_at": "18:00", "closes_at": "9:00", "weekdays": ["1"], "currency": "EUR"},
    )

    assert page.context["adminform"].form.errors["closes_at"] == ["It has to end after it starts."]
    assert "opens_before_it_closes" not in page.text


@pytest.mark.parametrize(
    "typed",
    [
        "https://a.example/?q",
        "https://a.example/#f",
        "https://a.example:99999",
        "https://u:p@a.example",
        "https://a.example?",
    ],
)
def test_links_of_customers_begin_with_an_address_alone(reader, typed):
    page = change(reader, BrandFactory(), base_url=typed)

    assert list(page.context["adminform"].form.errors) == ["base_url"]
    assert change(reader, BrandFactory(), base_url="https://feedback.alder.example:8443/").status_code == 302
