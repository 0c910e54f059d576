from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

LONGEST_ID = 18  # digits of a bigint that cannot overflow


class NewestFirstCursor(CursorPagination):
    """Pages by ID, newest first: rows that are written while a client reads move nothing."""

    ordering = "-id"
    page_size = 100
    max_page_size = 1000
    page_size_query_param = "page_size"
    PARAMETERS: tuple[str, ...] = ("cursor", "page_size")

    def get_page_size(self, request: Request) -> int:
        asked_for = request.query_params.get(self.page_size_query_param)
        if asked_for is None:
            return self.page_size
        is_number = asked_for.isascii() and asked_for.isdecimal() and len(asked_for) <= len(str(self.max_page_size))
        if not is_number or not 1 <= int(asked_for) <= self.max_page_size:
            raise ValidationError(
                {self.page_size_query_param: _("Use a number from 1 to %(limit)d.") % {"limit": self.max_page_size}}
            )
        return int(asked_for)

    def decode_cursor(self, request: Request) -> Any:
        """Return where the page begins. What is no cursor would be the first page, and be read again and again."""
        if self.cursor_query_param not in request.query_params:
            return None
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise _no_cursor() from None
        position = getattr(cursor, "position", None) or ""
        if not (position.isascii() and position.isdecimal() and len(position) <= LONGEST_ID):
            raise _no_cursor()
        return cursor


def _no_cursor() -> ValidationError:
    return ValidationError({"cursor": _("Use the address in “next” or “previous” of the last answer.")})
