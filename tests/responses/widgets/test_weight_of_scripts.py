"""What a site pays for a widget: three kilobytes for the script that waits, ten with everything that is shown."""

import gzip
import json

import pytest

from demo.data.further import QUESTIONS
from responses.widgets import contents, known
from surveys.wording.further import FurtherQuestion, QuestionKind, QuestionText
from tests.factories import SurveyFactory, SurveyVersionFactory, WebWidgetFactory

KILOBYTE = 1024


def packed(text):
    return len(gzip.compress(text.encode(), 9))


def test_the_script_that_a_site_names_is_small():
    assert packed(contents.script(contents.LOADER)) <= 3 * KILOBYTE


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_all_that_is_fetched_to_show_the_question_is_small(language):
    survey = SurveyFactory(metric="ces", presentation="smileys")
    found = known.find(WebWidgetFactory(version=SurveyVersionFactory(survey=survey)).key)
    scripts = sum(packed(contents.script(name)) for name in (contents.LOADER, contents.QUESTION))

    assert scripts + packed(contents.question(found, language)) <= 10 * KILOBYTE


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_it_is_as_small_with_five_questions_more(language):
    words = QuestionText(
        "Чого вам бракувало? Напишіть, будь ласка, кількома словами." if language == "uk" else "Why so?"
    )
    questions = [*QUESTIONS, FurtherQuestion("words0", QuestionKind.TEXT, texts={language: words})]
    survey = SurveyFactory(metric="ces", presentation="smileys")
    version = SurveyVersionFactory(survey=survey, questions=[one.stored() for one in questions])
    found = known.find(WebWidgetFactory(version=version).key)
    shown = contents.question(found, language)
    scripts = sum(packed(contents.script(name)) for name in (contents.LOADER, contents.QUESTION))

    assert len(json.loads(f"{shown}}}")["further"]) == 5
    assert scripts + packed(shown) <= 10 * KILOBYTE


def test_the_scripts_name_no_other_place_and_parse_no_markup():
    for name in (contents.LOADER, contents.QUESTION):
        text = contents.script(name).replace("http://www.w3.org/2000/svg", "")
        for never in ("http", "cookie", "eval(", "new Function", "innerHTML", "insertAdjacentHTML", "document.write"):
            assert never not in text, never
