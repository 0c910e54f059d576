"""Accounts that answer and buy."""

from datetime import timedelta

from crm.models import Deal
from tests.analytics.answers import NOW, answer
from tests.factories import CompanyFactory, ContactFactory, DealFactory


def company(name=""):
    """A company with one contact."""
    return ContactFactory(company=CompanyFactory(**({"name": name} if name else {})))


def buy(who, amount, *, days_ago=10, currency="EUR", rate=1, **facts):
    """A deal that somebody's company, or somebody alone, won so many days ago; `rate` None: nobody knows one."""
    worth = None if amount is None or rate is None else amount * rate
    return DealFactory(
        contact=who,
        company=who.company,
        status=Deal.Status.WON,
        closed_at=NOW - timedelta(days=days_ago),
        amount=amount,
        currency=currency,
        amount_base=worth,
        **facts,
    )


def say(version, who, *scores, days_ago=5, **facts):
    """Answers of somebody."""
    at = NOW - timedelta(days=days_ago)
    return answer(version, list(scores), at=at, contact=who, company=who.company, **facts)
