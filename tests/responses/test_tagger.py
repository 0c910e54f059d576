"""Topics found in comments, by the dictionary that is shipped and by small ones."""

import csv
import json
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from responses.topics.patterns import PatternError, normal, parse
from responses.topics.tagger import MOST_REMEMBERED, Tagger

SHIPPED = json.loads(Path(settings.BASE_DIR, "responses", "topics", "lexicon.json").read_text())
LABELLED = list(csv.DictReader(Path(settings.BASE_DIR, "tests", "oracle", "comments.csv").read_text().splitlines()))


@pytest.fixture(scope="module")
def shipped():
    return Tagger(**SHIPPED)


def tagger(ignored=(), **patterns):
    return Tagger({topic: {"en": words} for topic, words in patterns.items()}, {"en": list(ignored)})


def f1(tagger, comments):
    """Return the F1 over all topics of all comments together (micro-averaged)."""
    right = wrong = missed = 0
    for comment in comments:
        labels, found = set(filter(None, comment["topics"].split("|"))), tagger.topics(comment["text"])
        right, wrong, missed = right + len(labels & found), wrong + len(found - labels), missed + len(labels - found)
    return 2 * right / (2 * right + wrong + missed)


def test_the_shipped_dictionary_finds_what_comments_are_about(shipped):
    main = [comment for comment in LABELLED if comment["set"] == "main"]

    assert len(main) > 100
    assert f1(shipped, main) >= 0.9
    for language in ("uk", "ru", "lt", "en"):
        assert f1(shipped, [comment for comment in main if comment["language"] == language]) >= 0.85, language


def test_half_of_the_comments_is_read_as_well_as_the_other(shipped):
    main = [comment for comment in LABELLED if comment["set"] == "main"]
    halves = [f1(shipped, main[start::2]) for start in (0, 1)]

    assert min(halves) >= 0.9


def test_the_shipped_dictionary_knows_six_languages_and_no_topic_without_words():
    assert set(SHIPPED["patterns"]) == {"delivery", "quality", "support", "price", "product", "website"}
    for by_language in SHIPPED["patterns"].values():
        assert set(by_language) == {"en", "uk", "ru", "lt", "pl", "de"}
        assert all(by_language.values())


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("Delivery was late", {"delivery"}),
        ("DELIVÉRY", {"delivery"}),
        ("undelivered", set()),
        ("", set()),
        ("🙂 !!!", set()),
        ("lated", set()),
    ],
)
def test_a_word_or_its_beginning_tells_a_topic(comment, found):
    assert tagger(delivery=["deliver*", "late"]).topics(comment) == found


def test_marks_and_apostrophes_make_no_difference():
    known = tagger(delivery=["кур'єр*"], quality=["vėlav*", "ґатун*"])

    assert known.topics("Кур’єр") == known.topics("курєрка") == {"delivery"}
    assert known.topics("velavo") == known.topics("гатунок") == {"quality"}


def test_a_phrase_takes_its_words_from_what_they_would_tell_alone():
    known = tagger(quality=["qualit*"], support=["service", "qualit* service"])

    assert known.topics("quality service") == {"support"}
    assert known.topics("quality of service") == {"support"}
    assert known.topics("quality and kind service") == {"quality", "support"}
    assert known.topics("service quality") == {"quality", "support"}


def test_the_longest_phrase_comes_first():
    known = tagger(price=["deal"], support=["great deal"], product=["great deal maker"])

    assert known.topics("a great deal maker") == {"product"}
    assert known.topics("a great deal") == {"support"}


def test_what_is_ignored_tells_nothing():
    known = tagger(["deal breaker", "dealt*"], price=["deal*"])

    assert known.topics("a deal breaker") == known.topics("dealt with") == set()
    assert known.topics("deal breaker, but a good deal") == {"price"}


def test_cyrillic_words_are_known_in_latin_letters_where_they_are_long_enough():
    known = tagger(delivery=["достав*"], price=["цін*"])

    assert known.topics("dostavka bystraya") == {"delivery"}
    assert known.topics("cina") == set()


@pytest.mark.parametrize("written", ["", " ", "*", "a*", "de*liver", "a-b*", "x" * 81, "late **"])
def test_what_is_no_pattern_is_refused(written):
    with pytest.raises(PatternError):
        parse(written)


SAID = st.lists(st.sampled_from(["Deal", "breaker", "no", "on", "time", "délivered", "late,", "…"]), max_size=8).map(
    " ".join
)


@given(SAID)
def test_whatever_is_written_the_order_of_patterns_makes_no_difference(comment):
    usual = tagger(["no deal"], delivery=["deliver*", "late", "on time"], price=["deal breaker", "deal"])
    other = tagger(["no deal"], price=["deal", "deal breaker"], delivery=["on time", "late", "deliver*"])

    assert usual.topics(comment) == other.topics(comment) == usual.topics(normal(comment))


def test_more_words_than_are_remembered_are_read_all_the_same(monkeypatch):
    monkeypatch.setattr("responses.topics.tagger.MOST_REMEMBERED", 2)
    known = tagger(delivery=["late"])

    assert known.topics("one two three late late") == {"delivery"}
    assert MOST_REMEMBERED > 2
