"""What contacts said last and what stands open of it follows every change, whoever makes it."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts import clock
from accounts.models import SetAsideRow
from crm import merges
from crm.models import LatestScore, ScoreChange
from followups import latest_scores
from followups.models import Activity, Followup
from responses.evidence.corrections import relabel
from responses.models import Response, ResponseTopic, Topic
from responses.services import settle_due
from responses.topics.labels import correct
from surveys.metrics import SCALES
from tests.factories import ContactFactory, FollowupFactory, ProductFactory, ResponseFactory

pytestmark = pytest.mark.django_db
NOW = clock.now()


def answer(contact, score, *, days_ago=1, **fields):
    moment = NOW - timedelta(days=days_ago)
    fields = {"settled_at": moment, **fields}
    return ResponseFactory(invitation__contact=contact, score=score, answered_at=moment, **fields)


def known(contact):
    """Return (metric, score, previous, trend, work) of each latest score, once all changes are worked out."""
    latest_scores.keep_due()
    rows = LatestScore.objects.filter(contact=contact).order_by("metric")
    return [(row.metric, row.score, row.previous_score, row.trend, row.work) for row in rows]


@pytest.fixture
def ona():
    return ContactFactory(first_name="Ona")


def test_settling_an_answer_writes_the_latest_score_in_the_same_transaction(ona):
    product = ProductFactory()
    answer(ona, 9, days_ago=90)
    response = answer(ona, 3, settled_at=None, finished_at=NOW, product=product)
    ResponseTopic.objects.create(response=response, topic=Topic.objects.get(slug="price"), source="tapped")

    settle_due()

    row = LatestScore.objects.get(contact=ona)
    assert (row.metric, row.answer, row.score, row.category) == ("nps", response.pk, 3, "detractor")
    assert (row.previous_score, row.previous_category, row.trend) == (9, "promoter", "fell")
    assert (row.product, row.topics, row.answered_at) == (product, ["price"], response.answered_at)


def test_what_does_not_count_is_no_latest_score(ona):
    answer(ona, 9, days_ago=9)
    answer(ona, 1, days_ago=3, origin="test")
    answer(ona, 2, days_ago=2, is_provisional=True)
    answer(ona, 4, days_ago=1, settled_at=None)

    assert known(ona) == [("nps", 9, None, "", "none")]


def test_metrics_do_not_mix(ona):
    answer(ona, 9)
    answer(ona, 2, metric="csat")

    assert known(ona) == [("csat", 2, None, "", "none"), ("nps", 9, None, "", "none")]


def test_of_answers_of_one_moment_the_later_one_counts(ona):
    answer(ona, 9)
    answer(ona, 5)

    assert known(ona)[0][1:4] == (5, 9, "fell")


def test_a_revision_and_its_freezing_are_followed(ona):
    response = answer(ona, 3)
    assert known(ona)[0][1] == 3

    Response.objects.filter(pk=response.pk).update(score=8)
    assert known(ona)[0][1] == 8

    Response.objects.filter(pk=response.pk).freeze(at=NOW)
    Response.objects.filter(pk=response.pk).update(score=10)
    assert known(ona)[0][1] == 8


def test_an_answer_that_was_a_machines_is_taken_away_and_comes_back(ona, administrator):
    answer(ona, 9, days_ago=30)
    response = answer(ona, 2)
    assert known(ona)[0][1:4] == (2, 9, "fell")

    relabel(response_id=response.pk, as_human=False, by=administrator, reason="Office gateway")
    assert known(ona)[0][1:4] == (9, None, "")

    relabel(response_id=response.pk, as_human=True, by=administrator, reason="She rang")
    settle_due()
    assert known(ona)[0][1:4] == (2, 9, "fell")


def test_topics_follow_the_word_of_staff(ona, administrator):
    response = answer(ona, 2)

    correct(response_id=response.pk, topic_ids=[Topic.objects.get(slug="delivery").pk], by=administrator)
    latest_scores.keep_due()
    assert LatestScore.objects.get(contact=ona).topics == ["delivery"]

    correct(response_id=response.pk, topic_ids=[], by=administrator)
    latest_scores.keep_due()
    assert LatestScore.objects.get(contact=ona).topics == []


def test_the_work_is_followed_from_new_to_closed_and_opened_again(ona, owner):
    response = answer(ona, 2)
    followup = FollowupFactory(response=response, assignee=owner)
    assert known(ona)[0][4] == "not_reached"

    followup.log_contact(Activity.Kind.CALL, "Rang.", by=owner)
    assert known(ona)[0][4] == "reached"
    reached_at = LatestScore.objects.get(contact=ona).reached_at
    assert reached_at == Followup.objects.get(pk=followup.pk).first_contact_at

    followup.dismiss(reason="A slip.", by=owner)
    assert known(ona)[0][4] == "closed"

    followup.reopen(by=owner)
    assert known(ona)[0][4] == "reached"


def test_open_work_of_an_earlier_answer_goes_before_none_of_the_latest(ona):
    FollowupFactory(response=answer(ona, 2, days_ago=9))
    answer(ona, 9)

    assert known(ona) == [("nps", 9, 2, "rose", "not_reached")]


def test_a_merge_joins_the_scores_and_parting_gives_them_back(ona):
    other = ContactFactory(email=ona.email)
    FollowupFactory(response=answer(ona, 9, days_ago=30))
    answer(other, 4)
    assert (known(ona)[0][1:3], known(other)[0][1:3]) == ((9, None), (4, None))

    done = merges.merge(ona, other)
    assert (known(ona), known(other)) == ([("nps", 4, 9, "fell", "not_reached")], [])

    merges.undo(done)
    assert (known(ona)[0][1:3], known(other)[0][1:3]) == ((9, None), (4, None))


def test_what_is_erased_leaves_nothing(ona):
    answer(ona, 4)
    assert known(ona)

    Response.objects.filter(contact=ona).delete()
    assert known(ona) == []

    nobody = ContactFactory()
    LatestScore.objects.create(contact=nobody, metric="nps", answer=1, answered_at=NOW, score=4, category="detractor")
    nobody.delete()
    latest_scores.keep_due()
    assert not LatestScore.objects.exists()


def test_a_repeat_writes_nothing(ona):
    FollowupFactory(response=answer(ona, 4))
    known(ona)
    before = written(ona)

    latest_scores.keep([ona.pk])

    assert written(ona) == before
    assert latest_scores.keep_due() == 0


def written(contact):
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin, ctid FROM crm_latestscore WHERE contact_id = %s", [contact.pk])
        return cursor.fetchall()


def test_settling_and_routing_leave_no_change_when_nothing_is_new(ona):
    answer(ona, 4)
    latest_scores.keep_due()

    Response.objects.filter(contact=ona).update(routed_at=NOW, comment="Late.", language="lt")

    assert not ScoreChange.objects.exists()


def test_one_contact_that_fails_stops_no_other_and_is_tried_again(ona, monkeypatch):
    other = ContactFactory()
    answer(ona, 4)
    answer(other, 9)
    keep = latest_scores.keep

    def fail(contacts):
        if ona.pk in contacts:
            raise ValueError("bad row")
        keep(contacts)

    monkeypatch.setattr(latest_scores, "keep", fail)
    assert latest_scores.keep_due() == 2
    assert set(LatestScore.objects.values_list("contact", flat=True)) == {other.pk}
    assert SetAsideRow.objects.get().row == str(ona.pk)

    monkeypatch.setattr(latest_scores, "keep", keep)
    latest_scores.keep_due(now=clock.now() + timedelta(hours=2))
    assert LatestScore.objects.filter(contact=ona).exists()
    assert not SetAsideRow.objects.exists()


@pytest.mark.parametrize("metric", SCALES)
def test_categories_are_those_of_the_answers(ona, metric):
    scale = SCALES[metric]
    answer(ona, scale.lowest, metric=metric)

    latest_scores.keep_due()

    assert LatestScore.objects.get(contact=ona).category == scale.category_of(scale.lowest)
