"""Topics of comments: found when an answer has settled, read anew by a new dictionary, corrected by staff."""

from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import clock, setaside
from accounts.models import SetAsideRow
from responses.models import Response, ResponseTopic, Topic, TopicDictionary, TopicLabel
from responses.services import settle_due
from responses.topics import upkeep
from responses.topics.labels import correct
from responses.topics.patterns import PatternError
from tests.bad_rows import heal, poison, set_aside
from tests.factories import ResponseFactory
from tests.responses.test_answering import PERSON, send_details, send_score

pytestmark = pytest.mark.django_db


def settled(comment, **fields):
    now = clock.now()
    return ResponseFactory(comment=comment, finished_at=now, settled_at=now, **fields)


def topics_of(response):
    return dict(response.response_topics.values_list("topic__slug", "source"))


def pk_of(slug):
    return Topic.objects.get(slug=slug).pk


def changed(by=None, **patterns):
    """Publish a dictionary in which some topics have other words, English ones alone."""
    newest = TopicDictionary.newest()
    words = {**newest.patterns, **{slug: {"en": words} for slug, words in patterns.items()}}
    return upkeep.publish(patterns=words, ignored=newest.ignored, by=by, instead_of=newest.number)


def test_topics_of_a_comment_are_found_once_its_answer_has_settled(client, invitation):
    send_score(client, invitation, 3, **PERSON)
    send_details(client, invitation, "Доставка надто дорого", **PERSON)
    assert upkeep.tag_due() == 0

    settle_due()

    assert upkeep.tag_due() == 1
    assert upkeep.tag_due() == 0
    response = Response.objects.get()
    assert topics_of(response) == {"delivery": "auto", "price": "auto"}
    assert set(response.response_topics.values_list("version", flat=True)) == {1}
    assert response.tagged_at is not None


def test_settling_nudges_the_search_for_topics(monkeypatch):
    nudged = []
    monkeypatch.setattr("responses.services.nudge", nudged.append)
    ResponseFactory(finished_at=clock.now())

    settle_due()

    assert nudged == ["responses.tag_comments"]


def test_another_comment_is_read_anew_and_none_has_no_topics(client, invitation):
    send_score(client, invitation, 3, **PERSON)
    send_details(client, invitation, "Late delivery", **PERSON)
    settle_due()
    upkeep.tag_due()

    send_details(client, invitation, "Too expensive", **PERSON)
    upkeep.tag_due()
    assert topics_of(Response.objects.get()) == {"price": "auto"}

    send_details(client, invitation, "", **PERSON)
    assert topics_of(Response.objects.get()) == {}


def test_what_is_tapped_is_the_customers_whatever_was_found(client, invitation):
    send_score(client, invitation, 3, **PERSON)
    send_details(client, invitation, "Late delivery", [pk_of("staff")], **PERSON)
    settle_due()
    upkeep.tag_due()
    assert topics_of(Response.objects.get()) == {"delivery": "auto", "staff": "tapped"}

    send_details(client, invitation, "Late delivery", [pk_of("delivery"), pk_of("staff")], **PERSON)
    upkeep.tag_due()

    assert topics_of(Response.objects.get()) == {"delivery": "tapped", "staff": "tapped"}


def test_a_comment_that_cannot_be_read_stops_no_other():
    bad, other = settled("Late delivery"), settled("Late delivery")
    poison("responses_responsetopic", f"response_id <> {bad.pk}")

    assert upkeep.tag_due() == 1
    assert upkeep.tag_due() == 0
    assert (topics_of(bad), topics_of(other)) == ({}, {"delivery": "auto"})
    assert set_aside("tagging") == [("", str(bad.pk))]

    heal("responses_responsetopic")
    setaside.try_again(SetAsideRow.objects.all(), now=clock.now())
    assert upkeep.tag_due() == 1
    assert topics_of(bad) == {"delivery": "auto"}
    assert not SetAsideRow.objects.exists()


def test_a_new_dictionary_changes_what_was_found_and_nothing_else(owner, monkeypatch):
    monkeypatch.setattr(upkeep, "PART", 2)
    answers = [settled("The parcel was late") for _ in range(5)]
    upkeep.tag_due(limit=10)
    ResponseTopic.objects.create(response=answers[0], topic_id=pk_of("staff"), source="tapped")
    correct(response_id=answers[1].pk, topic_ids=[pk_of("quality")], by=owner)
    correct(response_id=answers[2].pk, topic_ids=[pk_of("delivery")], by=owner)

    dictionary = changed(delivery=["van"], price=["parcel"])
    assert upkeep.retag() == 5
    assert upkeep.retag() == 0

    found = [topics_of(answer) for answer in answers]
    assert found[0] == {"price": "auto", "staff": "tapped"}
    assert found[1] == {"price": "auto", "quality": "manual"}
    assert found[2] == {"price": "auto", "delivery": "manual"}
    assert found[3] == found[4] == {"price": "auto"}
    dictionary.refresh_from_db()
    assert dictionary.is_applied
    assert ResponseTopic.objects.get(response=answers[3]).version == dictionary.number == 2


def test_what_staff_denied_is_never_found_again(client, invitation, owner):
    send_score(client, invitation, 3, **PERSON)
    send_details(client, invitation, "Late delivery", **PERSON)
    settle_due()
    upkeep.tag_due()
    response = Response.objects.get()

    correct(response_id=response.pk, topic_ids=[], by=owner)
    changed(price=["value"])
    upkeep.retag()
    send_details(client, invitation, "A late delivery again", [pk_of("delivery"), pk_of("price")], **PERSON)
    upkeep.tag_due()

    assert topics_of(response) == {"price": "tapped"}
    label = TopicLabel.objects.get()
    assert (label.topic.slug, label.is_about, label.by) == ("delivery", False, owner)


def test_staff_confirm_and_take_back_and_the_last_word_is_kept(owner, teammate):
    response = settled("Late delivery")
    upkeep.tag_due()
    delivery, price = pk_of("delivery"), pk_of("price")

    correct(response_id=response.pk, topic_ids=[delivery, price], by=owner)
    assert topics_of(response) == {"delivery": "manual", "price": "manual"}

    correct(response_id=response.pk, topic_ids=[delivery], by=teammate)
    assert topics_of(response) == {"delivery": "manual"}
    assert set(TopicLabel.objects.values_list("topic", "is_about", "by")) == {
        (delivery, True, teammate.pk),
        (price, False, teammate.pk),
    }


def test_reading_anew_that_was_killed_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(upkeep, "PART", 2)
    answers = [settled("The parcel was late") for _ in range(4)]
    upkeep.tag_due(limit=10)
    dictionary = changed(delivery=["van"])
    upkeep._retag_part()

    dictionary.refresh_from_db()
    assert dictionary.applied_up_to == answers[1].pk
    assert upkeep.retag() == 2
    assert not ResponseTopic.objects.exists()


def test_a_comment_that_fails_while_all_are_read_anew_waits_among_the_new_ones():
    bad, other = settled("The parcel was late"), settled("The parcel was late")
    upkeep.tag_due()
    changed(delivery=["van"], price=["parcel"])
    poison("responses_responsetopic", f"response_id <> {bad.pk}")

    upkeep.retag()

    assert topics_of(other) == {"price": "auto"}
    assert list(Response.objects.untagged()) == [bad]


def test_two_changes_of_one_dictionary_do_not_undo_each_other():
    newest = TopicDictionary.newest()
    changed(price=["value"])

    with pytest.raises(upkeep.OutdatedDictionary):
        upkeep.publish(patterns={}, ignored={}, by=None, instead_of=newest.number)
    with pytest.raises(PatternError):
        changed(price=["*"])
    assert TopicDictionary.newest().number == newest.number + 1


def test_a_topic_that_is_gone_is_found_by_nobody():
    Topic.objects.get(slug="delivery").delete()
    response = settled("Late delivery, and expensive")

    assert upkeep.tag_due() == 1
    assert topics_of(response) == {"price": "auto"}


def test_what_was_found_says_by_which_dictionary():
    response = settled("Late")

    for source, version in (("auto", None), ("tapped", 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ResponseTopic.objects.create(response=response, topic_id=pk_of("price"), source=source, version=version)


@pytest.mark.django_db(transaction=True)
def test_several_workers_read_each_comment_once():
    for _ in range(20):
        settled("Late delivery")
    done = []

    def work():
        try:
            done.append(upkeep.tag_due(limit=10))
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(done) == 20
    assert ResponseTopic.objects.count() == 20
