from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import securitylog
from accounts.models import ClientKey, SecurityEvent
from analytics.api.filters import AnswerFilter, in_reach, words_for
from analytics.api.pagination import AnswersCursor
from analytics.api.permissions import ReadsAnswers
from analytics.api.read_serializers import AnswerRead
from analytics.explorer import columns
from crm.api.filters import check_names
from crm.api.schema import READING, errors
from responses import models

LARGEST_ID = 2**63 - 1


class AnswerViewSet(GenericViewSet[Any]):
    """Answers as a client may read them: of its own customers or all, with names and words or without."""

    queryset = models.Response.objects.none()
    permission_classes = (ReadsAnswers,)
    pagination_class = AnswersCursor
    filterset_class = AnswerFilter
    serializer_class = AnswerRead
    metadata_class = None

    @extend_schema(
        operation_id="responses_list",
        tags=["Responses"],
        summary="List answers",
        description="The answers that the key may read, newest first, in pages. Follow `next` until it is null; keep "
        "`as_of`, and send it the next time as `updated_since`: that misses nothing, whatever is written meanwhile.",
        responses={200: AnswerRead(many=True), **errors(READING)},
    )
    def list(self, request: Request) -> Response:
        check_names(request.query_params, self.filterset_class, also=AnswersCursor.PARAMETERS)
        self._check_personal(request)
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        if page and "cursor" not in request.query_params:
            securitylog.note(
                SecurityEvent.Kind.EXPORTED, subject="api/v1/responses", filters=dict(request.query_params.items())
            )
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="response_read",
        tags=["Responses"],
        summary="Read one answer",
        description="The answer of that number.",
        responses={200: AnswerRead, **errors((*READING, 404))},
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        found = self.get_queryset().filter(pk=pk).first() if pk <= LARGEST_ID else None
        if found is None:
            raise NotFound
        return Response(self.get_serializer(found).data)

    def get_queryset(self) -> Any:
        told = [column for column in columns.OF_API if self._is_personal or not column.is_personal]
        access = words_for(self._key)
        sources = {columns.told(column): columns.source(column, access) for column in told}
        return in_reach(self._key).values("id", **sources)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "is_personal": self._is_personal}

    @property
    def _key(self) -> ClientKey:
        return cast(ClientKey, self.request.auth)

    @property
    def _is_personal(self) -> bool:
        return self._key.allows(ClientKey.Scope.PERSONAL)

    def _check_personal(self, request: Request) -> None:
        asked = [name for name in AnswerFilter.PERSONAL if name in request.query_params]
        if asked and not self._is_personal:
            why = _("This filter needs a key with the scope “personal”.")
            raise ValidationError(dict.fromkeys(asked, why))
