import pytest
from django.urls import reverse

from responses.models import LinkVisit, Response
from surveys.models import SurveyVersion
from surveys.wording.texts import STANDARD
from tests.factories import SurveyVersionFactory


@pytest.fixture
def draft(db):
    return SurveyVersionFactory(published_at=None)


@pytest.fixture
def path(draft):
    return reverse("survey-preview", args=[draft.pk])


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_administrator_previews_a_draft_in_each_language(client, administrator, path, language):
    client.force_login(administrator)

    text = client.get(path, {"language": language}).content.decode()

    assert f'<html lang="{language}">' in text
    assert STANDARD["nps"][language]["low_label"] in text


def test_preview_walks_the_steps_and_records_nothing(client, administrator, path, draft):
    client.force_login(administrator)

    why = client.post(path, {"step": "score", "score": "3", "language": "en"}).content.decode()
    switched = client.post(path, {"step": "why", "score": "3", "language": "en", "switch": "lt"}).content.decode()
    thanks = client.post(path, {"step": "why", "score": "3", "language": "en"}).content.decode()
    back = client.post(path, {"step": "why", "score": "3", "language": "en", "back": "1"}).content.decode()
    missing = client.post(path, {"step": "score", "language": "en"}).content.decode()

    assert STANDARD["nps"]["en"]["bad_question"] in why
    assert STANDARD["nps"]["lt"]["bad_question"] in switched
    assert STANDARD["nps"]["en"]["bad_thanks"] in thanks
    assert 'value="3" checked' in back
    assert 'id="missing" role="alert" tabindex="-1" hidden' in back
    assert 'tabindex="-1">Tap a number' in missing
    assert not Response.objects.exists()
    assert not LinkVisit.objects.exists()
    assert SurveyVersion.objects.get(pk=draft.pk).texts == draft.texts


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger", "manager"])
def test_others_are_refused(db, client, request, path, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(path).status_code == 403


def test_visitor_is_sent_to_log_in(client, path):
    response = client.get(path)

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize(
    ("language", "product"),
    [("en", "Writing desk"), ("uk", "Письмовий стіл"), ("ru", "Письменный стол"), ("lt", "Rašomasis stalas")],
)
def test_a_preview_is_filled_in_with_a_product_that_might_be_one(client, administrator, path, draft, language, product):
    draft.texts = {language: {"question": "[[How is {product}|How are we]]?"}}
    draft.save()
    client.force_login(administrator)

    text = client.get(path, {"language": language}).content.decode()

    assert f"How is {product}?" in text
