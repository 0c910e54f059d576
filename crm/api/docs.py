"""The schema and the interactive documentation, open to everyone and served without any other site."""

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

OPEN: dict[str, Any] = {"authentication_classes": [], "permission_classes": [], "throttle_classes": []}

schema = SpectacularAPIView.as_view(**OPEN)
_swagger = SpectacularSwaggerSplitView.as_view(url_name="api-schema", **OPEN)


# Swagger UI writes style attributes and draws its icons from data: addresses; scripts stay our own files.
@csp_update({"style-src": [SELF, UNSAFE_INLINE]})
def documentation(request: HttpRequest) -> HttpResponse:
    return _swagger(request)


documentation.login_required = False  # type: ignore[attr-defined]
