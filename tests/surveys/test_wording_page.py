"""The page of a draft: one language at a time, the letter beside its texts, texts to begin with."""

import pytest
from django.urls import reverse

from surveys.models import Survey
from surveys.services import draft_of
from surveys.wording.texts import STANDARD
from tests.factories import BrandFactory, SurveyFactory, SurveyVersionFactory
from tests.surveys.test_admin_surveys import survey_form, version_page, wording_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


def test_the_surveys_own_language_is_open_and_the_others_are_folded(page):
    draft = draft_of(SurveyFactory(default_language="lt"))

    html = page.get(version_page(draft)).text

    parts = html.split('<fieldset class="module aligned ')[2:]
    assert [("collapse" in part.split(">")[0], "<details><summary>" in part[:300]) for part in parts] == [
        (False, False), (True, True), (True, True), (True, True),
    ]  # fmt: skip
    assert "Lithuanian</h2>" in parts[0]


def test_beside_the_texts_stands_the_letter_that_they_make(page):
    draft = draft_of(SurveyFactory())

    html = page.get(version_page(draft)).text

    for code in ("en", "uk", "ru", "lt"):
        letter = f"/preview/letter/?version={draft.number}&amp;language={code}&amp;letter=invite"
        assert f'src="/admin/surveys/survey/{draft.survey_id}{letter}"' in html
    assert html.count("Left out when the product is not known.") == 4


def test_a_language_that_the_brand_does_not_offer_comes_last_and_may_stay_empty(page):
    draft = draft_of(SurveyFactory(brand=BrandFactory(languages=["en", "lt"])))
    emptied = {f"{code}_{field}": "" for code in ("uk", "ru") for field in STANDARD["nps"]["en"]}

    html = page.get(version_page(draft)).text
    page.post(version_page(draft), wording_form(**emptied, _publish="1"))

    assert html.count("The brand does not offer this language") == 2
    assert html.index("Lithuanian</h2>") < html.index("Ukrainian</h2>")
    draft.refresh_from_db()
    assert draft.is_published


def test_what_is_missing_is_counted_and_filled_up_with_the_standard_texts(page):
    draft = draft_of(SurveyFactory())
    sent = wording_form(uk_question="", uk_low_label=" ", lt_question="Ar rekomenduotumėte?")
    page.post(version_page(draft), sent)
    assert "2 texts are missing." in page.get(version_page(draft)).text

    page.post(version_page(draft), sent | {"_fill": "1"})

    draft.refresh_from_db()
    assert draft.texts["uk"] == STANDARD["nps"]["uk"]
    assert draft.texts["lt"]["question"] == "Ar rekomenduotumėte?"
    assert not draft.is_published


def test_a_new_survey_may_begin_with_the_texts_of_another(page):
    other = SurveyVersionFactory(texts={"en": {"question": "Ours alone?"}})

    page.post(reverse("admin:surveys_survey_add"), survey_form(name="Second", like=other.survey_id))

    assert Survey.objects.get(name="Second").versions.get().texts == {"en": {"question": "Ours alone?"}}


def test_texts_of_another_metric_are_not_taken(page):
    other = SurveyVersionFactory(survey__metric="ces")

    answer = page.post(reverse("admin:surveys_survey_add"), survey_form(name="Second", like=other.survey_id))

    assert "Its texts ask by another metric" in answer.text
    assert not Survey.objects.filter(name="Second").exists()
