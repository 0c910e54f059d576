"""Values of a file in words, for whoever decides about them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import models
from django.utils.dateparse import parse_duration
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.customerlanguages import spoken
from accounts.media import Medium
from crm.models import Touchpoint
from onboarding.configuration.columns import FileColumn, PartsColumn, PlainColumn
from onboarding.configuration.kinds import ConfigurationKind
from onboarding.configuration.particular_columns import PictureColumn, WordingColumn
from surveys.metrics import SCALES, Metric
from surveys.wording.forms import labels

NOTHING = "—"
# Characters of a value that are shown.
SHOWN = 2000
# Of values that their fields take without a list of choices.
LABELS: Mapping[str, Mapping[str, Any]] = {
    "media": dict(Medium.choices),
    "touchpoint_kind": dict(Touchpoint.Kind.choices),
}


class ReadableLine(NamedTuple):
    """A value, or a part of it under its own name, here and in the file."""

    name: str
    here: str
    there: str


def title(kind: ConfigurationKind, row: Any, values: Mapping[str, Any]) -> str:
    """Return what a row is called: by itself where it is here, else by what a file says of it."""
    if row is not None:
        return str(row)
    names = values.get("names")
    said = [names.get("en")] if isinstance(names, dict) else []
    said += [values.get(name) for name in ("name", *kind.key, "category", "survey")]
    return next((str(one)[:100] for one in said if one), capfirst(str(kind.model._meta.verbose_name)))


def lines(column: FileColumn, here: Any, there: Any, metric: str) -> list[ReadableLine]:
    """Return what differs, part by part where the values have parts."""
    named = spoken.names()
    if isinstance(column, WordingColumn) and isinstance(metric, str) and metric in SCALES:
        named |= labels(SCALES[Metric(metric)])
    before, after = dict(_flat(column, here, named)), dict(_flat(column, there, named))
    names = [*after, *(name for name in before if name not in after)]
    found = [ReadableLine(name, before.get(name, NOTHING), after.get(name, NOTHING)) for name in names]
    return [line for line in found if line.here != line.there] or found[:1]


def _flat(column: FileColumn, value: Any, named: Mapping[str, str], name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(column, PartsColumn) and isinstance(value, list) and all(isinstance(part, dict) for part in value):
        for number, part in enumerate(value, start=1):
            for inner in column.columns:
                if part.get(inner.name) not in (None, "", [], {}, False):
                    yield from _flat(inner, part[inner.name], named, f"{number} · {capfirst(str(inner.label))}")
        return
    if isinstance(value, dict) and value:
        for key, inner_value in value.items():
            called = named.get(key, key)
            yield from _flat(column, inner_value, named, f"{name} · {called}" if name else called)
        return
    yield name, _said(column, value)


def _said(column: FileColumn, value: Any) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(column, PictureColumn) and isinstance(value, str):
        return _("a picture of %(size)s kB") % {"size": max(1, len(value) * 3 // 4096)}
    field = column.field if isinstance(column, PlainColumn) else None
    if isinstance(value, list):
        return ", ".join(_said_one(getattr(field, "base_field", None), one, column.name) for one in value)[:SHOWN]
    return _said_one(field, value, column.name)[:SHOWN]


def _said_one(field: Any, value: Any, name: str) -> str:
    if not isinstance(value, (str, int, float)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(field.flatchoices) if field is not None and field.choices else {}
    if value in choices:
        return str(choices[value])
    if name in LABELS:
        return str(LABELS[name].get(str(value), value))
    if isinstance(field, models.TimeField):
        return str(value).removesuffix(":00")
    if name.endswith("weekdays") and isinstance(value, int) and 1 <= value <= 7:
        return str(WEEKDAYS[value - 1])
    if isinstance(field, models.DurationField) and (length := _parsed(value)) is not None:
        return _length(length)
    return str(value)


def _parsed(value: Any) -> timedelta | None:
    try:
        return parse_duration(str(value))
    except (ValueError, OverflowError):
        return None


def _length(length: timedelta) -> str:
    hours, rest = divmod(length.seconds, 3600)
    days = ngettext("%(days)d day", "%(days)d days", length.days) % {"days": length.days}
    return f"{days}, {hours}:{rest // 60:02}" if length.seconds else days
