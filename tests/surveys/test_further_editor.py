"""The page on which an administrator writes the further questions of a draft."""

import re

import pytest
from django.urls import reverse

from surveys.models import SurveyVersion
from surveys.services import draft_of, publish
from tests.factories import BrandFactory, SurveyFactory
from tests.responses.further.asked import QUESTIONS

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def draft():
    return draft_of(SurveyFactory(brand=BrandFactory(languages=["en", "uk"]), default_language="en"))


def address(draft):
    return reverse("admin:surveys_surveyversion_further", args=[draft.pk])


def seen(page, draft):
    return re.search(r'name="seen" value="(\w+)"', page.get(address(draft)).text)[1]


def asked(draft):
    return SurveyVersion.objects.get(pk=draft.pk).further


SINGLE = {
    "kind-0": "single", "question-0-en": "How did you hear of us?", "option-1-0-en": "Friends",
    "option-3-0-en": "Advertising", "question-0-uk": "Звідки ви про нас знаєте?", "option-1-0-uk": "Від друзів",
    "option-3-0-uk": "З реклами",
}  # fmt: skip


def test_questions_are_written_kept_and_shown_again(page, draft):
    sent = {
        "seen": seen(page, draft), **SINGLE, "tiers-0": ["bad", "middle"],
        "kind-2": "scale", "question-2-en": "How easy was it, {name}?", "low-2-en": "Hard", "high-2-en": "Easy",
        "kind-4": "call",
    }  # fmt: skip

    assert page.post(address(draft), sent).status_code == 302

    single, scale, call = asked(draft)
    assert (single.kind, single.tiers, single.options) == ("single", ("bad", "middle"), ("1", "3"))
    assert single.option_in("3", "uk") == "З реклами"
    assert (scale.text_in("en").low, scale.text_in("uk")) == ("Hard", None)
    assert call.text_in("uk").question
    html = page.get(address(draft)).text
    assert 'value="Advertising"' in html
    assert html.count("checked") == 2


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"question-0-en": "", "option-1-0-en": "", "option-3-0-en": ""}, "question-0-en", "language of the survey"),
        ({"option-3-0-en": "", "option-3-0-uk": ""}, "option-1-0-en", "two options"),
        ({"option-3-0-uk": ""}, "option-3-0-uk", "would not be asked"),
        ({"question-0-uk": ""}, "question-0-uk", "would not be asked"),
        ({"question-0-en": "Is it {thing}?"}, "question-0-en", "Nothing fills this in: thing"),
        ({"kind-0": "dance"}, "kind-0", "dance"),
        ({"question-0-en": "x" * 201}, "question-0-en", "at most 200"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands_and_what_was_typed_stays(page, draft, wrong, field, words):
    response = page.post(address(draft), {"seen": seen(page, draft), **SINGLE, **wrong})

    assert response.status_code == 200
    assert words in " ".join(response.context["form"].errors[field])
    assert "Від друзів" in response.text
    assert asked(draft) == ()


def test_a_question_keeps_its_key_through_new_words_and_loses_it_with_its_kind(page, draft):
    page.post(address(draft), {"seen": seen(page, draft), **SINGLE})
    (first,) = asked(draft)
    publish(draft.survey)
    following = draft_of(draft.survey)
    kept = {"key-0": first.key, "seen": seen(page, following)}

    page.post(address(following), {**SINGLE, **kept, "question-0-en": "Who told you of us?"})
    (reworded,) = asked(following)
    page.post(address(following), {**SINGLE, "key-0": first.key, "seen": seen(page, following), "kind-0": "many"})
    (other,) = asked(following)

    assert (reworded.key, reworded.name_in("en")) == (first.key, "Who told you of us?")
    assert other.key != first.key


def test_one_key_is_one_question(page, draft):
    page.post(address(draft), {"seen": seen(page, draft), **SINGLE})
    (first,) = asked(draft)
    twice = {**SINGLE, **{name.replace("-0", "-1", 1): value for name, value in SINGLE.items()}}

    page.post(address(draft), {**twice, "seen": seen(page, draft), "key-0": first.key, "key-1": first.key})

    keys = [question.key for question in asked(draft)]
    assert keys[0] == first.key
    assert len(set(keys)) == 2


def test_nobody_writes_over_what_somebody_else_wrote_meanwhile(page, draft):
    stale = seen(page, draft)
    page.post(address(draft), {"seen": stale, **SINGLE})

    refused = page.post(address(draft), {"seen": stale, "kind-0": "call"})
    assert "Somebody else changed these questions" in refused.text
    assert [question.kind for question in asked(draft)] == ["single"]
    again = re.search(r'name="seen" value="(\w+)"', refused.text)[1]
    page.post(address(draft), {"seen": again, "kind-0": "call"})

    assert [question.kind for question in asked(draft)] == ["call"]


def test_what_was_typed_for_a_published_wording_stands_in_the_next_draft(page, draft):
    stale = seen(page, draft)
    publish(draft.survey)

    response = page.post(address(draft), {"seen": stale, **SINGLE})

    assert "published meanwhile" in response.text
    assert "Від друзів" in response.text
    following = draft.survey.versions.get(published_at=None)
    assert address(following) in response.text
    assert asked(following) == asked(draft) == ()


def test_a_published_wording_shows_its_questions_and_is_not_edited(page, draft):
    SurveyVersion.objects.filter(pk=draft.pk).update(questions=QUESTIONS)
    publish(draft.survey)

    response = page.get(address(draft), follow=True)

    assert response.redirect_chain[-1][0] == reverse("admin:surveys_surveyversion_change", args=[draft.pk])
    assert "What should we mend?" in response.text
    assert not draft.survey.versions.filter(published_at=None).exists()


def test_who_may_not_write_wordings_writes_no_questions(client, draft, owner):
    client.force_login(owner)

    assert client.post(address(draft), SINGLE).status_code in (302, 403, 404)
    assert asked(draft) == ()
