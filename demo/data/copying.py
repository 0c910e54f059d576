"""Write many rows with COPY, which takes a fraction of the time of INSERT statements."""

import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Field, GeneratedField, JSONField, Model
from django.db.models.expressions import DatabaseDefault

NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert `rows`, whose ids are set; constraints and triggers of the table hold as ever."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, GeneratedField)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN", io.StringIO("".join(lines(fields, rows)))
        )


def lines(fields: "Sequence[Field[Any, Any]]", rows: Iterable[Model]) -> Iterable[str]:
    names = [(field.attname, field) for field in fields]
    for row in rows:
        kept = row.__dict__
        yield "\t".join(as_text(kept[name], field) for name, field in names) + "\n"


def as_text(value: Any, field: "Field[Any, Any]") -> str:
    """Return a value in the text format of COPY."""
    if isinstance(value, DatabaseDefault):
        value = field.db_default
    if value is None:
        return NULL
    if isinstance(field, JSONField):
        return json.dumps(value, ensure_ascii=False).translate(ESCAPES)
    if isinstance(field, ArrayField):
        return ("{" + ",".join(json.dumps(str(item), ensure_ascii=False) for item in value) + "}").translate(ESCAPES)
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, timedelta):
        return f"{value.total_seconds()} seconds"
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value).translate(ESCAPES)
