from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from analytics.explorer.changes import Horizon, Mark
from crm.api.pagination import NewestFirstCursor

AS_OF = "as_of"


class AnswersCursor(NewestFirstCursor):
    """Pages by ID, with the mark from which to ask the next time: that of the first page, which the addresses carry."""

    PARAMETERS = (*NewestFirstCursor.PARAMETERS, AS_OF)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        # The mark is older than the page, so whatever the page does not show is shown to who asks from the mark on.
        self.as_of = str(self._carried(request) or Horizon.now().mark)
        return super().paginate_queryset(queryset, request, view)

    def encode_cursor(self, cursor: Any) -> str:
        return str(replace_query_param(super().encode_cursor(cursor), AS_OF, self.as_of))

    def get_paginated_response(self, data: Any) -> Response:
        page = super().get_paginated_response(data)
        page.data = {**page.data, AS_OF: self.as_of}
        return page

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        page["properties"][AS_OF] = {"type": "string", "example": "5f0c6a1be2d4-48151"}
        page["required"] = [*page.get("required", []), AS_OF]
        return page

    def _carried(self, request: Request) -> Mark | None:
        typed = request.query_params.get(AS_OF)
        if typed is None:
            return None
        mark = Mark.read(typed)
        if mark is None or self.cursor_query_param not in request.query_params:
            raise ValidationError({AS_OF: _("Use the address in “next” or “previous” of the last answer.")})
        return mark
