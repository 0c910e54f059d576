"""What the page of a closing letter says of an answer that is only marked, given before, or sent into a crowd."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from accounts import clock
from followups.closing import dispatch, settlement
from followups.models import ClosingLetter
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory

pytestmark = pytest.mark.django_db
OFFICE, HOME = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "198.51.100.9"}
PERSON = {"scripted": "1", "gesture": "touch"}
UNSENT = "is marked and not sent yet. Add a word if you like, then send it."
BUSY = "Not sent yet: this link is being opened very often just now."


def written(owner, **about):
    followup = FollowupFactory(assignee=owner, team=owner.team, **about)
    followup.resolve(by=owner, root_cause="price", resolution="Repaid.", outcome="saved")
    return dispatch.write(followup=followup, subject="S", words="We repaid you.", key=uuid4(), by=owner)


def asked():
    return InvitationFactory(contact=ContactFactory(), status="answered", language="en")


@pytest.fixture
def letter(owner):
    return written(owner, response__invitation=asked(), response__score=2)


def say(client, letter, solved, **form):
    return client.post(f"/c/{letter.token}/", {"solved": solved, **PERSON, **form}, **OFFICE)


def read(client, letter, query=""):
    return client.get(f"/c/{letter.token}/{query}", **OFFICE).text


def reread(letter):
    letter.refresh_from_db()
    return letter


@pytest.mark.parametrize(("solved", "words"), [("yes", "Yes, it is solved"), ("no", "No, not yet")])
def test_what_a_button_of_the_letter_marks_is_said_to_be_unsent(client, letter, solved, words):
    assert f"“{words}” {UNSENT}" in read(client, letter, f"?solved={solved}")

    page = client.post(f"/c/{letter.token}/", {"solved": solved, "switch": "uk"}, **OFFICE).text
    assert "але відповідь ще не надіслано" in page
    assert UNSENT not in read(client, letter)


def test_who_answered_reads_what_and_until_when_where_they_are(client, letter):
    # Two in the morning in Vilnius, and still the day before in UTC.
    ClosingLetter.objects.update(expires_at=datetime(2099, 7, 4, 23, tzinfo=UTC))
    say(client, letter, "yes")

    page = read(client, letter)
    assert "Your answer so far is “Yes, it is solved”. Until 5 Jul 2099 you can change it." in page
    assert UNSENT not in read(client, letter, "?solved=yes")
    other = read(client, letter, "?solved=no")
    assert f"“No, not yet” {UNSENT}" in other
    assert "Your answer so far is “Yes, it is solved”." in other
    assert 'value="no" checked' in other


def test_of_an_answer_that_is_held_back_nothing_is_said(client, letter):
    say(client, letter, "no", gesture="", comment="A machine's words.")
    assert reread(letter).is_held

    page = read(client, letter)

    assert "Your answer so far" not in page
    assert "checked" not in page
    assert "A machine&#x27;s words." not in page


def test_a_language_that_the_brand_has_not_is_not_spoken(client, letter):
    type(letter.followup.about.survey.brand).objects.update(languages=["en", "lt"])

    assert 'lang="lt"' in read(client, letter, "?language=lt")
    page = read(client, letter, "?language=uk")
    assert '<html lang="en">' in page
    assert 'value="uk"' not in page


def test_who_only_wrote_is_told_so(client, owner):
    letter = written(owner, response=None, invitation=asked())

    assert "You wrote to us. This is what we did about it:" in read(client, letter)


def test_what_is_sent_into_a_crowd_comes_back_whole_to_be_sent_again(client, letter, monkeypatch):
    with monkeypatch.context() as crowded:
        crowded.setattr("responses.page.links.FLOOD", 0)
        page = say(client, letter, "no", comment="The money <b>is</b> missing.", language="en")

    assert (page.status_code, page.headers["Retry-After"]) == (429, "60")
    assert f'role="alert" tabindex="-1">{BUSY}' in page.text
    assert UNSENT not in page.text
    assert 'value="no" checked' in page.text
    assert "The money &lt;b&gt;is&lt;/b&gt; missing." in page.text
    assert reread(letter).answer == ""

    say(client, letter, "no", comment="The money <b>is</b> missing.")
    assert settlement.settle_due(clock.now()) == 1
    assert reread(letter).comment == "The money <b>is</b> missing."


def test_whoever_looks_into_a_crowd_is_asked_to_come_back(client, letter, monkeypatch):
    monkeypatch.setattr("responses.page.links.FLOOD", 0)

    page = client.get(f"/c/{letter.token}/", **OFFICE)

    assert (page.status_code, page.headers["Retry-After"]) == (429, "60")
    assert "Please try again in a minute; what you answered is kept." in page.text
    assert "<title>One moment, please" in page.text


def test_a_crowd_at_one_letter_from_one_network_keeps_nobody_else_out(client, owner, letter, monkeypatch):
    monkeypatch.setattr("responses.page.links.FLOOD", 1)
    other = written(owner, response__invitation=asked(), response__score=2)
    assert [client.get(f"/c/{letter.token}/", **OFFICE).status_code for _ in range(2)] == [200, 429]

    assert client.get(f"/c/{letter.token}/", **HOME).status_code == 200
    assert client.get(f"/c/{other.token}/", **OFFICE).status_code == 200


def test_many_customers_of_one_network_are_all_heard(client, owner, monkeypatch):
    monkeypatch.setattr("responses.page.links.FLOOD", 2)
    letters = [written(owner, response__invitation=asked(), response__score=2) for _ in range(5)]

    for letter in letters:
        read(client, letter)
        assert say(client, letter, "no").status_code == 200

    assert settlement.settle_due(clock.now()) == 5
    assert ClosingLetter.objects.filter(answer="no", reopened_at__isnull=False).count() == 5


def test_a_closed_question_is_named_so(client, letter):
    ClosingLetter.objects.update(expires_at=clock.now() - timedelta(days=1))

    assert "<title>This question has closed" in read(client, letter)
    assert "<title>This link does not work" in client.get("/c/nonsense/").text
