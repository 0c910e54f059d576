import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.folded import fold


def folded_by_database(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_folded(%s)", [text])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Seán", "sean"),
        ("O’Brien", "obrien"),
        ("O'BRIEN", "obrien"),
        ("D`Arcy", "darcy"),
        ("Petraitė ŽĄČĘĖĮŠŲŪ", "petraite zaceeisuu"),
        ("Мар’яна Їжак", "маряна іжак"),
        ("ЁЛКА Йод", "елка иод"),
        ("Łukasz Ørsted Đoković", "lukasz orsted dokovic"),
        ("Großmann STRAẞE", "grossmann strasse"),
        ("Œuvre Ægir Þór", "oeuvre aegir thor"),
        ("İstanbul ısı", "istanbul isi"),
        ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
        ("Nguyễn", "nguyen"),
        ("ＦＵＬＬ ﬁ", "full fi"),
        ("Anna-Maria a.b+c@shop.example", "anna-maria a.b+c@shop.example"),
    ],
)
@pytest.mark.django_db
def test_text_is_folded_for_searching(text, folded):
    assert fold(text) == folded
    assert folded_by_database(text) == folded


# The letters of Europe and its neighbours; of younger scripts Python and PostgreSQL may know different numbers.
LETTERS = st.characters(min_codepoint=1, max_codepoint=0x24FF, categories=["L", "M", "N", "P", "S", "Zs"])


@pytest.mark.django_db
@given(st.text(LETTERS, max_size=20))
@settings(max_examples=300, deadline=None)
def test_database_and_python_fold_alike(text):
    assert folded_by_database(text) == fold(text)


@given(st.text(LETTERS, max_size=20))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
