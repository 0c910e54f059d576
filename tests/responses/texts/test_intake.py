"""What becomes of a text that a customer sends back."""

from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import SetAsideRow
from crm.models import Suppression
from delivery.models import IncomingLetter, IncomingText
from delivery.signals import letters_arrived, texts_arrived
from responses import services, tasks
from responses.models import LinkVisit, Response
from responses.texts import intake
from surveys.models import Invitation
from tests.factories import ContactFactory, ResponseFactory
from tests.responses.texts.postbag import NUMBER, asked, text

pytestmark = pytest.mark.django_db


def take(invitation, *texts, **fields):
    """Take up texts, one after another, and return what became of each."""
    rows = []
    for words in texts:
        rows.append(text(invitation, words, **fields))
        tasks.take_texts()
    return [IncomingText.objects.get(pk=row.pk).became for row in rows]


def test_a_number_is_the_answer_of_a_person(django_capture_on_commit_callbacks):
    invitation = asked(language="lt", remind_at=clock.now(), reminders_left=1)

    assert take(invitation, "9") == ["score"]

    response = Response.objects.get()
    assert (response.score, response.comment, response.language, response.medium) == (9, "", "lt", "sms")
    assert (response.entry_id, response.origin, response.label) == (1, "invited", "human")
    assert (response.is_provisional, response.suspicion, response.finished_at) == (False, [], None)
    visit = LinkVisit.objects.get()
    assert (visit.method, visit.user_agent, visit.verdict, visit.evidence) == ("SMS", "text", "human", ["text"])
    invitation.refresh_from_db()
    assert (invitation.status, invitation.answered_at) == ("answered", response.answered_at)
    assert not Invitation.objects.to_remind(clock.now()).exists()
    assert not IncomingLetter.objects.exists()


@pytest.mark.parametrize(("words", "settles_at_once"), [("9", False), ("9 дякую", True)])
def test_an_answer_with_words_settles_at_once(words, settles_at_once):
    take(asked(), words)

    assert services.settle_due() == settles_at_once
    assert services.settle_due(now=clock.now() + timedelta(hours=1)) == (not settles_at_once)


def test_words_after_an_answer_are_added_to_its_comment():
    invitation = asked()

    assert take(invitation, "9 дякую", "кур'єр чемний", "Кур'єр\nсупер", "дякую") == [
        "score", "comment", "comment", "comment",
    ]  # fmt: skip

    response = Response.objects.get()
    assert (response.score, response.comment) == (9, "дякую\nкур'єр чемний\nКур'єр\nсупер")
    assert response.finished_at is not None
    assert [entry["comment"] for entry in response.trail] == ["дякую", "дякую\nкур'єр чемний"]
    assert not IncomingLetter.objects.exists()


def test_another_number_revises_the_answer_and_keeps_its_words():
    take(asked(), "9 дякую", "3", "3", "4, зламалося")

    response = Response.objects.get()
    assert (response.score, response.comment) == (4, "дякую\nзламалося")
    assert [(entry["score"], entry["comment"]) for entry in response.trail][:2] == [(9, "дякую"), (3, "дякую")]


def test_a_number_that_was_on_its_way_for_long_changes_no_later_answer():
    invitation = asked()
    ResponseFactory(invitation=invitation, score=9, changed_at=clock.now())
    text(invitation, "3", arrived_at=clock.now() - timedelta(minutes=5))

    intake.take_due()

    assert Response.objects.get().score == 9
    assert IncomingText.objects.get().became == "letter"


def test_a_text_in_the_language_of_the_answer_leaves_it():
    invitation = asked(language="uk")
    ResponseFactory(invitation=invitation, score=3, language="lt")

    take(invitation, "5 ačiū")

    assert Response.objects.get().language == "lt"


def test_a_persons_text_replaces_the_answer_of_a_machine():
    invitation = asked()
    ResponseFactory(invitation=invitation, score=0, comment="spam", is_provisional=True, suspicion=["burst"])

    assert take(invitation, "words alone", "9 супер") == ["letter", "score"]

    response = Response.objects.get()
    assert (response.score, response.comment, response.is_provisional, response.suspicion) == (9, "супер", False, [])
    assert [entry.get("provisional") for entry in response.trail] == [True]
    invitation.refresh_from_db()
    assert invitation.status == "answered"


@pytest.mark.parametrize("words", ["8 або 9", "-1", "11", "Передзвоніть", NUMBER, "x" * 2000, "'; DROP TABLE x; --"])
def test_what_is_no_answer_is_a_letter_for_a_person(words):
    heard = []
    letters_arrived.connect(hear := lambda letter_ids, **_news: heard.extend(letter_ids))
    invitation = asked()

    assert take(invitation, words) == ["letter"]

    letter = IncomingLetter.objects.get()
    sent = invitation.sendings.get().message
    assert (letter.answers, letter.text, letter.from_address, letter.source) == (sent, words, NUMBER, "sms")
    assert (letter.is_proven, letter.is_from_elsewhere, letter.medium) == (True, False, "sms")
    assert bytes(letter.digest) == bytes(IncomingText.objects.get().digest)
    assert not Response.objects.exists()
    assert not LinkVisit.objects.exists()
    letters_arrived.disconnect(hear)


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": clock.now() - timedelta(minutes=1)},
        {"status": "expired"},
        {"status": "suppressed", "reason": "cancelled", "asked_at": None},
    ],
    ids=["over", "expired", "withdrawn"],
)
def test_what_comes_too_late_is_a_letter(change):
    invitation = asked()
    Invitation.objects.filter(pk=invitation.pk).update(**change)

    assert take(invitation, "9", "дякую") == ["letter", "letter"]

    assert not Response.objects.exists()


def test_a_text_is_judged_by_when_it_came_not_by_when_a_worker_was_free():
    invitation = asked(expires_at=clock.now() - timedelta(minutes=1))

    assert take(invitation, "9", arrived_at=clock.now() - timedelta(hours=1)) == ["score"]


def test_what_comes_long_after_the_answer_is_a_letter():
    invitation = asked()
    ResponseFactory(invitation=invitation, score=3, answered_at=clock.now() - timedelta(days=8))

    assert take(invitation, "9", "ok") == ["letter", "letter"]

    assert Response.objects.get().score == 3


def test_words_to_staff_who_are_in_contact_are_a_letter_though_a_number_is_a_revision():
    invitation = asked()
    ResponseFactory(invitation=invitation, score=3)
    Response.objects.all().freeze(at=clock.now())

    assert take(invitation, "Чекаю на дзвінок", "8") == ["letter", "score"]

    response = Response.objects.get()
    assert (response.score, response.counted_score, response.comment) == (8, 3, "")


@pytest.mark.parametrize(
    ("metric", "words", "score"),
    [("csat", "5/5 дякую", 5), ("csat", "9", None), ("csat", "0", None), ("ces", "7", 7), ("ces", "10/10", None)],
)
def test_each_metric_has_its_scale(metric, words, score):
    take(asked(metric), words)

    assert list(Response.objects.values_list("score", flat=True)) == ([] if score is None else [score])
    assert IncomingLetter.objects.exists() == (score is None)


def test_a_stop_ends_all_messages_through_the_number():
    invitation = asked()

    assert take(invitation, "СТОП") == ["stop"]

    invitation.contact.refresh_from_db()
    assert invitation.contact.do_not_contact_reason == "unsubscribed"
    row = Suppression.objects.get(medium="sms")
    assert (row.why, row.scope) == ("opt_out", "person")
    assert row.evidence == f"“СТОП” · {IncomingText.objects.get().gateway_id}:SM0"
    assert not IncomingLetter.objects.exists()


def test_a_stop_wins_over_the_score_beside_it_and_after_everything():
    invitation = asked(expires_at=clock.now() - timedelta(days=1))

    assert take(invitation, "9 stop") == ["stop"]
    assert Suppression.objects.filter(medium="sms").exists()
    assert not Response.objects.exists()


def test_a_score_beside_a_stop_counts():
    assert take(asked(), "2 STOP") == ["stop"]

    assert Response.objects.get().score == 2
    assert Suppression.objects.exists()


def test_what_the_gateway_stopped_is_a_no_whatever_it_says():
    take(asked(), "9 arret", opt_out=True)

    assert IncomingText.objects.get().became == "stop"
    assert Suppression.objects.exists()


def test_a_text_that_answers_nothing_may_only_stop_and_else_is_a_letter():
    contact = ContactFactory()
    contact.addresses.create(medium="sms", value=NUMBER, is_preferred=True)

    assert take(None, "9", "Хто це?", "стоп", "", "\u200b") == ["letter", "letter", "stop", "nothing", "nothing"]

    assert list(IncomingLetter.objects.order_by("pk").values_list("answers", "text")) == [
        (None, "9"),
        (None, "Хто це?"),
    ]
    contact.refresh_from_db()
    assert not contact.may_be_contacted


def test_a_stop_of_what_is_no_number_is_a_letter():
    assert take(None, "stop", from_number="7575-bank") == ["letter"]


def test_a_text_that_fails_is_set_aside_and_holds_up_no_other(monkeypatch):
    invitation = asked()
    record = services.record_text

    def break_at_one(**said):
        if said["score"] == 1:
            raise ValueError("too much")
        record(**said)

    monkeypatch.setattr(services, "record_text", break_at_one)
    bad, good = text(invitation, "1"), text(invitation, "9")

    intake.take_due()

    assert Response.objects.get().score == 9
    assert (IncomingText.objects.untaken().get(), IncomingText.objects.get(pk=good.pk).became) == (bad, "score")
    assert SetAsideRow.objects.get().reason == "ValueError: too much"


def test_words_without_end_become_letters():
    invitation = asked()

    assert take(invitation, "9: " + "a" * 1990, "b" * 2000, "c" * 2000) == ["score", "comment", "letter"]


def test_news_of_texts_nudge_the_worker(monkeypatch):
    nudged = []
    monkeypatch.setattr("responses.receivers.nudge", nudged.append)

    texts_arrived.send(sender=None, text_ids=[1])

    assert nudged == ["responses.take_texts"]
