from django.urls import URLPattern, path, re_path

from crm.api import docs, views

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
        # External IDs may hold slashes, as in gid://shop/Order/1.
        path(f"{name}/<path:external_id>/", view.as_view({"get": "retrieve", "put": "upsert"}), name=f"api-{name}-one"),
    ]


urlpatterns = [
    *(pattern for name, view in RECORDS.items() for pattern in _urls_of(name, view)),
    path("schema/", docs.schema, name="api-schema"),
    path("docs/", docs.documentation, name="api-docs"),
    re_path("", views.UnknownView.as_view()),
]
