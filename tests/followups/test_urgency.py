"""One order: severity × how long it is due × value of the customer, kept by the database and said in words."""

import re
from datetime import timedelta
from decimal import Decimal
from math import log2
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from accounts import clock
from followups import worth
from followups.models import Followup, Playbook
from responses.models import Response
from surveys.metrics import SCALES
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    DealFactory,
    FollowupFactory,
    InvitationFactory,
    ProductFactory,
    ResponseFactory,
)

pytestmark = pytest.mark.django_db
TWO_DAYS = timedelta(days=2)
FILES = ("urgency.sql", "root_causes.sql", "work_states.sql")
TEXT = "".join(Path(settings.BASE_DIR, "followups", "models", name).read_text() for name in FILES)
KEPT = """
SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'followups_%'
UNION ALL
SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE 'followups_%'
ORDER BY 1, 2
"""


def stored(followup):
    return Followup.objects.get(pk=followup.pk)


def lead(followup):
    """Return by how much a follow-up is urgent before it is due."""
    row = stored(followup)
    return row.next_due_at - row.urgent_at


def expected(priority, share, value=1.0):
    return TWO_DAYS * log2(value * 2 ** (3 - priority) * (1 + share))


def test_the_database_runs_the_triggers_of_the_file():
    with connection.cursor() as cursor:
        cursor.execute(KEPT)
        before = cursor.fetchall()
        cursor.execute(TEXT)
        cursor.execute(KEPT)
        after = cursor.fetchall()

    made = re.findall(r"CREATE (?:OR REPLACE |CONSTRAINT )(?:FUNCTION|TRIGGER) (\w+)", TEXT)
    assert set(made) <= {name for name, _text in before}
    assert before == after


@pytest.mark.parametrize("metric", list(SCALES))
def test_the_lead_is_that_of_the_scale_for_every_score_and_priority(metric):
    scale = SCALES[metric]
    with connection.cursor() as cursor:
        for score in scale.scores:
            for priority in Playbook.Priority.values:
                cursor.execute("SELECT followups_lead(%s, %s, %s, %s)", [priority, metric, score, 3.0])
                share = (scale.highest - score) / (scale.highest - scale.lowest)
                found = cursor.fetchone()[0]
                assert abs(found - expected(priority, share, 3.0)) < timedelta(milliseconds=1)


def test_a_row_is_ranked_however_it_is_written(owner):
    made = FollowupFactory(response__score=0, priority=1)
    assert abs(lead(made) - expected(1, 1.0)) < timedelta(milliseconds=1)

    Followup.objects.filter(pk=made.pk).update(next_due_at=clock.now() + timedelta(days=9), priority=3, value=4)

    assert abs(lead(made) - expected(3, 1.0, 4)) < timedelta(milliseconds=1)


def test_what_the_answer_says_stands_beside_it_and_follows_it():
    product = ProductFactory()
    made = FollowupFactory(
        response__score=9, response__product=product, response__comment="Fine.", response__language="lt"
    )
    row = stored(made)
    assert (row.category, row.product_id, row.language, row.has_comment) == ("promoter", product.pk, "lt", True)

    Response.objects.filter(pk=made.response_id).update(score=2, comment="")

    row = stored(made)
    assert (row.category, row.has_comment) == ("detractor", False)
    assert abs(lead(made) - expected(2, 0.8)) < timedelta(milliseconds=1)


def test_a_frozen_score_holds_the_order_where_it_was(owner):
    made = FollowupFactory(response__score=2, assignee=owner)
    made.log_contact("call", "Spoke.", by=owner)

    Response.objects.filter(pk=made.response_id).update(score=10)

    assert stored(made).category == "detractor"
    assert abs(lead(made) - expected(2, 0.8)) < timedelta(milliseconds=1)


def test_who_waits_is_urgent_by_the_day_on_which_to_look_again(owner):
    made = FollowupFactory(assignee=owner, next_due_at=clock.now() + timedelta(days=90))
    before = stored(made).urgent_at

    made.wait(by=owner)

    assert stored(made).urgent_at < before - timedelta(days=60)


def test_twice_the_customer_is_two_days_earlier_and_the_sixteenth_times_the_most():
    ordinary = Decimal(1000)

    values = [
        worth.value(Decimal(amount) if amount is not None else None, ordinary) for amount in (None, 0, 1000, 10**7)
    ]

    assert values == [1.0, 1.0, 2.0, 16.0]
    assert worth.value(Decimal(5), None) == 1.0


def test_an_account_is_worth_its_won_deals_and_without_any_what_the_answer_is_about():
    company = CompanyFactory()
    buyer, colleague = ContactFactory(company=company), ContactFactory(company=company)
    alone, new = ContactFactory(company=None), ContactFactory(company=None)
    for contact, of, amount in ((buyer, company, 300), (colleague, company, 900), (alone, None, 50)):
        deal = DealFactory(contact=contact, company=of)
        deal.win()
        type(deal).objects.filter(pk=deal.pk).update(amount_base=amount)
    lost = DealFactory(contact=new, company=None)
    lost.lose()
    type(lost).objects.filter(pk=lost.pk).update(amount_base=7777)

    answers = [
        ResponseFactory(invitation=InvitationFactory(contact=contact, company=of, status="answered"), amount_base=about)
        for contact, of, about in ((buyer, company, 1), (alone, None, 1), (new, None, 44), (new, None, None))
    ]
    Response.objects.filter(pk=answers[0].pk).update(company=company)
    found = worth.of_accounts(Response.objects.order_by("pk"))

    assert [found[answer] for answer in answers] == [1200, 50, 44, None]


def test_an_ordinary_customer_is_the_middle_one():
    assert worth.ordinary() is None

    for amount in (100, 300, 9000):
        FollowupFactory(worth=amount)

    assert worth.ordinary() == 300


def test_the_list_says_why_a_row_stands_where_it_does(client, owner):
    FollowupFactory(
        assignee=owner,
        response__score=2,
        worth=Decimal("12400.40"),
        next_due_at=clock.now() - timedelta(days=2, hours=3),
    )
    client.force_login(owner)

    assert "overdue by 2\xa0days · detractor with 2 · customer of 12,400 EUR" in client.get("/inbox/").text


def test_where_lots_are_drawn_neither_score_nor_value_says_who_is_first():
    due = clock.now() + TWO_DAYS
    late, early = (
        FollowupFactory(response__score=score, priority=priority, value=value, lot=lot, next_due_at=due)
        for score, priority, value, lot in ((0, 1, 16, 0.25), (6, 3, 1, 0.75))
    )

    assert [lead(followup) for followup in (late, early)] == [timedelta(days=3.5), timedelta(days=10.5)]


def test_a_lot_never_makes_more_of_a_difference_than_score_and_value_do():
    gravest = FollowupFactory(response__score=0, priority=1, value=16)

    assert lead(gravest) == pytest.approx(timedelta(days=14), abs=timedelta(milliseconds=1))
