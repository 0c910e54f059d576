"""Further questions on the pages of open links: those of the wording by which the score was given."""

import pytest

from responses.models import FurtherAnswer, Response
from tests.factories import OpenLinkFactory, SurveyVersionFactory
from tests.responses.further.asked import QUESTIONS, version
from tests.responses.open_links.conftest import Device

pytestmark = pytest.mark.django_db


def said():
    return dict(FurtherAnswer.objects.values_list("key", "options"))


def test_what_is_said_is_kept_once():
    phone = Device(OpenLinkFactory(version=version()))
    phone.answer(2)

    for _again in range(2):
        phone.say("Late", **{"q-single": "3", "q-unknown": "1"})

    assert said() == {"single": ["3"]}


def test_a_wording_published_meanwhile_changes_no_question_of_an_answer_begun():
    begun = version(QUESTIONS[:1])
    phone = Device(OpenLinkFactory(version=begun))
    phone.answer(2)
    SurveyVersionFactory(survey=begun.survey, questions=QUESTIONS[1:2])

    phone.say("Late", **{"q-single": "3", "q-many00": "1"})
    again = phone.answer(2).text

    assert said() == {"single": ["3"]}
    assert Response.objects.get().version == begun
    assert "q-single" in again
    assert "q-many00" not in again
