"""Amounts in the company's own currency, so that no sum, threshold or order mixes currencies."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection

from accounts.models import Organisation
from crm.models import Facts


def in_base(amount: str, currency: str, at: str) -> str:
    """Return SQL for an amount in the company's currency, at the rate of the day of `at`; all three are SQL.

    NULL without an amount or a rate; "" counts as the company's own. Parameters: base (code), zone (name).
    """
    return f"""
        CASE WHEN {currency} IN ('', %(base)s) THEN {amount}
             ELSE round({amount} * (
                 SELECT rate.rate FROM crm_exchangerate rate
                 WHERE rate.currency = {currency} AND rate.day <= ({at} AT TIME ZONE %(zone)s)::date
                 ORDER BY rate.day DESC LIMIT 1
             ), 2) END
    """  # noqa: S608


def parameters() -> dict[str, str]:
    """Return the parameters of in_base()."""
    organisation = Organisation.current()
    return {"base": organisation.currency, "zone": organisation.zone.key}


def worth(amount: Decimal, currency: str, *, at: datetime) -> Decimal | None:
    """Return an amount in the company's currency, at the rate of the day of `at`; None without a rate."""
    said: dict[str, Any] = {"amount": amount, "currency": currency, "at": at}
    asked = in_base("%(amount)s::numeric", "%(currency)s::text", "%(at)s::timestamptz")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}", parameters() | said)
        found: Decimal | None = cursor.fetchone()[0]
        return found


def price(*, anew: bool = False) -> int:
    """Fill in the amounts that had no rate when their facts were frozen, and return how many rows changed.

    `anew`: work out all of them again, since the company's own currency is another now. One statement a table.
    """
    return sum(_price(model, "true" if anew else "amount_base IS NULL") for model in tables())


def tables() -> list[type[Facts]]:
    """Return every model that keeps facts, whichever app it lives in."""
    return [model for model in apps.get_models() if issubclass(model, Facts)]


def _price(model: type[Facts], which: str) -> int:
    worth = in_base("amount", "currency", model.PRICED_AT.format(row=""))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {model._meta.db_table} SET amount_base = {worth}
            WHERE amount IS NOT NULL AND {which} AND amount_base IS DISTINCT FROM {worth}
            """,  # noqa: S608 names of our own columns
            parameters(),
        )
        return int(cursor.rowcount)
