"""What a site pays for a widget: three kilobytes for the script that waits, ten with everything that is shown."""

import gzip

import pytest

from responses.widgets import contents, known
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


def test_the_scripts_name_no_other_place_and_parse_no_markup():
    for name in (contents.LOADER, contents.QUESTION):
        text = contents.script(name).replace("http://www.w3.org/2000/svg", "")
        for never in ("http", "cookie", "eval(", "new Function", "innerHTML", "insertAdjacentHTML", "document.write"):
            assert never not in text, never
