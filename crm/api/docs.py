"""The schema and the interactive documentation, open to everyone and served without any other site."""

from functools import lru_cache
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularSwaggerSplitView

OPEN: dict[str, Any] = {"authentication_classes": [], "permission_classes": [], "throttle_classes": []}
NOTATIONS: dict[str, Any] = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}

_swagger = SpectacularSwaggerSplitView.as_view(url_name="api-schema", **OPEN)


@login_not_required
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """Answer in YAML, or in JSON to whoever asks for it by `?format=json` or by Accept."""
    asked_for = request.GET.get("format") or request.headers.get("Accept", "")
    notation = "json" if "json" in asked_for else "yaml"
    return HttpResponse(_written(notation), content_type=NOTATIONS[notation].media_type)


@lru_cache(maxsize=len(NOTATIONS))
def _written(notation: str) -> bytes:
    """Write the schema once per process: it takes a quarter of a second, and anybody may ask."""
    with override("en"):
        found = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
        written: bytes = NOTATIONS[notation]().render(found, renderer_context={})
    return written


# Swagger UI writes style attributes and draws its icons from data: addresses; scripts stay our own files.
@csp_update({"style-src": [SELF, UNSAFE_INLINE]})
def documentation(request: HttpRequest) -> HttpResponse:
    return _swagger(request)


documentation.login_required = False  # type: ignore[attr-defined]
