"""Further questions at a kiosk: kept with the answer once, those of its score and wording alone."""

import pytest

from responses.models import FurtherAnswer, Kiosk, Response
from tests.factories import KioskFactory, SurveyVersionFactory
from tests.responses.further.asked import QUESTIONS, version

pytestmark = pytest.mark.django_db
EVERYTHING = {"single": ["3"], "many00": ["1", "3"], "scale0": ["4"], "call00": ["1"], "words0": [" Thanks \x00 "]}


@pytest.fixture
def kiosk(db):
    return KioskFactory(version=version())


def said():
    return {row.key: (row.options, row.number, row.words) for row in FurtherAnswer.objects.all()}


@pytest.mark.parametrize(
    ("score", "further"),
    [
        (3, {"single": (["3"], None, ""), "many00": (["1", "3"], None, ""), "scale0": ([], 4, "")}),
        (9, {"single": (["3"], None, ""), "scale0": ([], 4, ""), "words0": ([], None, "Thanks")}),
    ],
)
def test_what_is_said_is_kept_with_its_answer_once(tablet, score, further):
    answer = tablet.answer(score, further=EVERYTHING)

    assert tablet.fates(answer) == [("taken", "")]
    assert tablet.fates(answer | {"further": {"single": ["1"]}}) == [("known", "")]
    assert said() == further
    assert FurtherAnswer.objects.count() == len(further)


def test_a_language_is_asked_what_it_says(tablet):
    tablet.fates(tablet.answer(9, language="uk", further=EVERYTHING))

    assert said().keys() == {"single"}


def test_an_answer_to_an_earlier_wording_says_what_that_one_asked(tablet, kiosk):
    before = tablet.answer(9, further=EVERYTHING)
    SurveyVersionFactory(survey=kiosk.survey, questions=QUESTIONS[:1])

    assert tablet.fates(before, tablet.answer(9, further=EVERYTHING)) == [("taken", "")] * 2
    of_each = [set(one.further.values_list("key", flat=True)) for one in Response.objects.order_by("version")]
    assert of_each == [{"single", "scale0", "words0"}, {"single"}]


@pytest.mark.parametrize(
    "nonsense",
    [[], "x", {"single": "3"}, {"single": [3]}, {"single": [None]}, {"single": ["3"] * 9},
     {f"q{number}": ["1"] for number in range(11)}],
)  # fmt: skip
def test_what_has_another_shape_is_refused_and_stops_no_other(tablet, nonsense):
    assert tablet.fates(tablet.answer(9, further=nonsense), tablet.answer(8)) == [("refused", "further"), ("taken", "")]
    assert Response.objects.get().score == 8


@pytest.mark.parametrize("nonsense", [{"single": ["2"]}, {"scale0": ["6"]}, {"unknown": ["1"]}, {"\ud800": ["\ud800"]}])
def test_what_makes_no_sense_is_not_said(tablet, nonsense):
    assert tablet.fates(tablet.answer(9, further=nonsense)) == [("taken", "")]
    assert said() == {}


def test_each_question_stands_on_the_page_in_the_languages_that_say_it(tablet):
    page = tablet.client.get("/k/").text

    assert 'data-name="q-single" data-in="en" data-direction="ltr" data-tiers=""' in page
    assert 'data-name="q-single" data-in="uk"' in page
    assert 'data-name="q-many00" data-in="en" data-direction="ltr" data-tiers="bad"' in page
    assert 'data-name="q-many00" data-in="uk"' not in page
    assert "call00" not in page


def test_without_a_keyboard_no_words_are_asked(tablet):
    Kiosk.objects.update(asks_words=False)

    page = tablet.client.get("/k/").text

    assert 'data-name="q-single"' in page
    assert "words0" not in page


def test_without_scripts_they_stand_below_the_words(tablet):
    form = {"held": held(tablet.client.get("/k/").text), "language": "en", "shown": "1"}
    why = tablet.client.post("/k/", form | {"step": "score", "score": "3"}).text.partition("<template")[0]
    tablet.client.post("/k/", form | {"step": "why", "score": "3", "q-single": "1", "q-many00": "2", "q-words0": "x"})

    assert 'name="q-many00"' in why
    assert "q-words0" not in why
    assert said() == {"single": (["1"], None, ""), "many00": (["2"], None, "")}


def held(page):
    return page.split('name="held" value="')[1].split('"')[0]
