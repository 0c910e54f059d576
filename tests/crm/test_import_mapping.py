from pathlib import Path

import pytest
from django.conf import settings

from crm.imports import mapping
from crm.imports.mapping import REPAIRS
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

    assert (found.source, str(found.notation.zone), found.notation.noon.hour) == ("shop", "UTC", 12)
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
        ('["trim"]', '["trim"], bad = "ignore"', "a.csv, name: `bad` is “reject” or “leave out”."),
        ('["trim"]', '["trim"], rule = "x"', "a.csv, name: unknown key rule."),
        ('column = "name"', 'first_contact_of = "name"', "a.csv, name: only `contact` can be the first contact"),
    ],
)
def test_a_mistake_in_a_mapping_gets_a_sentence(before, after, sentence):
    broken = GOOD.replace(before, after).replace("{ ,", "{").replace("{ , ", "{ ")

    with pytest.raises(mapping.BadMapping) as refusal:
        mapping.read(broken)

    assert sentence in str(refusal.value)


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
