"""Staff ask a survey's further questions aloud: those of the score, in the customer's language, kept once."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from responses.models import FurtherAnswer, Response
from tests.factories import ContactFactory, DealFactory, SurveyVersionFactory, TouchpointFactory
from tests.responses.further.asked import version

pytestmark = pytest.mark.django_db
EVERYTHING = {"q-single": "3", "q-many00": ["1", "3"], "q-scale0": "4", "q-call00": "1", "q-call00-phone": "+370 5"}


@pytest.fixture
def asked():
    return version()


@pytest.fixture
def post(client, owner, teammate, asked):
    """Send the form of one customer, with one key unless another one is given."""
    client.force_login(owner)
    contact = ContactFactory(phone="+37060000001", language="en")
    TouchpointFactory(contact=contact, deal=DealFactory(contact=contact, manager=teammate), manager=teammate)
    typed = {"key": str(uuid4()), "mode": "telephone", "survey": asked.survey_id, "language": "en", "score": "4"}
    return lambda **fields: client.post(reverse("contact_ask", args=[contact.pk]), typed | fields)


def said():
    return {row.key: (row.options, row.number, row.words) for row in FurtherAnswer.objects.all()}


def checked(page):
    return re.findall(r'name="(q-\w+)" value="(\w+)" checked', page.text)


def test_what_is_said_is_kept_with_the_answer_once(post):
    for _time in range(2):
        assert post(**EVERYTHING).status_code == 302

    assert Response.objects.count() == 1
    assert said() == {
        "single": (["3"], None, ""),
        "many00": (["1", "3"], None, ""),
        "scale0": ([], 4, ""),
        "call00": ([], 1, "+370 5"),
    }


def test_another_score_is_asked_its_own(post):
    post(score="9", **EVERYTHING, **{"q-words0": "Thanks"})

    assert said().keys() == {"single", "scale0", "call00", "words0"}


def test_they_stand_on_the_page_with_their_scores_in_the_language_that_is_spoken(post):
    english, ukrainian = (post(switch=language).text for language in ("en", "uk"))

    assert "How did you hear of Ąžuolas &amp; Co?" in english
    assert '<span class="badge">0–6</span> <span lang="en">What should we mend?' in english
    assert '<span class="badge">7–8, 9–10</span> <span lang="en">Anything for' in english
    assert '<span lang="uk">Звідки ви знаєте про Ąžuolas &amp; Co?' in ukrainian
    assert "q-scale0" not in ukrainian


def test_what_was_typed_stands_after_a_fault_and_in_another_language(post):
    faulty, switched = post(score="", **EVERYTHING), post(switch="uk", **EVERYTHING)

    assert checked(faulty) == [
        ("q-single", "3"), ("q-many00", "1"), ("q-many00", "3"), ("q-scale0", "4"), ("q-call00", "1"),
    ]  # fmt: skip
    assert 'value="+370 5"' in faulty.text
    assert checked(switched) == [("q-single", "3"), ("q-call00", "1")]
    assert said() == {}


def test_sent_again_with_something_else_said_it_is_refused(post):
    post(**EVERYTHING)

    again = post(**EVERYTHING | {"q-scale0": "1"})

    assert "that answer stands" in again.text
    assert said()["scale0"] == ([], 4, "")


def test_what_is_said_to_a_wording_stands_though_a_newer_one_was_published_meanwhile(post, asked):
    page = post(switch="en").text
    drawn = re.search(r'name="version" value="(\d+)"', page)[1]
    newer = SurveyVersionFactory(survey=asked.survey, number=asked.number + 1)

    assert post(**EVERYTHING, version=drawn).status_code == 302

    assert (Response.objects.get().version, newer.further) == (asked, ())
    assert said().keys() == {"single", "many00", "scale0", "call00"}


@pytest.mark.parametrize("forged", ["0", "x", "٣", "9" * 30, "-1"])
def test_a_wording_that_is_none_of_the_survey_is_the_latest(post, asked, forged):
    assert post(version=forged).status_code == 302

    assert Response.objects.get().version == asked


def test_the_wording_of_another_survey_is_not_taken(post, asked):
    assert post(version=str(SurveyVersionFactory().pk)).status_code == 302

    assert Response.objects.get().version == asked
