"""What no list of the admin may be broken by, for every model that is registered."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.factories import UserFactory

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
ODD = ["99999999999999999999", "\u202e%_[]'"]

pytestmark = pytest.mark.django_db
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


@pytest.fixture
def admin_pages(client, administrator):
    client.force_login(administrator)
    return client


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def add_page_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def filters_of(model):
    """Return the names that the filters of a list go by."""
    found = [one[0] if isinstance(one, tuple) else one for one in admin.site._registry[model].list_filter]
    return [one if isinstance(one, str) else one.parameter_name for one in found]


@each_model
def test_a_null_character_anywhere_in_its_address_is_refused(model, admin_pages):
    names = [f"{name}{suffix}" for name in filters_of(model) for suffix in ("", "__exact", "__id__exact")]

    for name in [*names, "q", "p", "o", "all", "_popup", "_to_field", "id__exact", "status__exact"]:
        assert admin_pages.get(f"{list_of(model)}?{name}=%00").status_code in (400, 403), name
    assert admin_pages.get(f"{list_of(model)}?%00=1").status_code in (400, 403)


@each_model
def test_no_list_is_broken_by_odd_filters(model, admin_pages):
    for odd in ODD:
        for suffix in ("", "__exact", "__id__exact", "__gte"):
            filters = {f"{name}{suffix}": odd for name in filters_of(model)}
            assert admin_pages.get(list_of(model), filters).status_code in (200, 302, 400, 403)
        for name in ("q", "p", "o", "_to_field", "id__exact"):
            assert admin_pages.get(list_of(model), {name: odd}).status_code in (200, 302, 400, 403), name


@each_model
def test_no_field_in_an_address_breaks_a_list_or_an_empty_form(model, client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = admin.site._registry[model]

    for field in (*model._meta.fields, *model._meta.many_to_many):
        assert client.get(list_of(model), {field.name: "x"}).status_code in (200, 302, 400, 403), field
        if page.has_add_permission(client.get(list_of(model)).wsgi_request):
            assert client.get(add_page_of(model), {field.name: "x"}).status_code in (200, 400, 403), field
    if page.date_hierarchy:
        odd = {f"{page.date_hierarchy}__year": "99999999999999999999"}
        assert client.get(list_of(model), odd).status_code == 400


@each_model
def test_no_page_is_broken_by_its_number(model, admin_pages):
    for number in ("0", "x", "%00", "99999999999999999999", "_5F", "1/2"):
        assert admin_pages.get(f"{list_of(model)}{number}/change/").status_code in (302, 400, 403, 404)


@pytest.mark.parametrize("sent", [{"action": "x\x00"}, {"_selected_action": "\x00"}, {"\x00": "1"}])
def test_nothing_unreadable_is_taken_by_post(sent, admin_pages):
    assert admin_pages.post(reverse("admin:crm_contact_changelist"), sent).status_code == 400
