import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.languages import LONGEST, name_of, tag, validate_tag


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("lt", "lt"),
        ("LT_lt", "lt"),
        ("uk-UA", "uk"),
        ("en-GB", "en"),
        ("de", "de"),
        (" DE ", "de"),
        ("pt_br", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sr-LATN", "sr-Latn"),
        ("de-ch-1996", "de-CH-1996"),
        ("fil", "fil"),
        ("ar-u-nu-latn", "ar-u-nu-latn"),
    ],
)
def test_a_language_is_ours_or_kept_by_its_tag(written, kept):
    assert tag(written) == kept == tag(kept)
    validate_tag(kept)


@pytest.mark.parametrize(
    "written", ["German", "d", "de-", "de--CH", "not a language", "д", "de\x00", "x" * 400, "de-" * 20]
)
def test_what_is_no_tag_is_refused(written):
    with pytest.raises(ValueError, match="is not a language"):
        tag(written)
    with pytest.raises(ValidationError):
        validate_tag(written)


def test_a_tag_in_another_spelling_is_refused_with_the_right_one():
    with pytest.raises(ValidationError, match="Write it as pt-BR"):
        validate_tag("pt_br")


@given(st.text(st.sampled_from("abdeltuxPT-_019 "), max_size=40))
def test_every_tag_fits_its_column_and_stays_as_it_is(written):
    try:
        kept = tag(written)
    except ValueError:
        return
    assert len(kept) <= LONGEST
    assert tag(kept) == kept


def test_languages_are_named_in_the_reader_s_own():
    with translation.override("lt"):
        assert (name_of("lt"), name_of("de")) == ("Lietuvių", "Vokiečių")
    assert (name_of("tlh"), name_of("")) == ("tlh", "")
