"""Undoing an import sees whatever names a record, also by relations that have no name for the way back."""

import pytest
from django.apps import apps
from django.db import connection, models

from accounts.models import Team, User
from crm.imports.removal import OWN, named
from crm.models import Deal, Touchpoint
from crm.records.kinds import RECORDS

pytestmark = pytest.mark.django_db

MODELS = {User, Team, *(record.model for record in RECORDS.values() if record.model)}


def foreign_keys():
    """Yield every column of the product that names what an import can make, found from the side that names."""
    for other in apps.get_models(include_auto_created=True):
        for field in other._meta.concrete_fields:
            goes_with_it = other in OWN or (other is Touchpoint and field.remote_field and field.related_model is Deal)
            if isinstance(field, models.ForeignKey) and field.related_model in MODELS and not goes_with_it:
                yield field


@pytest.mark.parametrize("field", list(foreign_keys()), ids=str)
def test_a_record_that_is_named_stays(field):
    table, column = field.model._meta.db_table, field.column
    with connection.cursor() as cursor:
        # A table of the same name that asks for nothing hides the real one until the test is over.
        cursor.execute(f'CREATE TEMP TABLE "{table}" ON COMMIT DROP AS SELECT * FROM "{table}" LIMIT 0')
        cursor.execute(f'INSERT INTO "{table}" ("{column}") VALUES (7)')

    why = named(field.related_model, [7, 8])

    assert list(why) == [7]
    called = field.model._meta.auto_created or field.model
    assert why[7] == f"It is named by others: {called._meta.verbose_name_plural}."


def test_relations_without_a_name_for_the_way_back_are_among_them():
    assert sum(field.remote_field.hidden for field in foreign_keys()) > 20
