"""The order in which the media of a trigger are tried."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts import clock
from delivery.models import TextGateway
from surveys.judging.media_order import PRIOR, MediaRanks, answer_rates
from tests.factories import InvitationFactory, SurveyFactory, TriggerFactory

pytestmark = pytest.mark.django_db


def ordered(trigger):
    survey = trigger.survey
    return list(MediaRanks(clock.now()).ordered(trigger, survey_id=survey.pk, brand_id=survey.brand_id))


def asked(survey, medium, *, answered, of, days_ago=10):
    at = clock.now() - timedelta(days=days_ago)
    for number in range(of):
        moments = {"queued_at": at, "asked_at": at, "answered_at": at if number < answered else None}
        status = "answered" if number < answered else "sent"
        InvitationFactory(survey=survey, medium=medium, status=status, **moments)


def test_as_listed_is_as_listed():
    assert ordered(TriggerFactory(media=["sms", "telegram", "email"])) == ["sms", "telegram", "email"]


@pytest.mark.parametrize(
    ("price", "order"), [("0.05", ["telegram", "email", "sms"]), ("0", ["sms", "telegram", "email"])]
)
def test_the_cheapest_comes_first_and_equals_stay_as_listed(price, order):
    TextGateway.objects.create(name="T", provider="twilio", sender="P", secret="s", price=Decimal(price))

    assert ordered(TriggerFactory(media=["sms", "telegram", "email"], media_order="cheapest")) == order


def test_the_price_is_that_of_the_gateway_of_the_brand():
    trigger = TriggerFactory(media=["sms", "email"], media_order="cheapest")
    TextGateway.objects.create(name="All", provider="twilio", sender="P", secret="s", price=Decimal("0.05"))
    own = TextGateway.objects.create(name="Own", provider="twilio", sender="P", secret="s", price=Decimal(0))
    own.brands.add(trigger.survey.brand)

    assert ordered(trigger) == ["sms", "email"]


def test_the_one_answered_most_comes_first():
    survey = SurveyFactory()
    asked(survey, "email", answered=1, of=6)
    asked(survey, "sms", answered=4, of=6)

    assert ordered(TriggerFactory(survey=survey, media=["email", "sms"], media_order="answered")) == ["sms", "email"]


def test_few_answers_are_drawn_towards_the_rate_of_all():
    survey = SurveyFactory()
    asked(survey, "email", answered=2, of=8)
    asked(survey, "sms", answered=2, of=2)

    rates = answer_rates(survey.pk, clock.now())

    assert rates == {
        "": 4 / 10,
        "email": (2 + PRIOR * 0.4) / (8 + PRIOR),
        "sms": (2 + PRIOR * 0.4) / (2 + PRIOR),
    }


def test_a_medium_that_nobody_was_asked_by_counts_as_all_together_and_nothing_is_no_order():
    survey = SurveyFactory()
    trigger = TriggerFactory(survey=survey, media=["telegram", "email", "sms"], media_order="answered")
    assert ordered(trigger) == ["telegram", "email", "sms"]
    asked(survey, "email", answered=0, of=3)
    asked(survey, "sms", answered=3, of=3)

    assert answer_rates(survey.pk, clock.now())[""] == 0.0  # for an hour
    other = TriggerFactory(survey=SurveyFactory(), media=["telegram", "email", "sms"], media_order="answered")
    asked(other.survey, "email", answered=0, of=3)
    asked(other.survey, "sms", answered=3, of=3)
    assert ordered(other) == ["sms", "telegram", "email"]


@pytest.mark.parametrize("days_ago", [2, 91])
def test_asks_that_may_still_be_answered_or_are_long_ago_do_not_count(days_ago):
    survey = SurveyFactory()
    asked(survey, "sms", answered=1, of=1, days_ago=days_ago)

    assert answer_rates(survey.pk, clock.now()) == {"": 0.0}
