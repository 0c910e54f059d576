"""Conditions choose exactly the customers that fulfil them, and are said in words."""

from datetime import timedelta

import pytest

from accounts import clock
from crm import profiles
from crm.models import Contact, Deal, LatestScore
from surveys.audiences import conditions, segments
from surveys.audiences.forms import ConditionsForm
from surveys.audiences.segments import UnreadableSegment
from surveys.audiences.vocabulary import SegmentVocabulary
from surveys.models import CustomerSegment
from tests.factories import (
    ChannelFactory,
    CompanyFactory,
    ContactFactory,
    DealFactory,
    InvitationFactory,
    ProductFactory,
    SurveyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = clock.now()
DAY = timedelta(days=1)


def said(contact, score, category, *, metric="nps", days_ago=10, **fields):
    return LatestScore.objects.create(
        contact=contact, metric=metric, answer=contact.pk, answered_at=NOW - days_ago * DAY, score=score,
        category=category, **fields,
    )  # fmt: skip


@pytest.fixture
def world(owner):
    """Ona: a promoter of the roof in LT. Rasa: a critic about the price, not reached. Ivan: passive. Vytas: silent."""
    SurveyFactory(metric="csat")
    SurveyFactory(metric="nps")
    roof, web = ProductFactory(name="Roof"), ChannelFactory(name="Web")
    company = CompanyFactory(size_band="10-49", industry="Building", region="UA")
    people = {
        "Ona": ContactFactory(first_name="Ona", region="LT", language="lt", lifecycle="active"),
        "Rasa": ContactFactory(first_name="Rasa", region="LV", language="lv-LV", customer_since=NOW.date() - 10 * DAY),
        "Ivan": ContactFactory(first_name="Ivan", company=company, language="uk"),
        "Vytas": ContactFactory(first_name="Vytas", region="LT", language="lt"),
    }
    profiles.refresh(now=NOW)
    said(people["Ona"], 10, "promoter", product=roof, channel=web, previous_score=7)
    said(people["Ona"], 2, "dissatisfied", metric="csat", topics=["price"])
    said(people["Rasa"], 3, "detractor", topics=["delivery", "price"], work="not_reached", previous_score=9)
    said(people["Ivan"], 7, "passive", work="closed", days_ago=100, team=owner.team)
    deal = {"status": "won", "closed_at": NOW - 30 * DAY}
    DealFactory(contact=people["Ona"], manager=owner, amount_base=1000, **deal)
    DealFactory(contact=people["Ona"], amount_base=500, **deal)
    DealFactory(contact=people["Rasa"], amount_base=300, status="won", closed_at=NOW - 400 * DAY)
    InvitationFactory(contact=people["Ona"], asked_at=NOW - 5 * DAY)
    InvitationFactory(contact=people["Ivan"], asked_at=NOW - 50 * DAY)
    return {"roof": roof, "web": web, "owner": owner, **people}


def names(kept, world):
    """Return who fulfils conditions, in which a word may stand for what is called so in the world."""
    data = {name: world[value].pk if value in world else value for name, value in kept.items()}
    if "team" in data:
        data["team"] = world["owner"].team_id
    form = ConditionsForm(data, known=SegmentVocabulary.fetch())
    assert form.is_valid(), form.errors
    return sorted(contact.first_name for contact in conditions.members(form.chosen, NOW))


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ({}, ["Ivan", "Ona", "Rasa", "Vytas"]),
        ({"answered": "promoter"}, ["Ona"]),
        ({"answered": "dissatisfied"}, ["Ona"]),
        ({"answered": "never"}, ["Vytas"]),
        ({"answered": "never", "metric": "csat"}, ["Ivan", "Rasa", "Vytas"]),
        ({"metric": "csat"}, ["Ona"]),
        ({"score_from": "3", "score_to": "7"}, ["Ivan", "Rasa"]),
        ({"score_to": "2"}, []),
        ({"score_to": "2", "metric": "csat"}, ["Ona"]),
        ({"trend": "rose"}, ["Ona"]),
        ({"trend": "fell"}, ["Rasa"]),
        ({"work": "open"}, ["Rasa"]),
        ({"work": "not_reached", "answered": "detractor"}, ["Rasa"]),
        ({"work": "reached"}, []),
        ({"work": "closed"}, ["Ivan"]),
        ({"product": "roof"}, ["Ona"]),
        ({"channel": "web", "answered": "promoter"}, ["Ona"]),
        ({"topic": "price"}, ["Ona", "Rasa"]),
        # Of one and the same answer: her promoter's answer names no price.
        ({"topic": "price", "answered": "promoter"}, []),
        ({"region": "LT"}, ["Ona", "Vytas"]),
        ({"region": "UA"}, ["Ivan"]),
        ({"size": "10-49", "industry": "Building"}, ["Ivan"]),
        ({"language": "lt"}, ["Ona", "Vytas"]),
        ({"tenure": "0-90"}, ["Rasa"]),
        ({"lifecycle": "active"}, ["Ona"]),
        ({"manager": "owner"}, ["Ona"]),
        ({"team": "owner"}, ["Ivan", "Ona"]),
        ({"value_from": "1500"}, ["Ona"]),
        ({"value_from": "0"}, ["Ivan", "Ona", "Rasa", "Vytas"]),
        ({"value_from": "1500.01"}, []),
        ({"value_to": "1499"}, ["Ivan", "Rasa", "Vytas"]),
        ({"silent_days": "30"}, ["Ivan", "Vytas"]),
        ({"unasked_days": "30"}, ["Ivan", "Rasa", "Vytas"]),
        ({"unasked_days": "5"}, ["Ivan", "Rasa", "Vytas", "Ona"]),
    ],
)
def test_each_condition_chooses_those_who_fulfil_it(world, kept, found):
    assert names(kept, world) == sorted(found)


def test_a_record_that_was_absorbed_is_nobody(world):
    Contact.objects.filter(pk=world["Ona"].pk).update(merged_into=world["Vytas"])

    assert names({"answered": "promoter"}, world) == []


def test_open_and_lost_deals_and_those_of_no_known_amount_are_no_value(world):
    Deal.objects.filter(contact=world["Ona"], amount_base=500).update(amount_base=None)
    DealFactory(contact=world["Vytas"], amount_base=9000)
    DealFactory(contact=world["Ivan"], amount_base=9000, status="lost", closed_at=NOW - DAY)

    assert names({"value_from": "1"}, world) == ["Ona"]


def test_conditions_are_said_in_words(world):
    kept = {"answered": "detractor", "product": world["roof"].pk, "score_from": "3", "trend": "fell"}
    form = ConditionsForm(kept, known=SegmentVocabulary.fetch())

    assert form.in_words == ["Last answer: detractor", "Product: Roof", "Score from: 3", "Score: fell"]


def segment_of(**kept):
    return CustomerSegment.objects.create(owner=UserFactory(), name="Those", conditions=kept)


def test_who_is_in_a_segment_is_told_of_one_and_of_many(world):
    segment = segment_of(answered="detractor", topic="price")
    ids = [world[name].pk for name in ("Ona", "Rasa", "Ivan")]

    assert segments.among(segment, ids) == {world["Rasa"].pk}
    assert segments.is_in(segment, world["Rasa"].pk)
    assert not segments.is_in(segment, world["Ona"].pk)


@pytest.mark.parametrize(
    "kept",
    [
        {"product": "999999"},
        {"unknown": "1"},
        {"answered": ["promoter"]},
        {"answered": {"a": 1}},
        {"score_from": "9", "score_to": "1"},
        {"topic": "'; DROP TABLE crm_contact; --"},
        {"value_from": "NaN"},
        {"region": "\x00"},
        {"silent_days": "-1"},
        {"product": "9" * 400},
        ["answered"],
        "answered",
        None,
    ],
    ids=str,
)
def test_a_segment_that_means_nothing_any_more_has_nobody_in_it(world, kept):
    segment = CustomerSegment(owner=UserFactory(), name="Those", conditions=kept)

    with pytest.raises(UnreadableSegment):
        segments.members_of(segment)
    assert segments.among(segment, [world["Ona"].pk]) == set()


def test_the_sql_of_a_segment_stands_in_a_statement_with_parameters(world):
    from django.db import connection

    segment = segment_of(region="LT", language="lt")
    with connection.cursor() as cursor:
        chosen = segments.keys_as_sql(segment, now=NOW)
        cursor.execute(f"SELECT first_name FROM crm_contact WHERE id IN ({chosen}) AND first_name <> %s", ["Vytas"])
        assert cursor.fetchall() == [("Ona",)]


def test_where_no_nps_is_asked_a_range_of_scores_is_of_the_metric_that_is():
    SurveyFactory(metric="csat")
    ona, rasa = ContactFactory(), ContactFactory()
    said(ona, 2, "dissatisfied", metric="csat")
    said(rasa, 5, "satisfied", metric="csat")

    form = ConditionsForm({"score_to": "3"}, known=SegmentVocabulary.fetch())

    assert form.kept == {"metric": "csat", "score_to": "3"}
    assert list(Contact.objects.filter(conditions.holding(form.chosen, NOW))) == [ona]
