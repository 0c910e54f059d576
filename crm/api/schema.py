"""How the API describes itself: docs/openapi.yaml is made from this by `manage.py spectacular`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers

from crm.api import bulk, write_serializers
from crm.api.examples import ANSWERS, ROWS
from crm.api.idempotency import LONGEST

V = TypeVar("V", bound=type)

ERRORS = {
    400: "The request cannot be read, or fields cannot be taken; `fields` says which and why.",
    401: "The client key is missing, unknown, expired or revoked.",
    403: "The client key does not have the scope for that.",
    404: "There is no such record of this source.",
    409: "Another request holds the same record or Idempotency-Key at this moment. Send it again.",
    413: "The request is larger than 2.5 MB.",
    415: "The body is not JSON.",
    422: "The Idempotency-Key was used for a different request.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
}
READING = (400, 401, 403, 429)
WRITING = (400, 401, 403, 409, 413, 415, 422, 429)


class ClientKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "crm.api.authentication.ClientKeyAuthentication"
    name = "clientKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A client key, made by an administrator and shown once: `Authorization: Bearer plumb_…`.",
        }


def describe(one: str, many: str) -> Callable[[V], V]:
    """Describe the four operations of a record view set; the examples are those of crm.api.examples."""

    def decorate(view: V) -> V:
        read, write, row = view.read_serializer, view.write_serializer, view.row_serializer  # type: ignore[attr-defined]
        tags = [many.capitalize()]
        operations = {
            "list": _list(one, many, read, tags),
            "retrieve": _retrieve(one, many, read, tags),
            "upsert": _upsert(one, many, read, write, tags),
            "bulk": _bulk(many, row, tags),
        }
        for name, operation in operations.items():
            setattr(view, name, operation(_own(getattr(view, name))))
        return view

    return decorate


def _own(inherited: Callable[..., Any]) -> Callable[..., Any]:
    """Give a view class a method of its own to describe, so that its siblings keep theirs."""

    @wraps(inherited)
    def method(*args: Any, **kwargs: Any) -> Any:
        return inherited(*args, **kwargs)

    return method


def _list(one: str, many: str, read: Any, tags: list[str]) -> Any:
    return extend_schema(
        operation_id=f"{many}_list",
        tags=tags,
        summary=f"List {many}",
        description=f"The {many} of this client's source, newest first, in pages. Follow `next` until it is null.",
        responses={200: read(many=True), **errors(READING)},
        examples=[_answer(one, many, "200")],
    )


def _retrieve(one: str, many: str, read: Any, tags: list[str]) -> Any:
    return extend_schema(
        operation_id=f"{one}_read",
        tags=tags,
        summary=f"Read one {one}",
        description=f"The {one} that this client's source knows by that ID.",
        parameters=[_external_id(one)],
        responses={200: read, **errors((*READING, 404))},
        examples=[_answer(one, many, "200")],
    )


def _upsert(one: str, many: str, read: Any, write: Any, tags: list[str]) -> Any:
    row = {name: value for name, value in ROWS[many][0].items() if name != "external_id"}
    return extend_schema(
        operation_id=f"{one}_upsert",
        tags=tags,
        summary=f"Create or update one {one}",
        description=f"Creates the {one}, or changes the fields that are sent and leaves the others as they are. "
        "Sending it again changes nothing.",
        parameters=[_external_id(one), _idempotency_key()],
        request=write,
        responses={
            200: OpenApiResponse(read, description=f"The {one} was there and is now as sent."),
            201: OpenApiResponse(read, description=f"The {one} is new."),
            **errors(WRITING),
        },
        examples=[OpenApiExample(f"A {one}", row, request_only=True), _answer(one, many, "200", "201")],
    )


def _bulk(many: str, row: Any, tags: list[str]) -> Any:
    name = f"{row.__name__.removesuffix('Row')}Bulk"
    rows = serializers.ListField(child=row(), min_length=1, max_length=bulk.MOST_ROWS)
    return extend_schema(
        operation_id=f"{many}_bulk",
        tags=tags,
        summary=f"Create or update many {many}",
        description=f"Takes 1 to {bulk.MOST_ROWS} rows. Rows that cannot be taken are reported with their reasons and "
        "do not hold up the others. The second of two rows with one `external_id` is rejected.",
        parameters=[_idempotency_key()],
        request=inline_serializer(name, {"rows": rows}),
        responses={200: write_serializers.BulkReport, **errors(WRITING)},
        examples=[OpenApiExample("Two rows", {"rows": ROWS[many]}, request_only=True)],
    )


def _answer(one: str, many: str, *codes: str) -> OpenApiExample:
    return OpenApiExample(f"The {one} as kept", ANSWERS[many], response_only=True, status_codes=list(codes))


def errors(codes: tuple[int, ...]) -> dict[int, OpenApiResponse]:
    """Return how an operation fails, for its description."""
    return {code: OpenApiResponse(write_serializers.Error, description=ERRORS[code]) for code in codes}


def _external_id(one: str) -> OpenApiParameter:
    return OpenApiParameter(
        "external_id",
        {"type": "string", "minLength": 1, "maxLength": 200},
        OpenApiParameter.PATH,
        description=f"The ID of the {one} in the client's own system.",
    )


def _idempotency_key() -> OpenApiParameter:
    return OpenApiParameter(
        "Idempotency-Key",
        {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[ -~]+$"},
        OpenApiParameter.HEADER,
        description="Chosen by the client. A repeat with the same key is not done again but gets the first answer, "
        "with the header `Idempotency-Replayed: true`. Kept for 7 days.",
    )


def forbid_unknown_fields(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """Say in the schema what writing.StrictSerializer does."""
    for name, component in result["components"]["schemas"].items():
        if name.endswith(("WriteRequest", "RowRequest", "BulkRequest")):
            component["additionalProperties"] = False
    return result
