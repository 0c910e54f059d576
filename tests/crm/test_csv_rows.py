import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports import csv_rows
from crm.imports.csv_rows import rows_of

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x85\u2028\u2029\x0b\x0c\x1c\x1d\x1e"), max_size=12)
TABLES = st.integers(4, 6).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
)


def read(text, delimiter=","):
    return list(rows_of(StringIO(text, newline=""), delimiter))


def written(table, delimiter=","):
    out = StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    return out.getvalue()


@given(TABLES, st.sampled_from([",", ";", "\t", "|"]))
def test_what_is_written_as_csv_is_read_as_it_was(table, delimiter):
    rows = read(written(table, delimiter), delimiter)

    assert [row.cells for row in rows] == table
    assert not [row.trouble for row in rows if row.trouble]


@given(st.text(st.sampled_from('a,"\n\r;'), min_size=1, max_size=80))
def test_no_line_vanishes_whatever_the_quotes(text):
    rows = read(text)

    lines = StringIO(text, newline="").readlines()
    ends = [row.number for row in rows[1:]] + [len(lines) + 1]
    for row, end in zip(rows, ends, strict=True):
        held = "".join(lines[row.number - 1 : end - 1])
        assert end == row.number + 1 if row.trouble else list(csv.reader(StringIO(held, newline=""))) == [row.cells]
    assert rows[0].number == 1


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_rows_are_counted_by_their_lines(line_end):
    rows = read(line_end.join(["a,b", '1,"x', 'y"', "", "2,z"]))

    assert [(row.number, row.cells) for row in rows] == [
        (1, ["a", "b"]),
        (2, ["1", f"x{line_end}y"]),
        (4, []),
        (5, ["2", "z"]),
    ]


def test_an_unclosed_quote_costs_its_row_alone():
    rows = read('id,name,mail\n1,a,b\n2,"c,d\n3,e,f\n4,g,h\n')

    assert [(row.number, row.cells) for row in rows if not row.trouble] == [
        (1, ["id", "name", "mail"]),
        (2, ["1", "a", "b"]),
        (4, ["3", "e", "f"]),
        (5, ["4", "g", "h"]),
    ]
    assert [row.number for row in rows if row.trouble] == [3]


def test_a_cell_that_swallows_rows_gives_them_back():
    rows = read('id,name,mail,city\n1,"a,b,c\n2,a,b,c\n3,a",b,c\n4,a,b,c\n')

    assert [row.number for row in rows if row.trouble] == [2]
    assert [row.cells[0] for row in rows if not row.trouble] == ["id", "2", "3", "4"]


@pytest.mark.parametrize(
    "cell",
    ['"one\ntwo\nthree"', '"Street 1, flat 2\n12345 City"', '"said ""yes""\nthen no"', '"1, 2, 3, 4\n\n5, 6, 7, 8, 9"'],
)
def test_a_cell_of_several_lines_of_prose_is_one_cell(cell):
    rows = read(f"id,name,mail,note\n1,a,b,{cell}\n2,c,d,e\n")

    assert [row.cells[0] for row in rows] == ["id", "1", "2"]
    assert not [row.trouble for row in rows if row.trouble]


def test_a_quote_that_never_closes_is_given_up_after_a_thousand_lines(monkeypatch):
    monkeypatch.setattr(csv_rows, "MOST_LINES", 10)

    rows = read('id,name,mail\n1,"a,b\n' + "".join(f"{n},a,b\n" for n in range(2, 100)))

    assert [row.number for row in rows if row.trouble] == [2]
    assert len(rows) == 100


def test_a_line_without_end_is_refused_and_the_next_one_read(monkeypatch):
    monkeypatch.setattr(csv_rows, "MOST_CHARACTERS", 50)

    rows = read("id,name\n1," + "x" * 500 + "\n2,a\n")

    assert [(row.number, row.trouble) for row in rows if row.trouble] == [(2, "The row is longer than 50 characters.")]
    assert rows[-1].cells == ["2", "a"]
    assert rows[-1].number == 3
