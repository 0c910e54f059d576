"""Whom a rule would ask as it is typed: shown below its form, which is not saved."""

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers

TRY = "_try"


class DryRunBox:
    """A page of the administration, told in sentences, with a second button that tries what is typed.

    What is not valid is shown with its errors, as if it had been saved; else the same form with the box below it, or to
    HTMX the box alone.
    """

    @abstractmethod
    def dry_run_of(self, form: Any, reader: Any) -> dict[str, Any]:
        """Return what the box says of a valid form; nothing that is written may stay."""

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[forms.ModelForm[Any]]:
        made = super().get_form(request, *args, **kwargs)  # type: ignore[misc]
        return only_looked_at(made) if TRY in request.POST else made

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        context["may_try"] = add or self.has_change_permission(request, context["original"])  # type: ignore[attr-defined]
        if TRY in request.POST and not form.errors:
            context["found"] = self.dry_run_of(form, request.user)
        page: HttpResponse = super().render_change_form(request, context, add, *args, **kwargs)  # type: ignore[misc]
        if context.get("found") and request.headers.get("HX-Request"):
            page = TemplateResponse(request, "admin/surveys/dryrun/_box.html", context)
        patch_vary_headers(page, ["HX-Request"])
        return page


def only_looked_at(form: type[forms.ModelForm[Any]]) -> type[forms.ModelForm[Any]]:
    """Return the form without its leave to be saved: a page shows what is not valid once more, as it was typed."""

    class Typed(form):  # type: ignore[misc,valid-type]
        def is_valid(self) -> bool:
            super().is_valid()
            return False

    return Typed


@contextmanager
def saved_meanwhile(form: forms.ModelForm[Any]) -> Iterator[Any]:
    """Save a valid form for as long as the block runs; then nothing of it was ever there."""
    shown: Model = form.instance
    form.instance = copy(shown)
    try:
        with transaction.atomic():
            yield form.save()
            transaction.set_rollback(True)
    finally:
        form.instance = shown
