from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from accounts import clock
from responses.models import LinkVisit, Response, ResponseTopic, Topic
from tests.factories import ContactFactory, InvitationFactory, ProductFactory, ResponseFactory

PERSON = {"scripted": "1", "gesture": "pointer"}
MACHINE = {"scripted": "1", "gesture": ""}


def shown_now():
    return str(int(clock.now().timestamp() * 1000))


def send_score(client, invitation, score, **fields):
    return client.post(invitation.path, {"step": "score", "language": "en", "score": score, **fields})


def send_details(client, invitation, comment="", topic=(), **fields):
    form = {"step": "why", "language": "en", "comment": comment, "topic": list(topic), **fields}
    return client.post(invitation.path, form)


def as_machine(client, invitation, score):
    return send_score(client, invitation, score, **MACHINE, shown=shown_now())


def test_score_is_recorded_with_the_frozen_facts(client, team, owner):
    invitation = InvitationFactory(
        contact=ContactFactory(), product=ProductFactory(), manager=owner, team=team, amount="99.50", currency="EUR"
    )

    send_score(client, invitation, 9, **PERSON)

    response = Response.objects.get()
    for fact in ("survey", "version", "contact", "company", "manager", "team", "product", "channel", "kind", "medium"):
        assert getattr(response, fact) == getattr(invitation, fact)
    assert str(response.amount) == "99.50"
    assert (response.score, response.category, response.language) == (9, "promoter", "en")
    assert (response.trail, response.suspicion, response.is_provisional) == ([], [], False)
    assert (response.finished_at, response.settled_at) == (None, None)
    invitation.refresh_from_db()
    assert invitation.status == "answered"
    assert invitation.answered_at == response.answered_at


def test_answer_keeps_the_language_it_was_given_in(client, invitation):
    client.post(invitation.path, {"step": "score", "language": "uk", "score": "9"})

    assert Response.objects.get().language == "uk"


def test_missing_score_keeps_the_page_and_says_what_to_do(client, invitation):
    response = client.post(invitation.path, {"step": "score", "language": "en"})

    text = response.content.decode()
    assert response.status_code == 200
    assert 'id="missing" role="alert" tabindex="-1">Tap a number from 0 to 10, then send it.' in text
    assert not Response.objects.exists()
    assert LinkVisit.objects.get().method == "POST"


def test_words_and_topics_are_recorded_and_finish_the_answer(client, invitation):
    first, second = Topic.objects.order_by("pk")[:2]
    send_score(client, invitation, 6)

    send_details(client, invitation, "Slow\r\ncourier\x00 ", [first.pk, second.pk, 999999, "x"])

    response = Response.objects.get()
    assert response.comment == "Slow\ncourier"
    assert response.finished_at is not None
    assert set(response.response_topics.values_list("topic", "source")) == {
        (first.pk, "tapped"),
        (second.pk, "tapped"),
    }


def test_untapping_a_topic_removes_only_what_the_customer_tapped(client, invitation):
    first, second = Topic.objects.order_by("pk")[:2]
    send_score(client, invitation, 6)
    send_details(client, invitation, topic=[first.pk])
    ResponseTopic.objects.create(response=Response.objects.get(), topic=second, source="manual")

    send_details(client, invitation, topic=[])

    assert list(Response.objects.get().response_topics.values_list("topic", "source")) == [(second.pk, "manual")]


def test_sending_twice_changes_nothing(client, invitation):
    for _ in range(2):
        send_score(client, invitation, 6)
    for _ in range(2):
        send_details(client, invitation, "Slow")
    before = Response.objects.values().get()

    send_score(client, invitation, 6)
    send_details(client, invitation, "Slow")

    assert Response.objects.values().get() == before
    assert before["trail"] == []


def test_revising_keeps_the_trail(client, invitation):
    send_score(client, invitation, 3)
    send_details(client, invitation, "Bad")
    first = Response.objects.get()

    send_score(client, invitation, 9)
    send_details(client, invitation, "Sorted out")

    response = Response.objects.get()
    assert (response.score, response.comment, response.category) == (9, "Sorted out", "promoter")
    assert [(entry["score"], entry["comment"]) for entry in response.trail] == [(3, "Bad"), (9, "Bad")]
    assert response.trail[0]["at"][:19] == first.changed_at.isoformat()[:19]
    assert response.answered_at == first.answered_at
    assert response.changed_at > first.changed_at


def test_revising_shows_the_earlier_answer(client, invitation):
    topic = Topic.objects.order_by("pk").first()
    send_score(client, invitation, 3)
    send_details(client, invitation, "Bad", [topic.pk])

    again = client.get(invitation.path).content.decode()
    why = send_score(client, invitation, 4).content.decode()

    assert "Your answer so far is 3. Until " in again
    assert 'value="3" checked' in again
    assert ">Bad</textarea>" in why
    assert f'name="topic" value="{topic.pk}" checked' in why


def test_going_back_saves_the_words_without_finishing(client, invitation):
    send_score(client, invitation, 3)

    text = send_details(client, invitation, "Half a thou", back="1").content.decode()

    response = Response.objects.get()
    assert 'value="3" checked' in text
    assert (response.comment, response.finished_at) == ("Half a thou", None)


def test_details_without_a_score_ask_for_the_score(client, invitation):
    text = send_details(client, invitation, "Hm").content.decode()

    assert "Tap a number from 0 to 10, then send it." in text
    assert not Response.objects.exists()


def test_revision_before_settling_waits_for_page_two_again(client, invitation):
    send_score(client, invitation, 3)
    send_details(client, invitation, "Bad")

    send_score(client, invitation, 4)

    assert Response.objects.get().finished_at is None


def test_revision_after_settling_stays_settled(client, invitation):
    moment = clock.now()
    send_score(client, invitation, 3)
    Response.objects.update(settled_at=moment, finished_at=moment)

    send_score(client, invitation, 9)

    response = Response.objects.get()
    assert (response.score, response.settled_at, response.finished_at) == (9, moment, moment)
    assert [entry["score"] for entry in response.trail] == [3]


def test_machine_submission_is_provisional_and_does_not_count(client, invitation):
    as_machine(client, invitation, 0)

    response = Response.objects.get()
    assert (response.score, response.is_provisional) == (0, True)
    assert response.suspicion == ["no_gesture", "quick"]
    assert not Response.objects.counted().exists()
    invitation.refresh_from_db()
    assert (invitation.status, invitation.answered_at) == ("sent", None)
    assert "Your answer so far" not in client.get(invitation.path).content.decode()


def test_person_replaces_a_machine_and_the_trail_says_so(client, invitation):
    as_machine(client, invitation, 0)
    send_details(client, invitation, "buy now", **MACHINE, shown=shown_now())

    send_score(client, invitation, 9, **PERSON)

    response = Response.objects.counted().get()
    assert (response.score, response.comment, response.suspicion) == (9, "", [])
    assert [(e["score"], e["comment"], e["provisional"]) for e in response.trail] == [(0, "buy now", True)]
    invitation.refresh_from_db()
    assert invitation.answered_at == response.answered_at


def test_person_on_page_two_confirms_the_score_of_page_one(client, invitation):
    as_machine(client, invitation, 9)

    send_details(client, invitation, "Yes, me", **PERSON)

    assert Response.objects.counted().get().comment == "Yes, me"
    invitation.refresh_from_db()
    assert invitation.status == "answered"


@pytest.mark.parametrize("is_settled", [True, False])
def test_machine_never_overwrites_a_person(client, invitation, is_settled):
    send_score(client, invitation, 9, **PERSON)
    send_details(client, invitation, "Great", **PERSON)
    if is_settled:
        Response.objects.update(settled_at=clock.now())
    before = Response.objects.values().get()

    as_machine(client, invitation, 0)
    send_details(client, invitation, "", **MACHINE, shown=shown_now())

    assert Response.objects.values().get() == before
    assert list(LinkVisit.objects.order_by("-pk").values_list("verdict", flat=True)[:2]) == ["machine", "machine"]


def test_person_without_scripts_counts(client, invitation):
    shown = str(int((clock.now() - timedelta(seconds=4)).timestamp() * 1000))

    send_score(client, invitation, 8, shown=shown, scripted="", gesture="")

    response = Response.objects.counted().get()
    assert (response.score, response.suspicion) == (8, ["no_script"])


@pytest.mark.django_db(transaction=True)
def test_eight_submissions_at_once_make_one_response_with_every_score():
    invitation = InvitationFactory()

    def submit(score):
        try:
            return send_score(Client(), invitation, score, **PERSON).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(submit, range(8)))

    response = Response.objects.get()
    assert statuses == [200] * 8
    assert sorted([response.score, *(entry["score"] for entry in response.trail)]) == list(range(8))
    moments = [entry["at"] for entry in response.trail]
    assert len(moments) == 7
    assert LinkVisit.objects.count() == 8


@pytest.mark.parametrize("score", [-1, 11])
def test_database_refuses_a_score_out_of_range(db, score):
    with pytest.raises(IntegrityError, match="score"):
        ResponseFactory(score=score)


@pytest.mark.parametrize(
    ("score", "category"),
    [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter"), (10, "promoter")],
)
def test_database_makes_the_category(db, score, category):
    assert Response.objects.get(pk=ResponseFactory(score=score).pk).category == category
