"""What was said to a question of one score stays with the answer when the score is changed, and does not count then."""

import pytest
from django.urls import reverse

from analytics.explorer.answers import _who_said
from responses.models import FurtherAnswer, Response
from tests.factories import InvitationFactory, ResponseFactory
from tests.responses.further.asked import version

pytestmark = pytest.mark.django_db
PERSON = {"language": "en", "scripted": "1", "gesture": "key"}


@pytest.fixture
def say(client):
    invitation = InvitationFactory(version=version(), language="en")

    def say(step, **fields):
        fields = {name.replace("__", "-"): value for name, value in fields.items()}
        return client.post(invitation.path, {**PERSON, "step": step, **fields}).text

    return say


def said():
    return {row.key: row.said_with for row in FurtherAnswer.objects.all()}


def standing():
    return set(FurtherAnswer.objects.standing().values_list("key", flat=True))


def counted(key):
    return _who_said(Response.objects.all(), key).count()


@pytest.fixture
def changed_to_a_nine(say):
    say("score", score=2)
    say("why", score=2, **{"q-many00": "2", "q-single": "1"})
    say("score", score=9)


def test_it_stays_and_does_not_count(changed_to_a_nine):
    assert said() == {"many00": 2, "single": 2}
    assert standing() == {"single"}
    assert (counted("many00"), counted("single")) == (0, 1)


def test_what_is_asked_after_the_new_score_is_said_with_it_and_the_rest_stays(changed_to_a_nine, say):
    say("why", score=9, **{"q-words0": "Thanks", "q-single": "3"})
    assert said() == {"many00": 2, "single": 9, "words0": 9}
    assert standing() == {"single", "words0"}

    say("why", score=9, **{"q-single": "3"})

    assert said() == {"many00": 2, "single": 9}


def test_with_the_score_back_it_counts_again(changed_to_a_nine, say):
    page = say("score", score=3)

    assert standing() == {"many00", "single"}
    assert 'name="q-many00" value="2" checked' in page
    say("why", score=3)
    assert said() == {}


def test_the_page_of_the_answer_says_with_which_score(changed_to_a_nine, client, administrator):
    client.force_login(administrator)

    page = client.get(reverse("answer", args=[Response.objects.get().pk])).text

    assert page.count("said with a 2") == 1
    assert "Price" in page


def test_files_and_the_report_leave_it_out(changed_to_a_nine, client, administrator):
    client.force_login(administrator)
    report = client.get(reverse("further"))

    numbers = {card.text: card.number for card in report.context["cards"]}
    assert numbers["What should we mend?"] == 0
    assert sum(numbers.values()) == 1


@pytest.mark.parametrize("score", [2, 7, 9])
@pytest.mark.parametrize("categories", [[], ["detractor"], ["promoter", "passive"]])
def test_the_rule_is_one_in_the_database_and_here(score, categories):
    response = ResponseFactory(invitation__version=version(), score=score)
    response.refresh_from_db()
    row = FurtherAnswer.objects.create(response=response, key="single", options=["1"], categories=categories)

    stands = row.stands_after(response.category)
    assert FurtherAnswer.objects.standing().exists() == stands
    assert FurtherAnswer.objects.standing_after(response.category).exists() == stands
