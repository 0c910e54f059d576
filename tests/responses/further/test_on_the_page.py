"""Further questions on the survey page: asked after the score, kept once, changed while the link is valid."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts import clock
from responses import further_answers
from responses.further_answers import Given
from responses.models import FurtherAnswer, Response
from surveys import services
from surveys.models import SurveyVersion
from tests.factories import InvitationFactory, ResponseFactory, SurveyFactory, SurveyVersionFactory
from tests.responses.further.asked import QUESTIONS, version

pytestmark = pytest.mark.django_db
PERSON = {"language": "en", "scripted": "1", "gesture": "key"}


@pytest.fixture
def invitation():
    return InvitationFactory(version=version(), language="en")


@pytest.fixture
def say(client, invitation):
    """Send a step of the page as a person does, and return the page that follows."""

    def say(step, **fields):
        fields = {name.replace("__", "-"): value for name, value in fields.items()}
        return unescape(client.post(invitation.path, {**PERSON, "step": step, **fields}).text)

    return say


def said():
    return {row.key: (row.options, row.number, row.words) for row in FurtherAnswer.objects.all()}


def checked(text):
    return re.findall(r'name="(q-\w+)" value="(\w+)"(?: aria-label="[^"]*")? checked', text)


def test_each_score_is_asked_its_own(say):
    bad, good = say("score", score=2), say("score", score=10)

    assert "What should we mend?" in bad
    assert "Anything for" not in bad
    assert "Anything for" in good
    assert "What should we mend?" not in good
    for page in (bad, good):
        assert "How did you hear of Ąžuolas & Co?" in page
        assert 'aria-label="1, Hard"' in page
        assert "May we call you about it?" in page


def test_what_is_said_is_kept_once_and_comes_back(say):
    say("score", score=2)
    everything = {"q-single": "3", "q-many00": ["1", "3"], "q-scale0": "4", "q-call00": "1", "q-call00-phone": "+370 5"}

    say("why", score=2, comment="Late", **everything)
    say("why", score=2, comment="Late", **everything)

    assert said() == {
        "single": (["3"], None, ""),
        "many00": (["1", "3"], None, ""),
        "scale0": ([], 4, ""),
        "call00": ([], 1, "+370 5"),
    }
    again = say("score", score=2)
    assert checked(again) == [
        ("q-single", "3"), ("q-many00", "1"), ("q-many00", "3"), ("q-scale0", "4"), ("q-call00", "1"),
    ]  # fmt: skip
    assert 'value="+370 5"' in again


def test_what_is_left_out_later_is_withdrawn_and_another_score_is_asked_its_own(say):
    say("score", score=2)
    say("why", score=2, **{"q-single": "1", "q-many00": "2"})
    say("score", score=9)

    say("why", score=9, **{"q-many00": "2", "q-words0": "  Thanks \x00 to all  "})

    assert said() == {"many00": (["2"], None, ""), "words0": ([], None, "Thanks  to all")}


@pytest.mark.parametrize(
    "nonsense",
    [
        {"q-single": "2"}, {"q-single": ["1\x00", "3"]}, {"q-scale0": "6"}, {"q-scale0": "٣"}, {"q-scale0": "1" * 5000},
        {"q-many00": ["9", "x"]}, {"q-call00": "2"}, {"q-words0": "of another score"}, {"q-": "1"},
        {"q-unknown": "1"}, {f"q-{number}": "1" for number in range(900)},
    ],
)  # fmt: skip
def test_nonsense_is_not_said(say, nonsense):
    say("score", score=2)

    say("why", score=2, comment="Late", **nonsense)

    assert said() == {}
    assert Response.objects.get().comment == "Late"


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_at_once_is_kept_one_after_the_other():
    response = ResponseFactory(invitation__version=version())
    ways = [
        [Given("call00", number=1), Given("single", options=("1",))],
        [Given("call00", number=1), Given("scale0", number=4)],
        [Given("scale0", number=2), Given("single", options=("3",))],
    ]
    begin = threading.Barrier(len(ways))

    def keep(way):
        begin.wait()
        try:
            for _again in range(20):
                further_answers.record(response.pk, way, language="en")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(ways)) as pool:
        list(pool.map(keep, ways))

    assert further_answers.given_to(response.pk) in [{one.key: one for one in way} for way in ways]


def test_words_are_as_long_as_their_limit_and_stay_words(say):
    say("score", score=9)
    say("why", score=9, **{"q-words0": "<b>" + "ї" * 3000, "q-call00-phone": "5" * 100})

    assert said()["words0"][2] == "<b>" + "ї" * (further_answers.LONGEST_WORDS - 3)
    assert said()["call00"] == ([], 1, "5" * further_answers.LONGEST_PHONE)
    assert "<b>ї" not in say("score", score=9).replace("&lt;", "<").split("<textarea")[0]


def test_a_switch_of_the_language_keeps_what_is_typed_and_asks_nothing_by_halves(say):
    say("score", score=2)

    page = say("why", score=2, switch="uk", **{"q-single": "3", "q-call00-phone": "+380"})

    assert "Звідки ви знаєте про Ąžuolas & Co?" in page
    assert ("q-single", "3") in checked(page)
    assert 'value="+380"' in page
    assert "How easy was it?" not in page
    assert said() == {}


def test_a_machine_says_nothing(client, invitation):
    machine = {"language": "en", "scripted": "1", "gesture": "", "shown": str(int(clock.now().timestamp() * 1000))}
    client.post(invitation.path, {**machine, "step": "score", "score": "2"})
    client.post(invitation.path, {**machine, "step": "why", "score": "2", "q-single": "1"})

    assert Response.objects.get().is_provisional
    assert said() == {}


def test_without_further_questions_nothing_is_asked_nor_kept(client):
    plain = InvitationFactory(language="en")
    client.post(plain.path, {**PERSON, "step": "score", "score": "2"})

    page = client.post(plain.path, {**PERSON, "step": "why", "score": "2", "q-single": "1"})

    assert page.status_code == 200
    assert said() == {}


def test_a_published_question_stands(invitation):
    with pytest.raises(IntegrityError, match="wording cannot change"), transaction.atomic():
        SurveyVersion.objects.filter(pk=invitation.version_id).update(questions=[])


def test_the_next_draft_asks_the_same():
    published = version()

    assert services.draft_of(published.survey).questions == QUESTIONS


def test_the_preview_shows_them(client, administrator):
    client.force_login(administrator)
    draft = SurveyVersionFactory(published_at=None, questions=QUESTIONS)

    page = client.post(reverse("survey-preview", args=[draft.pk]), {"step": "score", "score": "2", "language": "en"})

    assert "What should we mend?" in page.text


@pytest.mark.parametrize("kind", ["single", "many"])
def test_a_language_that_names_half_of_the_options_asks_nothing(client, kind):
    said = QUESTIONS[0]["texts"]
    half = {**QUESTIONS[0], "kind": kind, "texts": {**said, "uk": {**said["uk"], "options": {"1": "Від друзів"}}}}
    invitation = InvitationFactory(version=version([half]), language="uk")

    def page(language):
        return client.post(invitation.path, {**PERSON, "step": "score", "score": "9", "language": language}).text

    assert "q-single" not in page("uk")
    assert "q-single" in page("en")


def test_a_survey_that_begins_like_another_has_questions_of_its_own():
    theirs = version()

    ours = services.draft_of(SurveyFactory(metric=theirs.survey.metric), like=theirs.survey)

    assert [{**question, "key": ""} for question in ours.questions] == [{**one, "key": ""} for one in QUESTIONS]
    assert not {question["key"] for question in ours.questions} & {question["key"] for question in QUESTIONS}
