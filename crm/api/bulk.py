"""Many rows in one request: the good ones are taken, the others come back with their reasons."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Serializer

from crm.api.errors import by_field, printable
from crm.upsert import RowOutcome, RowResult

MOST_ROWS = 1000


def check_rows(body: Any, row: Serializer[Any]) -> tuple[list[tuple[int, dict[str, Any]]], list[RowResult]]:
    """Return the rows that may be taken, each with its index, and a result per row, so far rejected."""
    if not isinstance(body, dict) or set(body) != {"rows"} or not isinstance(body["rows"], list):
        raise ValidationError({"rows": _("Send an object with nothing but “rows”, a list.")})
    if not 1 <= len(body["rows"]) <= MOST_ROWS:
        raise ValidationError({"rows": _("Send 1 to %(limit)d rows.") % {"limit": MOST_ROWS}})
    accepted, results = [], []
    for index, sent in enumerate(body["rows"]):
        result = RowResult(index, _external_id_of(sent), RowOutcome.REJECTED)
        try:
            accepted.append((index, row.run_validation(sent)))
        except ValidationError as error:
            result.errors = by_field(error.detail)
        results.append(result)
    return accepted, results


def _external_id_of(sent: Any) -> str:
    external_id = sent.get("external_id") if isinstance(sent, dict) else None
    return printable(str(external_id)) if isinstance(external_id, (str, int)) else ""


def report(results: list[RowResult]) -> dict[str, Any]:
    counts = Counter(result.outcome for result in results)
    return {
        "counts": {outcome.value: counts[outcome] for outcome in RowOutcome},
        "rows": [
            {
                "index": result.index,
                "external_id": result.external_id,
                "outcome": result.outcome.value,
                "id": None if result.is_rejected else result.id,
                "errors": result.errors,
                "notes": result.notes,
            }
            for result in results
        ],
    }
