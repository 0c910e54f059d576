"""Read a mapping file (docs/import.md); whatever is wrong with it is said in a sentence that can be shown."""

import codecs
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django.utils.translation import gettext as _

from accounts import sources
from accounts.plaintext import quoted
from accounts.timezones import known
from crm.imports.rules import REPAIRS, FieldRule, ImportMapping, TableRule
from crm.imports.templates import BadTemplate, Template
from crm.records.kinds import RECORDS
from crm.records.notation import DATES, DECIMALS, Notation

SHIPPED = Path(__file__).parent / "mappings"
# What a mapping may weigh, how deep it may nest (table → columns → rule → values), and how many words it may explain.
MOST_CHARACTERS = 200_000
DEEPEST = 6
MOST_TABLES = 50
MOST_WORDS = 2_000
LONGEST_NAME = 200
LARGEST_NUMBER = 10**18

SOURCES_OF_RULE = ("column", "template", "constant", "first_contact_of")
KEYS_OF_NOTATION = {"dates", "decimal", "region"}
KEYS_OF_RULE = {
    *SOURCES_OF_RULE, *KEYS_OF_NOTATION, "repair", "replace", "values", "bad", "empty", "wanted", "unique",
}  # fmt: skip
KEYS_OF_TABLE = {*KEYS_OF_NOTATION, "file", "to", "columns", "delimiter", "encoding"}
KEYS_OF_MAPPING = {*KEYS_OF_NOTATION, "source", "timezone", "dates_at", "table"}
# The delimiter or encoding of a file that does not say it.
DETECTED = "auto"
# Python counts these among the encodings of text, though no file is written in them.
NO_FILES_ENCODING = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"}


class BadMapping(Exception):
    """The mapping cannot be used; the message says where and why."""


def shipped() -> dict[str, Path]:
    """Return the mappings that come with Plumb, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def read(text: str) -> ImportMapping:
    """Return the mapping written in `text` (TOML); raises BadMapping."""
    document = _document(text)
    where = _("the mapping")
    _only(document, KEYS_OF_MAPPING, where)
    tables = document.get("table") or []
    if not isinstance(tables, list) or not tables:
        raise BadMapping(_("The mapping has no [[table]]."))
    if len(tables) > MOST_TABLES:
        raise BadMapping(_("The mapping has more than %(limit)d tables.") % {"limit": MOST_TABLES})
    base = Notation(zone=_zone(document.get("timezone", "UTC")), noon=_noon(document.get("dates_at", "12:00")))
    notation = _notation(where, document, base)
    return ImportMapping(
        source=_source(document.get("source")),
        tables=tuple(_table(number, table, notation) for number, table in enumerate(tables, 1)),
    )


def _document(text: str) -> dict[str, Any]:
    if len(text) > MOST_CHARACTERS:
        raise BadMapping(_("The mapping is longer than %(limit)d characters.") % {"limit": MOST_CHARACTERS})
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise BadMapping(_("The mapping is nested too deeply.")) from None
    except ValueError as error:  # of TOML, or of a number that is too long for Python
        raise BadMapping(_("The mapping is not valid TOML: %(error)s") % {"error": quoted(str(error), 200)}) from None
    level: list[Any] = [document]
    for _depth in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
    if level:
        raise BadMapping(_("The mapping is nested too deeply."))
    return document


def _inside(outer: dict[str, Any] | list[Any]) -> list[Any]:
    values = outer.values() if isinstance(outer, dict) else outer
    return [inner for inner in values if isinstance(inner, (dict, list))]


def _source(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[\w-]{1,50}", value, re.ASCII):
        raise BadMapping(_("Give `source` a short name of letters, digits, - and _."))
    if sources.is_reserved(value):
        raise BadMapping(sources.refusal(value))
    return value


def _zone(value: Any) -> ZoneInfo:
    if not isinstance(value, str) or value not in known():
        raise BadMapping(_("`timezone` = “%(value)s” is not a time zone.") % {"value": _shown(value)})
    return ZoneInfo(value)


def _noon(value: Any) -> time:
    try:
        return value if isinstance(value, time) else time.fromisoformat(value)
    except (TypeError, ValueError):
        said = _("`dates_at` = “%(value)s” is not a time such as 12:00.") % {"value": _shown(value)}
        raise BadMapping(said) from None


def _notation(where: str, table: Mapping[str, Any], base: Notation) -> Notation:
    """Return the notation of a mapping, a table or a field: that of what is around it, with what it says itself."""
    told: dict[str, Any] = {}
    if "dates" in table:
        told["dates"] = _dates(where, table["dates"])
    if "decimal" in table:
        told["decimal"] = _one_of(where, "decimal", table["decimal"], DECIMALS)
    if "region" in table:
        told["region"] = _region(where, table["region"])
    return replace(base, **told)


def _dates(where: str, value: Any) -> frozenset[str]:
    words = value if isinstance(value, list) else [value]
    kinds = frozenset(_one_of(where, "dates", word, DATES) for word in words)
    if len(kinds & {"day first", "month first"}) > 1 or len(kinds & {"excel", "excel 1904"}) > 1:
        raise BadMapping(_("%(where)s: `dates` says two things at once.") % {"where": where})
    return kinds


def _region(where: str, value: Any) -> str:
    if not isinstance(value, str) or value.strip().upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise BadMapping(
            _("%(where)s: `region` = “%(value)s” is not a country code such as LT.")
            % {"where": where, "value": _shown(value)}
        )
    return value.strip().upper()


def _table(number: int, table: Any, notation: Notation) -> TableRule:
    where = _("table %(number)d") % {"number": number}
    if not isinstance(table, dict):
        raise BadMapping(_("Write [[table]] for each file (%(where)s).") % {"where": where})
    _only(table, KEYS_OF_TABLE, where)
    file, kind, columns = table.get("file"), table.get("to"), table.get("columns")
    if not isinstance(file, str) or not 1 <= len(file) <= LONGEST_NAME or not _is_name_of_file(file):
        raise BadMapping(_("Give `file` the name of a file, without a folder (%(where)s).") % {"where": where})
    if not isinstance(kind, str) or kind not in RECORDS:
        raise BadMapping(
            _("%(file)s: `to` must be one of: %(known)s.") % {"file": file, "known": ", ".join(sorted(RECORDS))}
        )
    if not isinstance(columns, dict) or "external_id" not in columns:
        raise BadMapping(_("%(file)s: `columns` must say at least where `external_id` comes from.") % {"file": file})
    of_table = _notation(file, table, notation)
    return TableRule(
        file=file,
        kind=kind,
        rules=tuple(_rule(file, kind, name, rule, of_table) for name, rule in columns.items()),
        delimiter=_delimiter(file, table.get("delimiter", DETECTED)),
        encoding=_encoding(file, table.get("encoding", DETECTED)),
    )


def _is_name_of_file(file: str) -> bool:
    return file.isprintable() and Path(file).name == file


def _delimiter(file: str, value: Any) -> str:
    if value == DETECTED:
        return ""
    if not isinstance(value, str) or len(value) != 1 or value.isalnum() or value in "\"'\r\n\0":
        raise BadMapping(
            _("%(file)s: `delimiter` is one sign, such as “;”; leave it out to have it detected.") % {"file": file}
        )
    return value


def _encoding(file: str, value: Any) -> str:
    """Return Python's name of an encoding, "" when it is to be detected."""
    if value == DETECTED:
        return ""
    try:
        codec = codecs.lookup(value)
        if codec._is_text_encoding and codec.name not in NO_FILES_ENCODING:
            return codec.name
    except (LookupError, TypeError, ValueError):
        pass
    raise BadMapping(
        _("%(file)s: there is no encoding “%(name)s”; leave it out to have it detected.")
        % {"file": file, "name": _shown(value)}
    )


def _rule(file: str, kind: str, name: str, rule: Any, notation: Notation) -> FieldRule:
    where = f"{file}, {quoted(name)}"
    fields = RECORDS[kind].fields_of_files
    if name not in fields:
        raise BadMapping(
            _("%(where)s: there is no such field. Known: %(known)s.") % {"where": where, "known": ", ".join(fields)}
        )
    if isinstance(rule, str):
        rule = {"column": rule}
    if not isinstance(rule, dict):
        raise BadMapping(_("%(where)s: write the name of a column or a table of rules.") % {"where": where})
    _only(rule, KEYS_OF_RULE, where)
    if "first_contact_of" in rule and name != "contact":
        raise BadMapping(_("%(where)s: only `contact` can be the first contact of a company.") % {"where": where})
    return FieldRule(
        name=name,
        **_origin(where, rule),
        notation=_notation(where, rule, notation),
        repairs=_repairs(where, rule.get("repair", [])),
        replace=_words(where, "replace", rule.get("replace", {})),
        values=_words(where, "values", rule["values"]) if "values" in rule else None,
        leaves_out=_one_of(where, "bad", rule.get("bad", "reject"), ("reject", "leave out")) == "leave out",
        clears=_one_of(where, "empty", rule.get("empty", "keep"), ("keep", "clear")) == "clear",
        is_wanted=_flag(where, "wanted", rule),
        is_unique=_flag(where, "unique", rule),
    )


def _origin(where: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    given = [key for key in SOURCES_OF_RULE if key in rule]
    if len(given) != 1:
        raise BadMapping(
            _("%(where)s: give exactly one of %(keys)s.") % {"where": where, "keys": ", ".join(SOURCES_OF_RULE)}
        )
    (key,) = given
    text = _text(where, key, rule[key])
    if not text:
        raise BadMapping(_("%(where)s: `%(key)s` is empty.") % {"where": where, "key": key})
    if key != "template":
        return {key: text}
    try:
        return {key: Template.read(text)}
    except BadTemplate as error:
        raise BadMapping(f"{where}: {error}") from None


def _repairs(where: str, value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    unknown = sorted({_shown(name) for name in names if not isinstance(name, str) or name not in REPAIRS})
    if unknown:
        raise BadMapping(
            _("%(where)s: unknown repair %(names)s.") % {"where": where, "names": quoted(", ".join(unknown))}
        )
    return tuple(dict.fromkeys(names))


def _words(where: str, key: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > MOST_WORDS:
        raise BadMapping(
            _('%(where)s: `%(key)s` is a table of at most %(limit)d words, such as { Won = "won" }.')
            % {"where": where, "key": key, "limit": MOST_WORDS}
        )
    return {word: _text(where, key, meant) for word, meant in value.items()}


def _text(where: str, key: str, value: Any) -> str:
    """Return a text as it is, and a number or yes and no as they are written in files."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and abs(value) < LARGEST_NUMBER:
        return str(value)
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise BadMapping(
            _("%(where)s: `%(key)s` must be a text of at most %(limit)d characters.")
            % {"where": where, "key": key, "limit": LONGEST_NAME}
        )
    return value


def _flag(where: str, key: str, rule: Mapping[str, Any]) -> bool:
    value = rule.get(key, False)
    if not isinstance(value, bool):
        raise BadMapping(_("%(where)s: `%(key)s` is true or false.") % {"where": where, "key": key})
    return value


def _one_of(where: str, key: str, value: Any, known: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in known:
        raise BadMapping(
            _("%(where)s: `%(key)s` is one of: %(known)s.")
            % {"where": where, "key": key, "known": ", ".join(f"“{word}”" for word in known)}
        )
    return value


def _only(table: Mapping[str, Any], allowed: set[str], where: str) -> None:
    if unknown := set(table) - allowed:
        names = quoted(", ".join(sorted(unknown)[:10]), 200)
        raise BadMapping(_("%(where)s: unknown key %(names)s.") % {"where": where, "names": names})


def _shown(value: Any) -> str:
    """Return a value as it may be named in a sentence; what is neither text nor a small number only by its type."""
    if isinstance(value, int) and abs(value) < LARGEST_NUMBER:
        return str(value)
    return quoted(value) if isinstance(value, str) else type(value).__name__
