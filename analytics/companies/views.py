from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.models import Organisation, User
from analytics.companies import accounts
from analytics.dashboard import words
from analytics.dashboard.filters import metrics
from surveys.metrics import Metric

PAGE = 25


class CompanyListForm(forms.Form):
    q = forms.CharField(
        label=_("Name or domain"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    metric = forms.ChoiceField(label=_("Metric"), required=False)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            (accounts.BY_NAME, _("by name")),
            (accounts.BY_CRITICS, _("most critics first")),
            (accounts.BY_WORK, _("most open follow-ups first")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(name, Metric(name).label) for name in metrics()]
        self.fields["metric"].choices = known  # type: ignore[attr-defined]
        if len(known) < 2:
            self.fields["metric"].widget = forms.HiddenInput()


@require_safe
def show_companies(request: HttpRequest) -> HttpResponse:
    """List the companies within the reader's reach with how their customers rate us."""
    user, form = cast(User, request.user), CompanyListForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    metric = chosen.get("metric") or form.fields["metric"].choices[0][0]  # type: ignore[attr-defined]
    text, order = chosen.get("q") or "", chosen.get("order") or accounts.BY_NAME
    found = accounts.companies(user, metric, text=text, order=order)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": accounts.rated(list(page), user, metric, clock.now()),
        "words": words.of(metric),
        "currency": Organisation.current().currency,
        "text": text,
    }
    return render(request, "analytics/companies.html", context)
