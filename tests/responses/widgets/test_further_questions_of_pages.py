"""Further questions in a widget: asked, kept and withdrawn as on the survey page."""

import threading

import pytest
from django.db import connection

from responses.models import FurtherAnswer, Response, ResponseTopic, Topic, WebWidget
from responses.widgets import answers
from tests.factories import SurveyVersionFactory, WebWidgetFactory
from tests.responses.further.asked import QUESTIONS, version
from tests.responses.widgets.conftest import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def widget():
    return WebWidgetFactory(version=version())


def said():
    return {row.key: (row.options, row.number, row.words) for row in FurtherAnswer.objects.standing()}


def test_they_come_with_the_question_in_its_language(page):
    asked = page.ask(language="en").json()["further"]

    assert [(one["key"], one["tiers"]) for one in asked] == [
        ("single", ["good", "middle", "bad"]),
        ("many00", ["bad"]),
        ("scale0", ["good", "middle", "bad"]),
        ("words0", ["good", "middle"]),
        ("call00", ["good", "middle", "bad"]),
    ]
    single, _many, scale, words, call = asked
    assert single["options"] == [["1", "Friends"], ["3", "Advertising"]]
    assert (scale["ends"], scale["options"][0], scale["options"][1]) == (
        ["Hard", "Easy"],
        ["1", "1", "1, Hard"],
        ["2", "2"],
    )
    assert words["longest"] == 2000
    assert (call["options"], call["line"][0]) == ([["1", "Yes, please call me"]], "call00-phone")


def test_a_question_that_a_language_says_half_is_not_asked_there(page):
    asked = page.ask(language="uk").json()["further"]

    assert [one["key"] for one in asked] == ["single", "call00"]
    assert asked[0]["options"] == [["1", "Від друзів"], ["3", "З реклами"]]
    assert "further" not in Page(WebWidgetFactory(), device="e" * 32).ask().json()


def test_what_is_said_is_kept_as_all_that_is_said(page):
    page.give(3, comment="", further={"single": ["3"], "many00": ["1", "3"], "scale0": "2", "call00": "1"})
    assert said() == {
        "single": (["3"], None, ""),
        "many00": (["1", "3"], None, ""),
        "scale0": ([], 2, ""),
        "call00": ([], 1, ""),
    }

    page.answer(3, comment="", further={"call00-phone": ["+370 600 00000"]}, finish=True)

    assert said() == {"call00": ([], 1, "+370 600 00000")}


def test_a_step_that_says_nothing_of_them_withdraws_nothing(page):
    page.give(3, further={"single": "1"})

    page.answer(3, comment="Slow", finish=True)

    assert said() == {"single": (["1"], None, "")}


def test_what_is_not_asked_after_another_score_does_not_stand_then(page):
    page.give(3, further={"many00": ["1"], "single": "1", "words0": "Hello"})
    assert set(said()) == {"many00", "single"}

    page.answer(9, further={"many00": ["1"], "single": "1", "words0": "Hello"})

    assert set(said()) == {"single", "words0"}
    page.answer(3)
    assert set(said()) == {"single", "many00"}


def test_what_nobody_asked_is_not_kept(page):
    page.give(9, further={"single": ["2", "9"], "scale0": "6", "unknown": "1", "words0": "  ", "many00": ["1"]})

    assert said() == {}


def test_words_are_cut_where_they_get_too_long(page):
    page.give(9, further={"words0": "x" * 3000})

    assert len(said()["words0"][2]) == 2000


def test_those_of_the_wording_that_was_shown_are_kept(page, widget):
    page.ask()
    page.show()
    SurveyVersionFactory(survey=widget.survey, questions=QUESTIONS[2:3])

    page.answer(3, comment="", further={"single": "1", "scale0": "2"}, finish=True)

    assert set(said()) == {"single", "scale0"}
    assert [one["key"] for one in Page(widget, device="e" * 32).ask().json()["further"]] == ["scale0"]


def test_a_machine_says_nothing_but_one_of_a_crowd_does(widget):
    assert Page(widget).give(9, gesture="", further={"single": "1"}).is_provisional
    assert said() == {}
    WebWidget.objects.update(crowd=1)

    assert Page(widget, device="e" * 32).give(9, further={"single": "1"}).is_provisional
    assert said() == {"single": (["1"], None, "")}


@pytest.mark.parametrize(
    "wrong",
    ["1", ["1"], {"single": 1}, {"single": [1]}, {"single": None}, {"single": ["1"] * 9},
     {f"a{n}": "1" for n in range(11)}, {"single": {"1": True}}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(page, wrong):
    page.ask()
    page.show()

    answer = page.answer(9, further=wrong)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "further")
    assert not Response.objects.exists()


def test_strange_words_are_kept_as_they_can_be(page):
    page.give(9, further={"words0": "a\0b \ud800 \u202e", "single": "\ud800"})

    assert said()["words0"][2].startswith("ab")


def test_the_last_tap_wins_in_whatever_order_they_come(page):
    topics = Topic.objects.filter(is_offered=True)[:2]
    page.give(3, nth=1, comment="")

    page.answer(3, nth=4, comment="Both", topics=[topic.pk for topic in topics], further={"single": "3"})
    late = page.answer(2, nth=3, comment="B", topics=[topics[0].pk], further={"single": "1"}, finish=True)

    assert late.status_code == 200
    response = Response.objects.get()
    assert (response.score, response.comment, response.finished_at) == (3, "Both", None)
    assert set(ResponseTopic.objects.values_list("topic", flat=True)) == {topic.pk for topic in topics}
    assert said() == {"single": (["3"], None, "")}
    page.answer(3, nth=4, comment="Both", topics=[], finish=True)
    assert Response.objects.get().finished_at


@pytest.mark.parametrize("nth", ["1", -1, 1.5, True, None])
def test_a_number_that_is_none_is_refused(page, nth):
    page.ask()
    page.show()

    assert page.answer(9, nth=nth).json()["error"]["code"] == "nth"


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_kept_one_after_the_other(monkeypatch):
    widget = WebWidgetFactory(version=version())
    page = Page(widget)
    page.give(3, nth=1)
    topic, _is_new = Topic.objects.get_or_create(slug="price", defaults={"names": {"en": "Price"}, "position": 1})
    entered, go_on = threading.Event(), threading.Event()
    keep = answers._keep_further

    def slow(*arguments):
        if not entered.is_set():
            entered.set()
            go_on.wait(5)
        keep(*arguments)

    monkeypatch.setattr(answers, "_keep_further", slow)

    def tap(nth, **what):
        try:
            page.answer(3, nth=nth, comment="", **what)
        finally:
            connection.close()

    threads = [threading.Thread(target=tap, args=(2,), kwargs={"further": {"single": "1"}})]
    threads[0].start()
    entered.wait(5)
    threads.append(threading.Thread(target=tap, args=(3,), kwargs={"further": {}, "topics": [topic.pk]}))
    threads[1].start()
    threads[1].join(0.3)
    assert threads[1].is_alive()
    go_on.set()
    for thread in threads:
        thread.join()

    assert said() == {}
    assert list(ResponseTopic.objects.values_list("topic", flat=True)) == [topic.pk]
