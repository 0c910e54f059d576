"""A step of the survey page as it reads with texts that are being written."""

import pytest
from django.urls import reverse

from responses.models import Response
from surveys.models import SurveyVersion
from surveys.wording.texts import STANDARD
from tests.factories import SurveyVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return SurveyVersionFactory(published_at=None)


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


def shown(client, draft, data=None, **query):
    path = reverse("survey-preview-part", args=[draft.pk], query=query)
    return client.post(path, data) if data is not None else client.get(path)


@pytest.mark.parametrize(
    ("part", "tier", "field"),
    [
        ("question", "", "low_label"),
        ("why", "", "bad_question"),
        ("why", "good", "good_question"),
        ("thanks", "middle", "middle_thanks"),
        ("thanks", "nonsense", "bad_thanks"),
    ],
)
def test_each_part_shows_its_step_with_what_is_typed(page, draft, part, tier, field):
    answer = shown(page, draft, {field: "Ką tik parašyta", "tier": tier}, language="lt", part=part)

    assert "Ką tik parašyta" in answer.text
    assert '<html lang="lt">' in answer.text
    assert SurveyVersion.objects.get(pk=draft.pk).texts == draft.texts
    assert not Response.objects.exists()


def test_without_anything_typed_it_shows_what_is_saved(page, draft):
    assert STANDARD["nps"]["uk"]["low_label"] in shown(page, draft, language="uk", part="question").text


def test_it_stands_in_a_frame_of_ours_and_does_nothing_there(page, draft):
    answer = shown(page, draft)

    assert "<script" not in answer.text
    headers = answer.headers
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert "script-src" not in policy


def test_what_is_typed_is_escaped(page, draft):
    answer = shown(page, draft, {"question": "<script>alert(1)</script>"}, language="en", part="question")

    assert "&lt;script&gt;" in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("who", ["owner", "teammate", "manager"])
def test_others_are_refused(client, request, draft, who):
    client.force_login(request.getfixturevalue(who))

    assert shown(client, draft).status_code == 403
