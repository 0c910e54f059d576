from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from crm.imports import mapping
from crm.imports.rules import REPAIRS
from crm.imports.templates import LONGEST_FILLED, BadTemplate, Template
from crm.records.kinds import RECORDS

GOOD = """
source = "shop"
[[table]]
file = "a.csv"
to = "company"
columns = { external_id = "id", name = { column = "name", repair = ["trim"] } }
"""


def test_a_short_mapping_is_understood():
    found = mapping.read(GOOD)

    notation = found.tables[0].rules[0].notation
    assert (found.source, str(notation.zone), notation.noon.hour) == ("shop", "UTC", 12)
    assert found.tables[0].columns == {"id", "name"}
    assert found.tables[0].rules[1].repairs == ("trim",)


def test_every_shipped_mapping_is_understood():
    assert "crm_sales" in mapping.shipped()
    for path in mapping.shipped().values():
        assert mapping.read(path.read_text()).tables


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('source = "shop"', 'source = "a b"', "Give `source` a short name of letters, digits, - and _."),
        ('source = "shop"', "source =", "The mapping is not valid TOML"),
        ('source = "shop"', 'source = "shop"\ntimezone = "Mars"', "`timezone` = “Mars” is not a time zone."),
        ('source = "shop"', 'source = "shop"\ndates_at = "noon"', "`dates_at` = “noon” is not a time such as 12:00."),
        ('source = "shop"', 'source = "shop"\nzone = "UTC"', "the mapping: unknown key zone."),
        ('to = "company"', 'to = "firm"', "a.csv: `to` must be one of: channel, company, contact"),
        ('file = "a.csv"', 'file = "../a.csv"', "Give `file` the name of a file, without a folder (table 1)."),
        ('external_id = "id", ', "", "a.csv: `columns` must say at least where `external_id` comes from."),
        ("name = {", "nickname = {", "a.csv, nickname: there is no such field."),
        ('column = "name"', "", "a.csv, name: give exactly one of column, template, constant, first_contact_of."),
        ('["trim"]', '["wash"]', "a.csv, name: unknown repair wash."),
        ('["trim"]', '["trim"], bad = "ignore"', "a.csv, name: `bad` is one of: “reject”, “leave out”."),
        ('["trim"]', '["trim"], rule = "x"', "a.csv, name: unknown key rule."),
        ('column = "name"', 'first_contact_of = "name"', "a.csv, name: only `contact` can be the first contact"),
    ],
)
def test_a_mistake_in_a_mapping_gets_a_sentence(before, after, sentence):
    broken = GOOD.replace(before, after).replace("{ ,", "{").replace("{ , ", "{ ")

    with pytest.raises(mapping.BadMapping) as refusal:
        mapping.read(broken)

    assert sentence in str(refusal.value)


DEEP = 20_000


@pytest.mark.parametrize(
    "text",
    [
        f"source = {'[' * DEEP}{']' * DEEP}",
        "source = " + "{a=" * 5_000 + "1" + "}" * 5_000,
        "[" + ".".join("a" * DEEP) + "]",
        GOOD + "x = " + "[" * 20 + "]" * 20,
        "source = " + "9" * 10_000,
        "source = 0x" + "f" * 10_000,
        GOOD + "#" * mapping.MOST_CHARACTERS,
        'source = "\ud800"',
        "\x00",
        'source = "shop"\n' + '[[table]]\nfile = "a.csv"\n' * 51,
        GOOD.replace('"a.csv"', '"a\\u0000.csv"'),
        GOOD.replace('"a.csv"', f'"{"a" * 201}.csv"'),
        GOOD.replace('"company"', '["company"]'),
        GOOD.replace('["trim"]', "5"),
        GOOD.replace('["trim"]', '[["a"]]'),
        GOOD.replace('["trim"]', "{ a = 1 }"),
        GOOD.replace('["trim"]', '["trim"], replace = ["a"]'),
        GOOD.replace('["trim"]', '["trim"], replace = { a = [] }'),
        GOOD.replace('["trim"]', '["trim"], values = { a = 1.5 }'),
        GOOD.replace('["trim"]', '["trim"], wanted = "yes"'),
        GOOD.replace('["trim"]', '["trim"], unique = 1'),
        GOOD.replace('["trim"]', '["trim"], empty = "null"'),
        GOOD.replace('["trim"]', '["trim"], dates = "European"'),
        GOOD.replace('["trim"]', '["trim"], dates = ["day first", "month first"]'),
        GOOD.replace('["trim"]', '["trim"], decimal = 1'),
        GOOD.replace('["trim"]', '["trim"], region = ["LT"]'),
        GOOD.replace('column = "name"', "column = []"),
        GOOD.replace('column = "name"', 'column = ""'),
        GOOD.replace('column = "name"', f'column = "{"x" * 201}"'),
        GOOD.replace('column = "name"', 'template = "{}"'),
        GOOD.replace('column = "name"', 'template = "no column"'),
        GOOD.replace('column = "name"', f'template = "{"{a}" * 21}"'),
        GOOD + "timezone = 5\n",
        "timezone = []\n" + GOOD,
        "dates_at = 5\n" + GOOD,
        "dates_at = []\n" + GOOD,
    ],
    ids=range(36),
)
def test_no_mapping_can_do_harm(text):
    with pytest.raises(mapping.BadMapping) as refusal:
        mapping.read(text)

    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 500


@pytest.mark.parametrize("key", ["delimiter", "encoding"])
@pytest.mark.parametrize(
    "value", ['""', '";;"', "1", "1251", "[]", "{}", "true", '"idna"', '"base64"', '"\\u0000"', "2026-05-04"]
)
def test_a_file_cannot_be_declared_to_be_written_in_nothing_known(key, value):
    with pytest.raises(mapping.BadMapping, match=f"a.csv: .*{key}"):
        mapping.read(GOOD.replace('to = "company"', f'to = "company"\n{key} = {value}'))


@given(st.text(st.sampled_from('ab{}:!.[]"'), max_size=30))
def test_a_template_asks_for_columns_and_nothing_else(written):
    try:
        template = Template.read(written)
    except BadTemplate:
        return
    assert len(template.filled(dict.fromkeys(template.columns, "x" * 40))) <= LONGEST_FILLED


def test_a_template_puts_the_cells_in():
    template = Template.read("{last}, {first} ({last})")

    assert template.columns == ("last", "first", "last")
    assert template.filled({"last": " Petraitė ", "first": "{first}"}) == "Petraitė, {first} (Petraitė)"
    assert template.filled({"last": "Petraitė", "first": " "}) == ""
    with pytest.raises(ValueError, match="at most 1000 characters"):
        template.filled({"last": "x" * 500, "first": "y"})


def test_the_notation_of_a_column_is_that_of_its_table_and_mapping_with_its_own_words():
    text = GOOD.replace('["trim"]', '["trim"], decimal = "."').replace(
        'to = "company"', 'to = "company"\ndates = "excel"'
    )

    external_id, name = mapping.read('decimal = ","\nregion = "lt"\n' + text).tables[0].rules

    assert (external_id.notation.decimal, external_id.notation.region) == (",", "LT")
    assert (name.notation.decimal, name.notation.dates) == (".", {"excel"})


def test_a_mapping_without_tables_is_refused():
    with pytest.raises(mapping.BadMapping, match="no \\[\\[table\\]\\]"):
        mapping.read('source = "shop"')


def test_the_docs_name_every_kind_field_repair_and_rule():
    text = (Path(settings.BASE_DIR) / "docs/import.md").read_text()
    words = {
        *RECORDS,
        *REPAIRS,
        *mapping.KEYS_OF_RULE,
        *(name for kind in RECORDS.values() for name in kind.fields_of_files),
    }

    assert [word for word in sorted(words) if f"`{word}`" not in text] == []
