"""Numbers, smileys or stars: what is shown, what a screen reader says, and that the score is the same."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.customerlanguages import spoken
from responses.models import Response
from responses.page.buttons import buttons
from surveys.metrics import SCALES, Presentation
from surveys.wording import points
from surveys.wording.texts import STANDARD
from tests.factories import InvitationFactory, SurveyFactory, SurveyVersionFactory

pytestmark = pytest.mark.django_db
DRAWN = ["smileys", "stars"]


def asked(metric="csat", presentation="smileys", **facts):
    version = SurveyVersionFactory(survey=SurveyFactory(metric=metric, presentation=presentation))
    return InvitationFactory(version=version, metric=metric, **facts)


def names(response):
    """What a screen reader says of each button, by its score."""
    found = re.findall(r'name="score" value="(\d+)"(?: aria-label="([^"]*)")?', response.text)
    return {int(score): unescape(name) for score, name in found}


@pytest.mark.parametrize("presentation", DRAWN)
@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("csat", {
            1: "1 out of 5, Very dissatisfied", 2: "2 out of 5, dissatisfied",
            3: "3 out of 5, neither satisfied nor dissatisfied", 4: "4 out of 5, satisfied",
            5: "5 out of 5, Very satisfied",
        }),
        ("ces", {
            1: "1 out of 7, Strongly disagree", 2: "2 out of 7, disagree", 3: "3 out of 7, rather disagree",
            4: "4 out of 7, neither agree nor disagree", 5: "5 out of 7, rather agree", 6: "6 out of 7, agree",
            7: "7 out of 7, Strongly agree",
        }),
    ],
)  # fmt: skip
def test_each_drawing_says_in_words_what_it_means(client, metric, presentation, expected):
    response = client.get(asked(metric, presentation).path)

    assert names(response) == expected
    assert response.text.count('<svg viewBox="0 0 32 32" aria-hidden="true">') == len(expected)
    assert re.findall(r"</svg>(\d)</span>", response.text) == [str(score) for score in expected]
    assert f"scores--{presentation}" in response.text
    assert "Tap the answer that fits, then send it." in response.text
    assert "<img" not in response.text


@pytest.mark.parametrize("language", spoken.OWN)
def test_every_language_names_every_point(client, language):
    said = names(client.get(asked("ces", "stars", language=language).path))

    ends = STANDARD["ces"][language]
    assert said[1].endswith(f", {ends['low_label']}")
    assert said[7].endswith(f", {ends['high_label']}")
    assert all(
        re.fullmatch(r"\d \w+ \w+ 7, .+" if language == "en" else r"\d \w+ 7, .+", name) for name in said.values()
    )
    assert len({name.partition(", ")[2] for name in said.values()}) == 7


def test_ten_stars_are_named_by_their_places(client):
    response = client.get(asked("csat10", "stars").path)

    said = names(response)
    assert (said[1], said[7], said[10]) == (
        "1 out of 10, Very dissatisfied",
        "7 out of 10",
        "10 out of 10, Very satisfied",
    )
    assert "scores--10 scores--stars" in response.text


@pytest.mark.parametrize("metric", ["csat", "csat10", "ces"])
def test_numbers_stand_alone(client, metric):
    response = client.get(asked(metric, "numbers").path)

    scale = SCALES[metric]
    assert "<svg" not in response.text
    assert [score for score, name in names(response).items() if name] == [scale.lowest, scale.highest]
    assert f"Tap a number from {scale.lowest} to {scale.highest}" in response.text


@pytest.mark.parametrize("metric", ["csat", "ces"])
def test_smiles_grow_with_the_score_and_the_middle_is_level(metric):
    found = list(buttons(SCALES[metric], Presentation.SMILEYS, low="", high="", state="{score}"))
    bends = []
    for button in found:
        ends, middle, _ends = map(float, re.fullmatch(r"M10 ([\d.]+)Q16 ([\d.]+) 22 ([\d.]+)", button.mouth).groups())
        bends.append(middle - ends)

    assert bends == sorted(set(bends))
    assert bends[len(bends) // 2] == 0
    assert bends[0] == -bends[-1]


@pytest.mark.parametrize("presentation", Presentation.values)
def test_what_is_sent_is_the_same_score(client, presentation):
    invitation = asked("csat", presentation)

    client.post(invitation.path, {"step": "score", "score": "2", "language": "en"})

    response = Response.objects.get()
    assert (response.score, response.category, response.metric) == (2, "dissatisfied", "csat")


def test_a_button_of_the_letter_is_chosen_on_the_page(client):
    response = client.get(asked("csat", "stars").path, {"score": "4"})

    assert 'value="4" aria-label="4 out of 5, satisfied" checked>' in response.text


def test_a_change_of_the_setting_shows_at_once(client):
    invitation = asked("csat", "stars")
    client.get(invitation.path)

    type(invitation.survey).objects.update(presentation="smileys")

    assert "scores--smileys" in client.get(invitation.path).text


def test_an_end_of_the_customers_own_words_names_its_button(client):
    invitation = asked()
    invitation.version.texts = {"en": {**STANDARD["csat"]["en"], "high_label": 'Over the "moon" & <b>'}}
    texts = SurveyVersionFactory(survey=invitation.survey, texts=invitation.version.texts)
    type(invitation).objects.filter(pk=invitation.pk).update(version=texts)

    response = client.get(invitation.path)

    assert names(response)[5] == '5 out of 5, Over the "moon" & <b>'
    assert "<b>'" not in response.text


def test_the_preview_of_a_wording_shows_the_scale_of_its_survey(client, administrator):
    client.force_login(administrator)
    draft = SurveyVersionFactory(survey=SurveyFactory(metric="csat", presentation="stars"), published_at=None)

    for path in ("survey-preview", "survey-preview-part"):
        assert "scores--stars" in client.get(reverse(path, args=[draft.pk])).text


def test_no_character_of_a_letter_stands_for_two_scores():
    for metric in ("csat", "ces"):
        scale = SCALES[metric]
        assert len({points.sign(scale, score, "smileys") for score in scale.scores}) == len(scale.scores)
