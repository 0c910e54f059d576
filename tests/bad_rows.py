"""Rows that try a batch: one that the database refuses come what may, and one at the limits of what is legal."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection

from accounts.models import SetAsideRow
from tests.factories import CompanyFactory, ContactFactory, TouchpointFactory

LONG = "Ї" * 100
LONGEST_ADDRESS = f"{'l' * 62}@{'.'.join(['d' * 60] * 3)}.example"
FIRST_MOMENT = datetime(1900, 1, 1, tzinfo=UTC)


def poison(table, condition):
    """Have the database refuse every new state of the rows of `table` that are not as `condition` says."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT poison CHECK ({condition}) NOT VALID")


def heal(table):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT poison")


def extreme_contact(**fields):
    company = CompanyFactory(name="Ї" * 200, domain="d" * 200, industry=LONG, region=LONG)
    defaults = {
        "first_name": LONG, "last_name": LONG, "job_title": LONG, "region": LONG, "email": LONGEST_ADDRESS,
        "company": company, "customer_since": date(1900, 1, 1), "birth_year": 1900,
    }  # fmt: skip
    return ContactFactory(**defaults | fields)


def extreme_touchpoint(**fields):
    contact = extreme_contact()
    amount = Decimal("999999999999.99")
    defaults = {"contact": contact, "company": contact.company, "campaign": LONG, "amount": amount, "currency": "EUR"}
    return TouchpointFactory(**defaults | fields)


def set_aside(batch):
    return list(SetAsideRow.objects.filter(batch=batch).values_list("place", "row"))
