"""The one shape of every error: {"error": {"code", "message", "fields"}}."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import IntegrityError
from django.http import Http404
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response

logger = logging.getLogger(__name__)

OWN_FIELD = "non_field_errors"


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = gettext_lazy("Another request changed the same record at the same moment. Send it again.")
    default_code = "conflict"


class StillInProgress(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = gettext_lazy("A request with this Idempotency-Key is still being worked on. Send it again later.")
    default_code = "in_progress"


class KeyReused(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = gettext_lazy("This Idempotency-Key was used for a different request. Use a new key.")
    default_code = "idempotency_key_reused"


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The request is too large. Send it in smaller parts.")
    default_code = "too_large"


def one_error_shape(error: Exception, context: dict[str, Any]) -> Response:
    """Answer every exception of an API view in the one shape; those that nobody foresaw are logged and answered 500."""
    known = _as_api_exception(error)
    if known is None:
        logger.exception("The API failed", exc_info=error)
        got_request_exception.send(sender=None, request=context.get("request"))
        body = _body("internal_error", _("Something went wrong here. Send the request again later."))
        return Response(body, status=status.HTTP_500_INTERNAL_SERVER_ERROR)
    headers = {}
    if getattr(known, "auth_header", None):
        headers["WWW-Authenticate"] = known.auth_header  # type: ignore[attr-defined]
    if getattr(known, "wait", None):
        headers["Retry-After"] = f"{known.wait:.0f}"  # type: ignore[attr-defined]
    return Response(_body_of(known), status=known.status_code, headers=headers)


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    match error:
        case exceptions.APIException():
            return error
        case Http404():
            return exceptions.NotFound()
        case PermissionDenied():
            return exceptions.PermissionDenied()
        case RequestDataTooBig():
            return TooLarge()
        case SuspiciousOperation() | UnreadablePostError():
            return exceptions.ParseError()
        case IntegrityError():
            logger.warning("The database refused a write", exc_info=error)
            return Conflict()
    return None


def _body_of(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        fields = by_field(error.detail)
        own = fields.pop(OWN_FIELD, None)
        return _body("invalid", own or _("Some fields cannot be taken; see “fields”."), fields)
    return _body(error.default_code, str(error.detail))


def _body(code: str, message: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": printable(message, 2000), "fields": fields or {}}}


def by_field(detail: Any, path: str = "") -> dict[str, str]:
    """Return the errors of a serializer as one sentence per field; a nested field is `consent.email`."""
    if isinstance(detail, dict):
        fields: dict[str, str] = {}
        for name, inner in detail.items():
            own = name == OWN_FIELD and path
            fields |= by_field(inner, path if own else f"{path}.{name}".lstrip("."))
        return fields
    sentences = detail if isinstance(detail, list) else [detail]
    return {printable(path or OWN_FIELD): printable(" ".join(str(one) for one in sentences), 2000)}


def printable(text: str, limit: int = 200) -> str:
    """Return `text` as UTF-8 and PostgreSQL can hold it: no null characters, no halves of surrogate pairs."""
    return text[:limit].encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
