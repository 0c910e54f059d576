from typing import Any, cast

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock, company_clock
from accounts.models import User
from analytics.crossed import cells
from analytics.crossed.forms import CrossedForm
from analytics.crossed.table import CrossedTable, Ways, lay_out
from analytics.dashboard import words
from analytics.dashboard.filters import USUAL, lists_for, teams_in_reach
from analytics.explorer import answers, page
from analytics.explorer.forms import Vocabulary


@require_safe
@permission_required("analytics.view_dashboard", raise_exception=True)
def show_crossed(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    today = clock.now().astimezone(company_clock.zone()).date()
    form = CrossedForm(
        request.GET, lists=lists_for(user), teams=teams_in_reach(user), today=today, known=Vocabulary.fetch()
    )
    content: dict[str, Any] = page.filters(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/crossed.html", content, status=400)
    content |= {
        "table": _table(form),
        "words": words.of(form.metric),
        "unit": words.of_unit(form.unit),
        "mixes_kinds": form.mixes_kinds,
        "query": request.GET.urlencode(),
    }
    return render(request, "analytics/crossed.html", content)


def _table(form: CrossedForm) -> CrossedTable:
    cleaned = form.cleaned_data
    first, second = form.facts[cleaned["rows"]], form.facts.get(cleaned["columns"])
    crossing = cells.read(answers.of_all_categories(form, company_clock.zone()), form.metric, first, second)
    return lay_out(crossing, first, second, form.metric, Ways(_kept(form)), form.segments)


def _kept(form: CrossedForm) -> dict[str, str]:
    """Return the filters that choose the answers of the page, as the list of answers takes them."""
    said = {name: str(value) for name, value in form.data.items() if value and name in form.fields}
    latest = {"latest": str(form.cleaned_data["latest"])} if form.cleaned_data["latest"] else {}
    return {"period": USUAL, **{name: said[name] for name in said if name not in ("rows", "columns", "by")}, **latest}
