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

    def decode_cursor(self, request: Request) -> Any:
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise _no_cursor() from None
        position = getattr(cursor, "position", None)
        if position is not None and not (position.isascii() and position.isdecimal() and len(position) <= LONGEST_ID):
            raise _no_cursor()
        return cursor


def _no_cursor() -> ValidationError:
    return ValidationError({"cursor": _("Use the address in “next” or “previous” of the last answer.")})
