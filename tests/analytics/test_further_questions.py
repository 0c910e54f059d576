"""What customers said to further questions: counted, led to, taken along, and hidden where words are."""

import csv
import io
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import Organisation
from analytics.models import AnswerChange
from responses import further_answers
from responses.further_answers import Given
from responses.models import FurtherAnswer
from tests.analytics.answers import answer
from tests.crm.conftest import client_of
from tests.factories import SurveyVersionFactory
from tests.responses.further.asked import QUESTIONS, version

# As asked, each after whatever score.
OF_ALL = [{**question, "tiers": []} for question in QUESTIONS]
pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return version()


@pytest.fixture
def look(client, ceo):
    def look(name="further", user=None, **query):
        client.force_login(user or ceo)
        response = client.get(f"{reverse(name)}?{urlencode(query)}")
        assert response.status_code == 200
        return response

    return look


def say(responses, key, **said):
    for response in responses:
        kept = further_answers.given_to(response.pk)
        further_answers.record(response.pk, [*kept.values(), Given(key, **said)], language="en")


def card(page, text):
    (found,) = [one for one in page.context["cards"] if text in one.text]
    return found


def choices(found):
    return {line.text: (line.number, dict(line.by_tier)) for line in found.lines}


def test_choices_are_counted_by_what_came_before_them(look, asked):
    bad, good = answer(asked, [2, 3, 4]), answer(asked, [9, 10, 9, 9])
    say([*bad, good[0]], "single", options=("1",))
    say(good[1:3], "single", options=("3",))
    say(bad, "many00", options=("1", "3"))

    page = look()

    heard = card(page, "How did you hear")
    assert choices(heard) == {
        "Friends": (4, {"bad": 3, "middle": 0, "good": 1}),
        "Advertising": (2, {"bad": 0, "middle": 0, "good": 2}),
    }
    assert [(line.share, line.low, line.high) for line in heard.lines] == [("67%", "30%", "90%"), ("33%", "10%", "70%")]
    mend = card(page, "What should we mend")
    assert {text: number for text, (number, _tiers) in choices(mend).items()} == {"Delivery": 3, "Price": 0, "Help": 3}
    assert {(line.share, line.low) for line in mend.lines} == {("–", "")}


def test_a_scale_has_a_mean_and_words_stand_with_their_answers(look, asked):
    given = answer(asked, [9, 9, 10, 8, 7, 2])
    for response, number in zip(given, (5, 4, 3, 3, 1, 2), strict=True):
        say([response], "scale0", number=number)
    say(given[:1], "words0", words="<b>Thanks</b>")
    say(given[5:], "call00", number=1, words="+370 600 00000")

    page = look()

    assert card(page, "How easy").mean == "3.00"
    assert "&lt;b&gt;Thanks&lt;/b&gt;" in page.text
    assert choices(card(page, "May we call"))["Yes, please call me"][0] == 1
    assert "+370 600" not in page.text


def test_every_number_leads_to_exactly_its_answers(look, client, asked):
    given = answer(asked, [2, 9, 9, 10, 6])
    say(given[:2], "single", options=("1",))
    say([given[0], given[4]], "many00", options=("2", "3"))
    say(given[1:], "scale0", number=4)
    say(given[4:], "call00", number=1)

    found = [one for one in look().context["cards"] if one.number]

    assert len(found) == 4
    for one in found:
        for number, url in [(one.number, one.url), *((line.number, line.url) for line in one.lines)]:
            assert client.get(url).context["all"] == number, url


def test_other_wordings_count_together_and_are_named_as_the_newest(look, asked):
    later = [{**QUESTIONS[0], "texts": {"en": {**QUESTIONS[0]["texts"]["en"], "question": "Who told you?"}}}]
    newer = SurveyVersionFactory(survey=asked.survey, questions=later)
    say(answer(asked, [9]), "single", options=("1",))
    say(answer(newer, [9]), "single", options=("1",))

    found = card(look(), "Who told you?")

    assert choices(found)["Friends"][0] == 2


def test_an_option_that_is_offered_no_more_is_counted_and_named(look, client, asked):
    left = {**QUESTIONS[0]["texts"]["en"], "options": {"2": "The press", "3": "Advertising"}}
    SurveyVersionFactory(survey=asked.survey, questions=[{**QUESTIONS[0], "texts": {"en": left}}])
    say(answer(asked, [9]), "single", options=("1",))

    found = card(look(), "How did you hear")

    assert [(line.text, line.number) for line in found.lines] == [("Friends", 1), ("The press", 0), ("Advertising", 0)]
    assert client.get(found.lines[0].url).context["all"] == 1
    (row,) = client_of(scopes=["all_answers", "personal"]).get("/api/v1/responses/").json()["results"]
    assert row["further"][0]["options"] == ["Friends"]


def test_only_what_the_reader_may_see_is_counted(look, asked, manager, team):
    ours, theirs = answer(asked, [9], team=team), answer(asked, [9])
    say([*ours, *theirs], "single", options=("1",))

    assert card(look(user=manager), "How did you hear").number == 1
    assert card(look(), "How did you hear").number == 2


def test_hidden_words_stay_hidden_and_where_to_call_does_not(look, client, asked, manager, team):
    Organisation.objects.update_or_create(pk=1, defaults={"hides_critics_words": True})
    (critic,) = answer(version(OF_ALL), [2], manager=manager, team=team)
    say([critic], "words0", words="He was rude")
    say([critic], "call00", number=1, words="+370 1")

    assert "He was rude" not in look(user=manager).text
    assert "He was rude" in look().text


def test_the_counts_are_taken_along(look, asked):
    say(answer(asked, [2, 3, 4, 5, 9, 9]), "single", options=("3",))

    rows = list(csv.DictReader(io.StringIO(look("further_csv").getvalue().decode().lstrip("\ufeff"))))

    (row,) = [row for row in rows if row["choice"] == "Advertising"]
    assert (row["answers"], row["bad"], row["good"], row["share"], row["share_low"]) == ("6", "4", "2", "100.0", "61.0")


def test_without_any_the_page_says_how_to_make_one(look):
    assert "No further questions were asked" in look().text


def test_what_is_said_is_told_to_other_systems(asked):
    (one,) = answer(asked, [9])
    AnswerChange.objects.all().delete()

    say([one], "scale0", number=4)
    assert AnswerChange.objects.filter(answer_id=one.pk).exists()
    AnswerChange.objects.all().delete()
    FurtherAnswer.objects.update(number=4)
    assert not AnswerChange.objects.exists()
    FurtherAnswer.objects.all().delete()
    assert AnswerChange.objects.filter(answer_id=one.pk).exists()


def test_the_page_of_an_answer_shows_what_was_said(client, administrator, asked):
    (one,) = answer(asked, [2])
    say([one], "many00", options=("1", "3"))
    say([one], "call00", number=1, words="+370 600 <b>")
    client.force_login(administrator)

    text = client.get(reverse("answer", args=[one.pk])).text

    assert "<dt>What should we mend?</dt><dd>Delivery, Help</dd>" in text
    assert "<strong>Yes, please call me</strong>: +370 600 &lt;b&gt;" in text


def test_the_rated_do_not_read_the_words_of_critics_there(client, asked, administrator):
    Organisation.objects.update_or_create(pk=1, defaults={"hides_critics_words": True})
    (one,) = answer(asked, [2], manager=administrator)
    say([one], "words0", words="He was rude")
    client.force_login(administrator)

    text = client.get(reverse("answer", args=[one.pk])).text

    assert "He was rude" not in text
    assert "Words hidden" in text


def test_programs_are_told_in_words_and_not_what_is_hidden(manager):
    (one,) = answer(version(OF_ALL), [2], manager=manager)
    say([one], "single", options=("3",))
    say([one], "words0", words="He was rude")
    say([one], "call00", number=1, words="+370 1")
    told = {"single": ["Advertising"], "words0": "He was rude", "call00": "+370 1"}

    def read():
        (row,) = client_of(scopes=["all_answers", "personal"]).get("/api/v1/responses/").json()["results"]
        return {each["key"]: each["options"] or each["words"] for each in row["further"]}

    assert read() == told
    Organisation.objects.update_or_create(pk=1, defaults={"hides_critics_words": True})
    assert read() == {**told, "words0": ""}


def test_programs_without_the_scope_are_not_told_what_may_name_somebody(asked):
    say(answer(asked, [2]), "words0", words="Ask Ona")

    (row,) = client_of(scopes=["all_answers"]).get("/api/v1/responses/").json()["results"]

    assert "further" not in row
