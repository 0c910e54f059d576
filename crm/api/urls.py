from django.urls import URLPattern, path, re_path, register_converter
from django.urls.converters import StringConverter

from crm.api import docs, views


class ExternalIdConverter(StringConverter):
    """Other systems' IDs may hold slashes, as in gid://shop/Order/1, and even line breaks."""

    regex = "(?s:.+)"


register_converter(ExternalIdConverter, "external_id")

RECORDS = {
    "companies": views.CompanyViewSet,
    "contacts": views.ContactViewSet,
    "products": views.ProductViewSet,
    "channels": views.ChannelViewSet,
    "deals": views.DealViewSet,
    "touchpoints": views.TouchpointViewSet,
}


def _urls_of(name: str, view: type[views.RecordViewSet]) -> list[URLPattern]:
    return [
        path(f"{name}/", view.as_view({"get": "list"}), name=f"api-{name}"),
        path(f"{name}/bulk/", view.as_view({"post": "bulk"}), name=f"api-{name}-bulk"),
        path(
            f"{name}/<external_id:external_id>/",
            view.as_view({"get": "retrieve", "put": "upsert"}),
            name=f"api-{name}-one",
        ),
    ]


urlpatterns = [
    *(pattern for name, view in RECORDS.items() for pattern in _urls_of(name, view)),
    path("schema/", docs.schema, name="api-schema"),
    path("docs/", docs.documentation, name="api-docs"),
    re_path("", views.UnknownView.as_view()),
]
