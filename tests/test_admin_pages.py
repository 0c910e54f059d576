"""The administration looks like Plumb, says nothing about the server's clock, and cuts nothing off."""

import pytest
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AdminTimeWidget, FilteredSelectMultiple
from django.contrib.auth.models import Group
from django.forms import MultiWidget
from django.test import RequestFactory
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of_administrator(administrator):
    request = RequestFactory().get("/admin/")
    request.user = administrator
    return request


def widgets(form):
    for name, field in form.base_fields.items():
        widget = getattr(field.widget, "widget", field.widget)
        parts = widget.widgets if isinstance(widget, MultiWidget) else [widget]
        yield from ((name, part) for part in parts)


def test_days_and_hours_are_the_browsers_own_fields_on_every_page(request_of_administrator):
    kinds = set()
    filled_in = [page for page in admin.site._registry.values() if page.has_change_permission(request_of_administrator)]
    pages = {page.model: page for page in filled_in if page.model is not Group}
    for model, page in pages.items():
        for name, widget in widgets(page.get_form(request_of_administrator)):
            assert not isinstance(widget, (AdminDateWidget, AdminTimeWidget, FilteredSelectMultiple)), (model, name)
            kinds.add(getattr(widget, "input_type", ""))
    assert {"date", "time"} <= kinds


@pytest.mark.parametrize("model", ["surveys_trigger", "surveys_wave", "accounts_clientkey"])
def test_no_page_with_hours_loads_what_notes_the_servers_clock(client, administrator, model):
    client.force_login(administrator)

    html = client.get(reverse(f"admin:{model}_add")).text

    assert "DateTimeShortcuts" not in html
    assert 'type="date"' in html or 'type="time"' in html


def test_an_audience_is_ticked_in_a_list_without_scripts(client, administrator):
    client.force_login(administrator)

    html = client.get(reverse("admin:surveys_trigger_add")).text

    assert html.count('class="narrowed-to"') == 3
    assert "selectfilter" not in html


@pytest.mark.parametrize("page", ["index", "surveys_survey_changelist", "surveys_survey_add"])
def test_the_administration_has_the_head_of_every_page(client, administrator, page):
    client.force_login(administrator)

    html = client.get(reverse(f"admin:{page}")).text

    assert 'class="masthead"' in html
    assert '<a class="masthead__link" href="/admin/" aria-current="page">' in html
    assert "nav_sidebar" not in html
    assert "theme.js" not in html
