"""Idempotency-Key: the same request sent twice is done once and answered twice."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import connection, transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import ClientKey, IdempotentRequest
from crm.api.errors import KeyReused, StillInProgress

HEADER = "Idempotency-Key"
LONGEST = 255

P = ParamSpec("P")
View = TypeVar("View", bound=APIView)
Handler = Callable[Concatenate[View, Request, P], Response]


def idempotent(handler: Handler[View, P]) -> Handler[View, P]:
    """Run a writing handler in one transaction, together with the answer that is kept for its Idempotency-Key.

    An error keeps nothing, so that the corrected request may use the same key.
    """

    @wraps(handler)
    def once(view: View, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> Response:
        client, key = request.auth, _key_of(request)
        with transaction.atomic():
            if key is None or not isinstance(client, ClientKey):
                return handler(view, request, *args, **kwargs)
            fingerprint = _fingerprint(request)
            kept = _claim(client, key)
            if kept is not None:
                return _replay(kept, fingerprint)
            response = handler(view, request, *args, **kwargs)
            _keep(client, key, fingerprint, response)
            return response

    return once


def _key_of(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
        raise ValidationError({HEADER: _("Use 1 to %(limit)d printable ASCII characters.") % {"limit": LONGEST}})
    return key


def _fingerprint(request: Request) -> bytes:
    head = f"{request.method} {request.get_full_path()}\n"
    return hashlib.sha256(head.encode() + request.body).digest()


def _claim(client: ClientKey, key: str) -> IdempotentRequest | None:
    """Hold the key until this transaction ends, however it ends; return what is already kept for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency:{client.pk}:{key}"])
        if not cursor.fetchone()[0]:
            raise StillInProgress
    return IdempotentRequest.objects.filter(client=client, key=key).first()


def _replay(kept: IdempotentRequest, fingerprint: bytes) -> Response:
    if bytes(kept.fingerprint) != fingerprint:
        raise KeyReused
    return Response(kept.body, status=kept.status_code, headers={"Idempotency-Replayed": "true"})


def _keep(client: ClientKey, key: str, fingerprint: bytes, response: Response) -> None:
    body: Any = json.loads(JSONRenderer().render(response.data))
    IdempotentRequest.objects.create(
        client=client, key=key, fingerprint=fingerprint, status_code=response.status_code, body=body
    )
