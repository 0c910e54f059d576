"""The facts that no other system sends: whose team, worth how much in our money, what kind of customer."""

from collections.abc import Collection

from django.db import connection

from crm import money
from crm.models import Deal, Touchpoint


def complete(model: type[Deal] | type[Touchpoint], ids: Collection[int]) -> None:
    """Complete the facts of some deals or touchpoints as things stand now; those that are complete stay untouched.

    The team is that of the manager, the profile and a company that was left out are those of the contact. One
    statement, however many rows.
    """
    worth = money.in_base("told.amount", "told.currency", model.PRICED_AT.format(row="told."))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {model._meta.db_table} AS kept
            SET company_id = known.company_id, team_id = known.team_id, profile_id = known.profile_id,
                amount_base = known.amount_base
            FROM (
                SELECT told.id, COALESCE(told.company_id, c.company_id) AS company_id, m.team_id, c.profile_id,
                    {worth} AS amount_base
                FROM {model._meta.db_table} AS told
                JOIN crm_contact c ON c.id = told.contact_id
                LEFT JOIN accounts_user m ON m.id = told.manager_id
                WHERE told.id = ANY(%(ids)s)
            ) AS known
            WHERE kept.id = known.id
              AND (kept.company_id, kept.team_id, kept.profile_id, kept.amount_base)
                  IS DISTINCT FROM (known.company_id, known.team_id, known.profile_id, known.amount_base)
            """,  # noqa: S608 names of our own columns
            {"ids": list(ids), **money.parameters()},
        )
