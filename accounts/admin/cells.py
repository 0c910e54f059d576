from typing import Any

from django import forms
from django.http import HttpRequest


class NamedCells:
    """A list whose fields are named to those who do not see the column's heading and the row's beginning."""

    def get_changelist_form(self, request: HttpRequest, **options: Any) -> Any:
        form: Any = super().get_changelist_form(request, **options)  # type: ignore[misc]

        class Named(form):  # type: ignore[misc]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                for field in self.fields.values():
                    if not isinstance(field.widget, forms.HiddenInput):
                        field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"

        return Named
