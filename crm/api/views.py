from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import DataError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from crm.api import filters, read_serializers, write_serializers
from crm.api.bulk import check_rows, report
from crm.api.idempotency import idempotent
from crm.api.pagination import NewestFirstCursor
from crm.api.schema import describe
from crm.models import Channel, Company, Contact, Deal, Facts, Product, Touchpoint
from crm.services import Row, take_over
from crm.upsert import RowOutcome, RowResult


class RecordViewSet(GenericViewSet[Any]):
    """The records of one kind that this client's source feeds."""

    queryset: QuerySet[Any]
    read_serializer: ClassVar[type[Serializer[Any]]]
    write_serializer: ClassVar[type[Serializer[Any]]]
    row_serializer: ClassVar[type[Serializer[Any]]]
    filterset_class: ClassVar[type[filters.RecordFilter]]
    lookup_field = "external_id"
    metadata_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        _ = request.body  # read before it is parsed, so that its size is limited and it can be compared with a repeat

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(source=self.source)

    def get_serializer_class(self) -> type[Serializer[Any]]:
        return {"upsert": self.write_serializer, "bulk": self.row_serializer}.get(self.action, self.read_serializer)

    @property
    def source(self) -> str:
        return str(getattr(self.request.auth, "source", ""))

    def list(self, request: Request) -> Response:
        filters.check_names(request.query_params, self.filterset_class, also=NewestFirstCursor.PARAMETERS)
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self._told(page, many=True))

    def retrieve(self, request: Request, external_id: str) -> Response:
        return Response(self._read(external_id))

    @idempotent
    def upsert(self, request: Request, external_id: str) -> Response:
        external_id = _checked(external_id)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        (result,) = self._take_over([serializer.validated_data | {"external_id": external_id}])
        if result.failure and not isinstance(result.failure, DataError):
            raise result.failure
        if result.is_rejected:
            raise ValidationError(result.errors)
        created = result.outcome == RowOutcome.CREATED
        return Response(self._read(external_id), status=status.HTTP_201_CREATED if created else status.HTTP_200_OK)

    @idempotent
    def bulk(self, request: Request) -> Response:
        accepted, results = check_rows(request.data, self.row_serializer())
        written = self._take_over([values for _index, values in accepted])
        for (index, _values), result in zip(accepted, written, strict=True):
            result.index, results[index] = index, result
        return Response(report(results))

    def _take_over(self, rows: Sequence[Row]) -> Sequence[RowResult]:
        origin = f"API: {self.request.user}"
        return take_over(self.queryset.model, rows, source=self.source, origin=origin)

    def _read(self, external_id: str) -> Any:
        record = self.get_queryset().filter(source=self.source, external_id=_checked(external_id)).first()
        if record is None:
            raise NotFound
        return self._told(record)

    def _told(self, records: Any, *, many: bool = False) -> Any:
        return self.read_serializer(records, many=many, context=self.get_serializer_context()).data


def _checked(external_id: str) -> str:
    try:
        return str(write_serializers.external_id_field().run_validation(external_id))
    except ValidationError as error:
        raise ValidationError({"external_id": error.detail}) from None


@describe("company", "companies")
class CompanyViewSet(RecordViewSet):
    queryset = Company.objects.all()
    read_serializer = read_serializers.CompanyRead
    write_serializer = write_serializers.CompanyWrite
    row_serializer = write_serializers.CompanyRow
    filterset_class = filters.CompanyFilter


@describe("contact", "contacts")
class ContactViewSet(RecordViewSet):
    queryset = Contact.objects.select_related("company").prefetch_related(
        "consents", "addresses", "latest_scores__product"
    )
    read_serializer = read_serializers.ContactRead
    write_serializer = write_serializers.ContactWrite
    row_serializer = write_serializers.ContactRow
    filterset_class = filters.ContactFilter


@describe("product", "products")
class ProductViewSet(RecordViewSet):
    queryset = Product.objects.all()
    read_serializer = read_serializers.ProductRead
    write_serializer = write_serializers.ProductWrite
    row_serializer = write_serializers.ProductRow
    filterset_class = filters.ProductFilter


@describe("channel", "channels")
class ChannelViewSet(RecordViewSet):
    queryset = Channel.objects.all()
    read_serializer = read_serializers.ChannelRead
    write_serializer = write_serializers.ChannelWrite
    row_serializer = write_serializers.ChannelRow
    filterset_class = filters.ChannelFilter


@describe("deal", "deals")
class DealViewSet(RecordViewSet):
    queryset = Deal.objects.select_related("contact", *Facts.RELATIONS)
    read_serializer = read_serializers.DealRead
    write_serializer = write_serializers.DealWrite
    row_serializer = write_serializers.DealRow
    filterset_class = filters.DealFilter


@describe("touchpoint", "touchpoints")
class TouchpointViewSet(RecordViewSet):
    queryset = Touchpoint.objects.select_related("contact", "deal", *Facts.RELATIONS)
    read_serializer = read_serializers.TouchpointRead
    write_serializer = write_serializers.TouchpointWrite
    row_serializer = write_serializers.TouchpointRow
    filterset_class = filters.TouchpointFilter

    def get_queryset(self) -> QuerySet[Any]:
        """Include what was recorded because this source's deals were won."""
        return self.queryset.filter(Q(source=self.source) | Q(deal__source=self.source))


class UnknownView(APIView):
    """Whatever else is asked for under the API gets the API's own 404."""

    schema = None
    permission_classes = (IsAuthenticated,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound(_("There is nothing here. Addresses end with a slash; see the documentation at /api/v1/docs/."))
