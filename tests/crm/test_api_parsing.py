from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import parsers
from crm.records import amounts, dates
from crm.records.notation import Notation


@pytest.mark.parametrize(
    ("parse", "written", "kept"),
    [
        (parsers.email, " Ona@Shop.Example ", "ona@shop.example"),
        (parsers.email, "  ", ""),
        (parsers.lifecycle, " At Risk ", "at_risk"),
        (parsers.lifecycle, "AT-RISK", "at_risk"),
        (parsers.lifecycle, "Зважується", "зважується"),
        (parsers.lifecycle, "  ", ""),
        (parsers.phone, "+370 (600) 00-000", "+37060000000"),
        (parsers.phone, "00370 60000000", "+37060000000"),
        (parsers.phone, "", ""),
        (parsers.language, "UK_ua", "uk"),
        (parsers.language, "lt", "lt"),
        (parsers.language, "de_at", "de-AT"),
        (parsers.own_language, "UK_ua", "uk"),
        (parsers.timezone, " Europe/Kyiv ", "Europe/Kyiv"),
        (parsers.currency, "eur ", "EUR"),
        (amounts.amount, "1250", Decimal("1250.00")),
        (amounts.amount, 10.005, Decimal("10.01")),
        (amounts.amount, 0, Decimal("0.00")),
        (dates.moment, "2026-05-04T16:30:00+03:00", datetime(2026, 5, 4, 13, 30, tzinfo=UTC)),
        (dates.moment, "2026-05-04 16:30Z", datetime(2026, 5, 4, 16, 30, tzinfo=UTC)),
        (dates.moment, "2026-05-04T00:00:00-20:30", datetime(2026, 5, 4, 20, 30, tzinfo=UTC)),
        (dates.day, "2024-02-29", date(2024, 2, 29)),
    ],
)
def test_what_people_write_is_kept_in_one_form(parse, written, kept):
    assert parse(written) == kept


@pytest.mark.parametrize(("region", "kept"), [("LT", "+37060000000"), (" lt ", "+37060000000")])
def test_a_national_number_is_read_by_the_rules_of_its_region(region, kept):
    assert parsers.phone("8 600 00000", region) == kept


@pytest.mark.parametrize(
    ("parse", "written"),
    [
        (parsers.email, "ona"),
        (parsers.lifecycle, "?!"),
        (parsers.lifecycle, "x" * 31),
        (parsers.lifecycle, "ß" * 16),
        (parsers.email, "ona@@shop.example"),
        (parsers.phone, "8 600 00000"),
        (parsers.phone, "+1"),
        (parsers.phone, "+" + "1" * 400),
        (parsers.own_language, "fr"),
        (parsers.language, "French"),
        (parsers.timezone, "EET+2"),
        (parsers.timezone, "localtime"),
        (parsers.currency, "€"),
        (parsers.currency, "EURO"),
        (amounts.amount, "1,250"),
        (amounts.amount, "-0.01"),
        (amounts.amount, "NaN"),
        (amounts.amount, float("inf")),
        (amounts.amount, "1e999999999999999999999"),
        (amounts.amount, 10**400),
        (amounts.amount, Decimal("1000000000000")),
        (dates.moment, "2026-05-04"),
        (dates.moment, "2026-05-04T16:30:00"),
        (dates.moment, "2026-02-30T16:30:00Z"),
        (dates.moment, "0001-01-01T00:00:00+14:00"),
        (dates.day, "04.05.2026"),
        (dates.day, "2026-13-01"),
        (dates.day, "1026-05-04"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(parse, written):
    with pytest.raises(ValueError, match=r"\.$"):
        parse(written)


def test_a_moment_without_an_offset_is_read_in_the_zone_of_the_file():
    kept = dates.moment("2026-07-04T16:30:00", Notation(zone=ZoneInfo("Europe/Vilnius"), is_strict=True))

    assert kept == datetime(2026, 7, 4, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "parse",
    [parsers.email, parsers.lifecycle, parsers.phone, parsers.language, parsers.timezone, parsers.currency,
     amounts.amount, dates.moment, dates.day],
)  # fmt: skip
@given(written=st.text(max_size=40))
def test_any_text_is_either_kept_or_refused(parse, written):
    try:
        kept = parse(written)
    except ValueError:
        return
    assert parse(str(kept)) == kept or isinstance(kept, datetime)
