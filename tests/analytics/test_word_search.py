import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.folded import fold
from analytics.explorer import word_search

FORMS = [
    ("delivery", "deliveries", "delivered"),
    ("price", "prices", "priced"),
    ("доставка", "доставки", "доставкою"),
    ("ціна", "ціни", "цін"),
    ("повільно", "повільна", "повільний"),
    ("обслуживание", "обслуживания", "обслуживанием"),
    ("вежливый", "вежливо", "вежливая"),
    ("pristatymas", "pristatymo", "pristatymui"),
    ("kaina", "kainos", "kainų"),
    ("mandagus", "mandagiai", "mandagūs"),
]


@pytest.mark.parametrize("forms", FORMS, ids=lambda forms: forms[0])
def test_the_forms_of_a_word_find_each_other(forms):
    folded = [fold(form) for form in forms]

    assert all(found.startswith(word_search.stem(sought)) for sought in folded for found in folded)


@pytest.mark.parametrize(
    ("one", "other"), [("price", "prince"), ("доставка", "достаток"), ("kaina", "kaimas"), ("late", "plate")]
)
def test_other_words_are_not_found(one, other):
    assert not fold(other).startswith(word_search.stem(fold(one)))


def test_short_words_stay_whole():
    assert [word_search.stem(word) for word in ("так", "bus", "ок", "a")] == ["так", "bus", "ок", "a"]


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", ""),
        ("!&| ():* -", ""),
        ("late delivery", "(late:*) & (deliver:*)"),
        ("-late", "!(late:*)"),
        ("“very slow” so", "(very <-> slow) & (so:*)"),
        ("об'єкт", "(обєкт:*)"),
        ("x-ray", "(x:* & ray:*)"),
    ],
)
def test_what_is_typed_becomes_a_query(typed, query):
    assert word_search.query(typed) == query


@pytest.mark.django_db
@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60).filter(lambda text: "\x00" not in text and text.isprintable()))
def test_whatever_is_typed_is_a_query_to_the_database(typed):
    with connection.cursor() as cursor:
        cursor.execute("SELECT numnode(to_tsquery('simple', %s))", [word_search.query(typed)])
        assert cursor.fetchone()[0] >= 0


def test_no_more_than_twelve_terms_are_looked_for():
    assert word_search.query(" ".join(f"word{n}" for n in range(50))).count("&") == 11
