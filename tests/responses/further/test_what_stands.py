"""What was said to further questions stands until the person takes it back: they saw it, and sent it no more."""

from html import unescape

import pytest

from accounts import clock
from responses import further_answers, services
from responses.further_answers import Given
from responses.models import FurtherAnswer, Response
from responses.widgets import answers
from surveys.metrics import Tier
from surveys.wording import further
from tests.factories import InvitationFactory, ResponseFactory, WebWidgetFactory
from tests.responses.further.asked import QUESTIONS, version
from tests.responses.widgets.conftest import Page

pytestmark = pytest.mark.django_db
PERSON = {"language": "en", "scripted": "1", "gesture": "key"}


@pytest.fixture
def invitation():
    return InvitationFactory(version=version(), language="en")


@pytest.fixture
def say(client, invitation):
    def say(step, **fields):
        fields = {name.replace("__", "-"): value for name, value in fields.items()}
        return unescape(client.post(invitation.path, {**PERSON, "step": step, **fields}).text)

    return say


def said():
    return {row.key: (row.options, row.number, row.words) for row in FurtherAnswer.objects.all()}


def test_what_follows_the_score_that_counts_stands_whatever_is_said_after_a_talk(say):
    say("score", score=2)
    say("why", score=2, q__many00="2", q__single="1")
    Response.objects.all().freeze(at=clock.now())

    say("score", score=9)
    say("why", score=9, q__words0="They called")

    assert Response.objects.get().counted_score == 2
    assert said() == {"many00": (["2"], None, ""), "words0": ([], None, "They called")}
    assert FurtherAnswer.objects.standing().get().key == "many00"


def test_what_only_another_language_asks_stands(say):
    say("score", score=2)
    say("why", score=2, q__single="1", q__scale0="4", q__many00="2")

    say("why", score=2, language="uk", q__single="3")

    assert said() == {"single": (["3"], None, ""), "scale0": ([], 4, ""), "many00": (["2"], None, "")}


def test_one_more_word_leaves_what_another_language_asks():
    response = ResponseFactory(invitation__version=version(), score=2)
    further_answers.record(response.pk, [Given("scale0", number=4)], language="en")

    asked = further.asked(further.read(QUESTIONS), Tier.BAD, "uk")
    further_answers.record_one(response.pk, asked, Given("single", options=("3",)), language="uk")

    assert said() == {"single": (["3"], None, ""), "scale0": ([], 4, "")}


def test_whoever_takes_the_tick_away_wants_no_call_though_the_phone_stands_there(say):
    say("score", score=2)
    assert '<input type="hidden" name="q-call00" value="0">' not in say("score", score=2)
    say("why", score=2, q__call00="1", **{"q-call00-phone": "+370 5"})
    assert '<input type="hidden" name="q-call00" value="0">' in say("score", score=2)

    say("why", score=2, q__call00=["0", "1"], **{"q-call00-phone": "+370 6"})
    assert said() == {"call00": ([], 1, "+370 6")}

    for _again in range(2):
        say("why", score=2, q__call00="0", **{"q-call00-phone": "+370 6"})
        assert said() == {}


def test_a_phone_alone_is_a_wish(say):
    say("score", score=2)

    say("why", score=2, **{"q-call00-phone": "+370 5"})

    assert said() == {"call00": ([], 1, "+370 5")}


@pytest.fixture
def of_machine(invitation):
    response = ResponseFactory(invitation=invitation, score=2, is_provisional=True, suspicion=["late"])
    said = [Given("single", options=("1",)), Given("many00", options=("2",))]
    further_answers.record(response.pk, said, language="en")
    return response


def test_what_a_machine_said_is_nobodys_once_a_person_answers(say, of_machine):
    assert "checked" not in say("score", score=2).partition("q-single")[2].partition("</fieldset>")[0]

    assert not Response.objects.get().is_provisional
    assert said() == {}


def test_what_a_machine_said_is_nobodys_once_a_person_texts(of_machine, invitation):
    services.record_text(invitation=invitation, score=9, comment=None, language="en")

    assert Response.objects.get().counted_score == 9
    assert said() == {}


def test_a_machine_takes_nothing_back_that_may_be_a_persons(client, of_machine, invitation):
    now = str(int(clock.now().timestamp() * 1000))
    machine = {"language": "en", "scripted": "1", "gesture": "", "shown": now}

    client.post(invitation.path, {**machine, "step": "score", "score": "9"})

    assert set(said()) == {"single", "many00"}


def test_of_two_that_come_at_once_to_a_widget_the_second_is_kept_whole(monkeypatch):
    """Neither counts what it says, as apps do that were built by hand: the second finds what the first has made."""
    page, seen, others = Page(WebWidgetFactory(version=version())), answers._seen, iter([9])

    def meanwhile(*args, **said):
        for score in others:
            assert page.answer(score).status_code == 200
        return seen(*args, **said)

    page.ask()
    page.show()
    monkeypatch.setattr(answers, "_seen", meanwhile)

    assert page.answer(9, comment="Fine", further={"single": "3"}).status_code == 200

    assert Response.objects.get().comment == "Fine"
    assert said() == {"single": (["3"], None, "")}
