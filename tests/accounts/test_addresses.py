import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import addresses

ZERO_WIDTH_SPACE, ZERO_WIDTH_NON_JOINER = "\u200b", "\u200c"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Anna@Shop.Example", "anna@shop.example"),
        ("  anna+news@shop.example\t", "anna+news@shop.example"),
        ("o'brien@shop.example", "o'brien@shop.example"),
        (f"{ZERO_WIDTH_SPACE}anna@shop.example\ufeff", "anna@shop.example"),
        ("ａｎｎａ@ｓｈｏｐ.example", "anna@shop.example"),
        ("Ann <ann@shop.example>", "ann@shop.example"),
        ("<ann@shop.example>", "ann@shop.example"),
        ("mailto:Ann@shop.example?subject=Hello", "ann@shop.example"),
        ("user@münchen.example", "user@münchen.example"),
        ("user@mu\u0308nchen.example", "user@münchen.example"),
        ("user@MÜNCHEN.example", "user@münchen.example"),
        ("user@xn--mnchen-3ya.example", "user@münchen.example"),
        ("user@faß.example", "user@faß.example"),
        ("user@fass.example", "user@fass.example"),
        ("user@οδος.example", "user@οδος.example"),
        (f"user@نامه{ZERO_WIDTH_NON_JOINER}ای.example", f"user@نامه{ZERO_WIDTH_NON_JOINER}ای.example"),
        ("", ""),
        (ZERO_WIDTH_SPACE, ""),
    ],
)
def test_a_mailbox_has_one_spelling(written, kept):
    assert addresses.email(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "ann", "ann@shop", "ann.@shop.example", "ann@shop.example.", "ann@shop.example; bob@shop.example",
        "jörg@shop.example", "ann@b\u200dc.example", "ann@☃.example", "ann@xn--zz.example", "a b@shop.example",
        f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.example",
    ],
)  # fmt: skip
def test_what_no_mail_server_takes_is_refused(written):
    with pytest.raises(ValueError, match="is not an e-mail address"):
        addresses.email(written)


@pytest.mark.parametrize(
    ("domain", "wire"),
    [
        ("faß.example", "xn--fa-hia.example"),
        ("fass.example", "fass.example"),
        ("οδος.example", "xn--pxavbm.example"),
        ("οδοσ.example", "xn--pxavbq.example"),
        ("XN--FA-hia.example", "xn--fa-hia.example"),
        ("r3---sn.example", "r3---sn.example"),
    ],
)
def test_letters_that_look_alike_lead_to_different_mail_servers(domain, wire):
    assert addresses.ascii_domain(domain) == wire


@pytest.mark.parametrize(
    ("written", "region", "kept"),
    [
        ("+370 600 00000", "", "+37060000000"),
        ("0037060000000", "", "+37060000000"),
        ("'+37060000000", "LT", "+37060000000"),
        ("8 600 00000", "lt", "+37060000000"),
        ("37060000000", "LT", "+37060000000"),
    ],
)
def test_a_phone_has_one_spelling(written, region, kept):
    assert addresses.phone(written, region) == kept


def test_a_number_of_fifteen_digits_is_kept_and_one_of_sixteen_is_refused():
    assert addresses.phone("+49 30 12345678901") == "+493012345678901"
    with pytest.raises(ValueError, match="at most 15 digits"):
        addresses.phone("+49 30 123456789012")


@pytest.mark.parametrize("written", ["n/a", "3.706E+10", "+370 600 00000 / +370 600 00001"])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(ValueError, match=r"\.$"):
        addresses.phone(written, "LT")


@given(written=st.text(max_size=40), medium=st.sampled_from(["email", "sms", "telegram"]))
def test_a_kept_address_is_its_own_spelling(written, medium):
    try:
        kept = addresses.normalised(medium, written)
    except ValueError:
        return
    assert addresses.normalised(medium, kept) == kept


def test_an_address_is_found_again_after_the_key_was_changed(settings):
    settings.SUPPRESSION_KEY = "first"
    before = addresses.digest("email", "ona@shop.example")
    settings.SUPPRESSION_KEY, settings.SUPPRESSION_KEY_FALLBACKS = "second", ["first"]

    now, earlier = addresses.digests("email", "ona@shop.example")

    assert now != before
    assert earlier == before
    assert addresses.digest("email", "ona@shop.example") == now
    assert len(now) == 32


def test_a_phone_is_the_same_whatever_rings_it_and_no_mailbox():
    assert addresses.digest("sms", "+37060000000") == addresses.digest("viber", "+37060000000")
    assert addresses.digest("email", "+37060000000") != addresses.digest("sms", "+37060000000")


def test_keys_have_names_that_tell_them_apart(settings):
    settings.SUPPRESSION_KEY, settings.SUPPRESSION_KEY_FALLBACKS = "second", ["first"]

    assert len(set(addresses.key_ids())) == 2
    assert addresses.key_id() == addresses.key_ids()[0]
    assert "second" not in addresses.key_id()


@pytest.mark.parametrize(
    "written", ["<" + " " * 3_000 + "x", "Ann <" + " " * 1_500 + "a@shop.example" + " " * 1_500 + "x"]
)
def test_what_nearly_is_an_address_with_a_name_is_refused_at_once(written):
    began = time.perf_counter()

    with pytest.raises(ValueError, match="not an e-mail address"):
        addresses.email(written)

    assert time.perf_counter() - began < 1
