"""Rules are told in sentences: each field once, in every language, and a long list is chosen from by name."""

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import override

from accounts import pickers
from accounts.admin.sentences import InlineSentences, ReadsAsSentences
from surveys.models import Trigger, Wave
from tests.factories import ProductFactory, SurveyFactory, TeamFactory, TriggerFactory
from tests.surveys.test_admin_surveys import trigger_form

pytestmark = pytest.mark.django_db
PAGES = [page for page in admin.site._registry.values() if isinstance(page, ReadsAsSentences)]
ROWS = [rows(page.model, admin.site) for page in PAGES for rows in page.inlines if issubclass(rows, InlineSentences)]
ADD = "admin:surveys_trigger_add"


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


@pytest.mark.parametrize("told", [*PAGES, *ROWS], ids=lambda page: page.model.__name__)
def test_every_language_has_each_field_once(told, rf, administrator):
    rf.user = administrator
    request = rf.get("/")
    request.user = administrator
    form = told.get_formset(request).form if told in ROWS else told.get_form(request)
    expected = sorted({*form.base_fields, *told.get_readonly_fields(request)})
    for language, _name in settings.LANGUAGES:
        with override(language):
            assert sorted(name for part in told.parts for name in part.fields) == expected, language
    assert (len(PAGES), len(ROWS)) == (5, 2)


def test_fields_stand_in_their_sentence_and_errors_below_it(page):
    html = page.post(reverse(ADD), trigger_form(SurveyFactory(), days="-1")).text

    sentence = html.partition('<div class="told__sentence">After ')[2]
    assert sentence.index('name="touchpoint_kind"') < sentence.index('name="days"') < sentence.index('name="media"')
    assert 'value="-1"' in sentence
    assert 'id="id_days_error"' in sentence.partition("</fieldset>")[0]


def test_what_nothing_is_ticked_of_is_said_to_be_everything(page):
    product = ProductFactory(name="Chair")
    trigger = TriggerFactory()
    address = reverse("admin:surveys_trigger_change", args=[trigger.pk])
    assert "<span data-chosen>any product</span>" in page.get(address).text

    trigger.products.add(product)

    assert "<span data-chosen>Chair</span>" in page.get(address).text


def test_of_many_chosen_ones_the_first_are_named(page):
    trigger = TriggerFactory()
    trigger.teams.set([TeamFactory(name=name) for name in "ABCDE"])

    html = page.get(reverse("admin:surveys_trigger_change", args=[trigger.pk])).text

    assert "<span data-chosen>A, B, C and 2 more</span>" in html


@pytest.fixture
def many(db):
    return [ProductFactory(name=f"Product {number:02}") for number in range(pickers.FEW + 1)]


def test_up_to_fifteen_are_ticked_in_a_list(page, many):
    many[0].delete()

    html = page.get(reverse(ADD)).text

    assert html.count('type="checkbox" name="products"') == pickers.FEW
    assert 'name="products-name"' not in html


def test_of_a_long_list_what_is_chosen_is_ticked_and_the_rest_is_found_by_name(page, many):
    answer = page.post(
        reverse(ADD),
        trigger_form(SurveyFactory(), products=[many[3].pk], **{"products-name": ["product 07", " Product 09", ""]}),
    )

    assert answer.status_code == 302
    trigger = Trigger.objects.get()
    assert {product.name for product in trigger.products.all()} == {"Product 03", "Product 07", "Product 09"}
    html = page.get(reverse("admin:surveys_trigger_change", args=[trigger.pk])).text
    assert html.count('type="checkbox" name="products"') == 3
    assert html.count('<option value="Product ') == len(many)


def test_a_name_that_nothing_has_is_refused_and_kept(page, many):
    form = trigger_form(SurveyFactory(), products=[many[3].pk], **{"products-name": "Produkt 7"})

    answer = page.post(reverse(ADD), form)

    assert list(answer.context["adminform"].form.errors) == ["products"]
    assert "“Produkt 7” is not among them" in answer.text
    assert 'name="products-name" value="Produkt 7"' in answer.text
    assert f'name="products" value="{many[3].pk}"' in answer.text
    assert Trigger.objects.count() == 0


@pytest.mark.parametrize("key", ["x", "9" * 30, "=", "-1", "1 or 1"])
def test_a_key_that_nothing_has_is_refused(page, many, key):
    answer = page.post(reverse(ADD), trigger_form(SurveyFactory(), products=[key]))

    assert list(answer.context["adminform"].form.errors) == ["products"]


@pytest.mark.parametrize(("typed", "kept"), [("25", "0.250"), ("12.5", "0.125"), ("0", "0.000"), ("100", "1.000")])
def test_a_share_is_typed_in_per_cent(page, typed, kept):
    page.post(reverse(ADD), trigger_form(SurveyFactory(), sampling_share=typed))

    trigger = Trigger.objects.get()
    assert str(trigger.sampling_share) == kept
    html = page.get(reverse("admin:surveys_trigger_change", args=[trigger.pk])).text
    assert f'name="sampling_share" value="{typed}"' in html


def test_a_new_wave_asks_everybody(page):
    assert 'name="sampling_share" value="100"' in page.get(reverse("admin:surveys_wave_add")).text
    assert Wave.objects.count() == 0
