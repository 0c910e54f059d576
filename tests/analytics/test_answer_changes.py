"""Whatever changes what other systems are told of an answer says so, whoever writes it."""

import re

import pytest
from django.db import connection
from django.db.models import F

from analytics.explorer import columns
from analytics.models import AnswerChange
from followups.models import Followup
from responses.evidence.corrections import relabel
from responses.models import Response, ResponseTopic, Topic
from tests.analytics.answers import NOW, answer, manager_called
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    FollowupFactory,
    InvitationFactory,
    ProductFactory,
    ResponseFactory,
)
from tests.responses.test_answering import PERSON, send_details, send_score

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(version):
    one, _other = answer(version, [3, 9], comment="Slow")
    return one


@pytest.fixture
def told():
    def told(act, *args, **fields):
        """The answers of which `act` changes something."""
        AnswerChange.objects.all().delete()
        act(*args, **fields)
        return sorted(AnswerChange.objects.values_list("answer_id", flat=True))

    return told


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def tap(answer, slug="delivery"):
    return ResponseTopic.objects.create(response=answer, topic=Topic.objects.get(slug=slug), source="tapped")


@pytest.mark.parametrize(
    "change",
    [
        "score = 4", "frozen_score = 2, frozen_at = now()", "comment = 'Slower'", "is_provisional = true",
        "suspicion = '[\"burst\"]'", "answered_at = answered_at - interval '1 day'", "changed_at = now()",
        "language = 'lt'", "medium = 'sms'", "touchpoint_kind = 'renewal'", "kind = 'relational'",
        "campaign = 'Spring'", "amount = 5", "currency = 'USD'", "amount_base = 6", "origin = 'link'",
        "contact_id = NULL",
    ],
)  # fmt: skip
def test_plain_sql_on_any_told_column_is_told(told, one, change):
    assert told(sql, f"UPDATE responses_response SET {change} WHERE id = %s", one.pk) == [one.pk]
    assert told(sql, "UPDATE responses_response SET id = id WHERE id = %s", one.pk) == []


@pytest.mark.parametrize("change", ["settled_at = now()", "routed_at = settled_at", "trail = '[{}]'"])
def test_what_is_not_told_moves_nothing(told, one, change):
    assert told(sql, f"UPDATE responses_response SET {change} WHERE id = %s", one.pk) == []


def test_every_column_that_is_told_is_watched():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'analytics_told_answer_changed'")
        (watch,) = cursor.fetchone()
    paths = {column.source.name.split("__")[0] for column in columns.OF_API if isinstance(column.source, F)}
    derived = {"pk", "followup", "counted_score", "category"}

    assert {"score", "contact", "profile", "invitation"} <= paths
    told = {Response._meta.get_field(path).attname for path in paths - derived}
    assert told <= set(re.findall(r"new\.(\w+)", watch))


def test_facts_that_are_changed_by_name_are_told(told, one):
    ona = manager_called("Ona")
    facts = {
        "manager": ona, "team": ona.team, "product": ProductFactory(), "company": CompanyFactory(),
        "contact": ContactFactory(),
    }  # fmt: skip

    for name, fact in facts.items():
        assert told(Response.objects.filter(pk=one.pk).update, **{name: fact}) == [one.pk], name


def test_new_answers_are_told_each(told, version):
    assert len(told(answer, version, [1, 2, 3])) == 3


def test_whose_answer_it_is_is_told(told, ceo):
    one = ResponseFactory(invitation__asked_at=NOW, invitation__queued_at=NOW, invitation__answered_at=NOW)

    assert told(relabel, response_id=one.pk, as_human=False, by=ceo, reason="A robot") == [one.pk]
    assert told(relabel, response_id=one.pk, as_human=True, by=ceo, reason="No robot") == [one.pk]


def test_topics_that_come_change_and_go_are_told(told, one):
    assert told(tap, one) == [one.pk]
    tapped = ResponseTopic.objects.filter(response=one)
    assert told(tapped.update, topic=Topic.objects.get(slug="price")) == [one.pk]
    assert told(tapped.update, source="manual") == []
    assert told(tapped.delete) == [one.pk]


def test_a_topic_that_moves_to_another_answer_is_told_of_both(told, one):
    tap(one)
    other = Response.objects.exclude(pk=one.pk).get()

    assert told(ResponseTopic.objects.update, response=other) == sorted([one.pk, other.pk])


def test_work_that_begins_goes_on_and_ends_is_told(told, one, ceo):
    assert told(FollowupFactory, response=one) == [one.pk]
    work = Followup.objects.get()
    assert told(work.start, by=ceo) == [one.pk]
    assert told(work.resolve, root_cause="delivery", resolution="Called", by=ceo) == [one.pk]
    assert told(work.reopen, by=ceo) == [one.pk]
    assert told(sql, "UPDATE followups_followup SET priority = 1") == []
    assert told(sql, "DELETE FROM followups_activity; DELETE FROM followups_followup") == [one.pk]


def test_what_a_customer_says_on_the_page_is_told(told, client):
    invitation = InvitationFactory()
    topic = Topic.objects.get(slug="delivery")

    (pk,) = told(send_score, client, invitation, 9, **PERSON)

    assert pk == Response.objects.get().pk
    assert told(send_details, client, invitation, "Slow", [topic.pk], **PERSON) == [pk]
    assert told(send_details, client, invitation, "Slow", [], **PERSON) == [pk]
    assert told(send_score, client, invitation, 4, **PERSON) == [pk]
