"""What asking by each medium came to in a week: answers, money, and messages that never arrived."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts import clock
from onboarding import figures
from onboarding.figures import Passed, Span
from surveys.models import InvitationMessage
from tests.factories import InvitationFactory, MessageFactory, SurveyVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return SurveyVersionFactory()


def asked(version, *carried, **fields):
    """An ask of two days ago, and the messages that carried it: medium, status and cost of each."""
    at = clock.now() - timedelta(days=2)
    invitation = InvitationFactory(version=version, asked_at=at, sent_at=at, **fields)
    for medium, status, cost in carried:
        message = MessageFactory(medium=medium, status=status, sent_at=at, cost=Decimal(cost))
        InvitationMessage.objects.create(invitation=invitation, message=message)


def known():
    now = clock.now()
    week = Span(today=now - timedelta(hours=1), week=now - timedelta(days=7))
    return {one.medium: one for one in figures.by_medium(week, now)}


def test_an_answer_costs_what_all_asks_by_its_medium_cost(version):
    asked(version, ("whatsapp", "delivered", "0.04"), medium="whatsapp", status="answered")
    asked(version, ("whatsapp", "delivered", "0.04"), medium="whatsapp", status="delivered")

    one = known()["whatsapp"]

    assert (one.passed, one.answered, one.silent) == (Passed(0, 2), 1, 0)
    assert one.cost_per_answer == Decimal("0.08")


def test_silence_and_money_stay_with_the_medium_that_was_left_for_another(version):
    asked(version, ("whatsapp", "sent", "0.04"), ("email", "sent", "0"), medium="email", status="answered")

    one, other = known()["whatsapp"], known()["email"]

    assert (one.passed, one.silent, one.cost, one.cost_per_answer) == (Passed(0, 0), 1, Decimal("0.04"), None)
    assert (other.passed, other.silent, other.cost) == (Passed(0, 1), 0, 0)
