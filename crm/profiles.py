"""Which profile each contact has: worked out in SQL for many contacts at once, and kept on the contact."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from accounts import company_clock
from crm.models import Profile

Tenure, Age = Profile.Tenure, Profile.Age

# Up to so many days a customer, up to so many years old.
TENURES = ((90, Tenure.FIRST_QUARTER), (365, Tenure.FIRST_YEAR), (3 * 365, Tenure.THREE_YEARS))
AGES = ((24, Age.YOUNGEST), (34, Age.FROM_25), (44, Age.FROM_35), (54, Age.FROM_45), (64, Age.FROM_55))


def _band(value: str, bands: tuple[tuple[int, str], ...], above: str) -> str:
    """Return SQL for the band of a number; without a number there is none."""
    cases = " ".join(f"WHEN {value} <= {limit} THEN '{band}'" for limit, band in bands)
    return f"CASE WHEN {value} IS NULL THEN '' {cases} ELSE '{above}' END"


KEYS = "region, size_band, industry, tenure_band, age_band, lifecycle"
# Only constants are put together here. Somebody who becomes a customer tomorrow is a new one.
WORKED_OUT = f"""
    SELECT c.id AS contact_id, COALESCE(NULLIF(c.region, ''), o.region, '') AS region,
        COALESCE(o.size_band, '') AS size_band, COALESCE(o.industry, '') AS industry,
        {_band("(%(today)s::date - c.customer_since)", TENURES, Tenure.LONGER)} AS tenure_band,
        {_band("(extract(year FROM %(today)s::date)::int - c.birth_year)", AGES, Age.OLDEST)} AS age_band,
        c.lifecycle AS lifecycle
    FROM crm_contact c LEFT JOIN crm_company o ON o.id = c.company_id
    WHERE (%(contacts)s::bigint[] IS NULL OR c.id = ANY(%(contacts)s))
      AND (%(companies)s::bigint[] IS NULL OR c.company_id = ANY(%(companies)s))
"""  # noqa: S608
MAKE = f"""
    INSERT INTO crm_profile ({KEYS})
    SELECT DISTINCT {KEYS} FROM ({WORKED_OUT}) AS worked_out
    ON CONFLICT DO NOTHING
"""  # noqa: S608
KEEP = f"""
    UPDATE crm_contact AS contact SET profile_id = profile.id
    FROM ({WORKED_OUT}) AS worked_out JOIN crm_profile AS profile USING ({KEYS})
    WHERE contact.id = worked_out.contact_id AND contact.profile_id IS DISTINCT FROM profile.id
"""  # noqa: S608


def refresh(*, now: datetime, contacts: Collection[int] | None = None, companies: Collection[int] | None = None) -> int:
    """Keep the profile that each contact has today (of all contacts unless some are named); return how many changed.

    Two statements; a repeat changes nothing. What was frozen before keeps its profile.
    """
    values = {
        "today": company_clock.today(now),
        "contacts": None if contacts is None else list(contacts),
        "companies": None if companies is None else list(companies),
    }
    with connection.cursor() as cursor:
        cursor.execute(MAKE, values)
        cursor.execute(KEEP, values)
        return int(cursor.rowcount)
