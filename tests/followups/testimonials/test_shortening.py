import pytest

from followups.testimonials.excerpt import is_shortening

WORDS = "The desk came late, but it is solid.\nAnna was very kind and not unhappy to help."


@pytest.mark.parametrize(
    "short",
    [
        WORDS,
        "The desk came late, but it is solid. Anna was very kind and not unhappy to help.",
        "The desk … is solid. …",
        "… it is solid. …",
        "… Anna was very kind …",
        "… Anna was very kind and not unhappy to help.",
        "The desk [...] is solid ... Anna was very kind [ … ]",
    ],
)
def test_whole_words_may_be_left_out_where_each_gap_is_marked(short):
    assert is_shortening(WORDS, short)


@pytest.mark.parametrize(
    "short",
    [
        "",
        "…",
        "Anna was very kind",
        "The desk came late, but it is solid.",
        "it is solid. …",
        "… it is solid.",
        "… Anna was kind …",
        "… Anna was … not happy to help.",
        "… happy to help.",
        "… un … happy …",
        "… Anna … The desk …",
        "The desk … is solid! …",
        "The best desk … is solid. …",
        "… help. … help.",
    ],
)
def test_no_word_is_added_changed_cut_or_moved_and_no_gap_is_hidden(short):
    assert not is_shortening(WORDS, short)
