from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.records.amounts import amount
from crm.records.notation import OF_PROGRAMS, Notation, Untold


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1250", "1250.00"),
        ("1250.5", "1250.50"),
        ("1250,50", "1250.50"),
        ("1 250,50", "1250.50"),
        ("1\u00a0250.50", "1250.50"),
        ("1\u202f250\u202f000", "1250000.00"),
        ("1\u2009250,5", "1250.50"),
        ("1'250.00", "1250.00"),
        ("1’250.00", "1250.00"),
        ("1,250.50", "1250.50"),
        ("1.250,50", "1250.50"),
        ("1.250.000", "1250000.00"),
        ("1,250,000", "1250000.00"),
        ("€1250", "1250.00"),
        ("1 250,50 €", "1250.50"),
        ("₴ 12,5", "12.50"),
        ("1250 EUR", "1250.00"),
        ("PLN 1 250", "1250.00"),
        ("12,50 zł", "12.50"),
        ("350 грн.", "350.00"),
        ("١٢٣", "123.00"),
        ("0.005", "0.01"),
        (".5", "0.50"),
    ],
)
def test_an_amount_that_can_mean_but_one_thing_is_read_untold(text, kept):
    assert (amount(text, Notation()) if text != "0.005" else amount(text, Notation(decimal="."))) == Decimal(kept)


@pytest.mark.parametrize(
    ("text", "with_point", "with_comma"),
    [("1,250", "1250", "1.25"), ("1.250", "1.25", "1250"), ("12.345 €", "12.35", "12345")],
)
def test_an_amount_that_may_be_another_is_refused_until_the_sign_is_told(text, with_point, with_comma):
    with pytest.raises(Untold) as refusal:
        amount(text, Notation())

    assert refusal.value.example.startswith("decimal = ")
    assert amount(text, Notation(decimal=".")) == Decimal(with_point)
    assert amount(text, Notation(decimal=",")) == Decimal(with_comma)


@pytest.mark.parametrize(
    ("text", "decimal"), [("1250,50", "."), ("1250.50", ","), ("1.250,50", "."), ("1,250.50", ",")]
)
def test_an_amount_written_against_what_was_told_is_refused(text, decimal):
    with pytest.raises(ValueError, match="is not an amount"):
        amount(text, Notation(decimal=decimal))


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        "1e3",
        "1E+05",
        "NaN",
        "inf",
        "-5",
        "(5)",
        "1 25",
        "1,2,3",
        "1.25.000",
        "12 mln",
        "1250 XYZ",
        "€",
        "",
    ],
)
@pytest.mark.parametrize("notation", [Notation(), Notation(decimal=","), Notation(decimal="."), OF_PROGRAMS])
def test_what_is_no_amount_is_refused(text, notation):
    with pytest.raises(ValueError, match=r"\.$"):
        amount(text, notation)


@pytest.mark.parametrize("text", ["1250,50", "1 250", "1,250.50", "€1250", "1_000", "1e3"])
def test_programs_write_plain_numbers_only(text):
    with pytest.raises(ValueError, match="is not an amount"):
        amount(text, OF_PROGRAMS)


@given(st.decimals(0, 999_999_999_999, places=2), st.sampled_from([" ", "\u00a0", ".", ""]))
def test_every_amount_is_read_as_it_is_written_with_a_comma(expected, between):
    written = f"{expected:,.2f}".replace(",", "#").replace(".", ",").replace("#", between)

    assert amount(written, Notation(decimal=",")) == expected


@given(st.text("0123456789., '€EUR-\x00٤e_", max_size=20), st.sampled_from(["", ".", ","]))
def test_any_text_is_an_amount_or_refused(text, decimal):
    try:
        kept = amount(text, Notation(decimal=decimal))
    except ValueError:
        return
    assert 0 <= kept <= Decimal("999999999999.99")
