"""What the page of the answers prints: the newest of those that are chosen, how many they are, and ways on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.http import QueryDict

from accounts.models import User
from analytics.dashboard.filter_lists import filter_lists
from analytics.explorer.answers import behind, chosen, of_all_categories
from analytics.explorer.forms import AnswersForm
from analytics.models import SavedView
from analytics.rollups import cells, totals
from analytics.unit import Unit
from crm.records import dates
from responses.evidence import reasons
from responses.models import Response
from responses.models.response import ResponseQuerySet
from surveys.metrics import SCALES, Metric

SHOWN = 50
# Where the page goes on: behind this moment and number.
AFTER = "after"
SHOWN_WITH = ("contact", "company", "manager", "product", "survey", "followup__state")


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """So many of the chosen answers are of one category; `url` chooses them alone."""

    label: str
    number: int
    url: str
    is_chosen: bool


def contents(form: AnswersForm, zone: ZoneInfo, query: QueryDict) -> dict[str, Any]:
    """Return what the template prints of the chosen answers."""
    found = chosen(form, zone)
    place = _place(query.get(AFTER, ""))
    shown = behind(found, *place) if place else found
    answers = _found_by_words(shown) if form.cleaned_data["q"] else list(_with_names(shown)[: SHOWN + 1])
    more = answers[:SHOWN][-1] if len(answers) > SHOWN else None
    counts = _counts(form, _numbers(form, zone), query)
    return {
        "all": sum(count.number for count in counts if count.is_chosen or not form.cleaned_data["category"]),
        "counts": counts,
        "rows": [(answer, list(reasons.words(answer.suspicion))) for answer in answers[:SHOWN]],
        "older": _address(query, **{AFTER: f"{more.answered_at.isoformat()}_{more.pk}"}) if more else "",
        "newest": _address(query, **{AFTER: ""}) if place else "",
        "files": [(name, _address(query, **{AFTER: ""})) for name in ("csv", "xlsx")],
    }


def _with_names(answers: ResponseQuerySet) -> ResponseQuerySet:
    return answers.select_related(*SHOWN_WITH).order_by("-answered_at", "-pk")


def _found_by_words(found: ResponseQuerySet) -> list[Response]:
    """Return the newest of answers that hold some words.

    Ordered by the column itself, PostgreSQL would read one comment after the other until enough of them hold the words;
    ordered by an expression it takes them from the index of words.
    """
    moment = ExpressionWrapper(F("answered_at") + timedelta(0), models.DateTimeField())
    keys = found.order_by(moment.desc(), "-pk").values_list("pk", flat=True)[: SHOWN + 1]
    return list(_with_names(Response.objects.filter(pk__in=list(keys))))


def filters(form: AnswersForm, query: QueryDict) -> dict[str, Any]:
    """Return what the template prints of the filters, those set among the finer ones counted."""
    page = filter_lists(form, query)
    return page | {
        "plain": [form[name] for name in form.finer if name not in page["filters"]],
        "finer": [page["filters"][name] for name in form.finer if name in page["filters"]],
        "finer_set": len(form.set),
    }


def views_of(user: User) -> Iterable[SavedView]:
    """Return the saved views of a person, and those for everybody."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner").order_by("name", "pk")


def _numbers(form: AnswersForm, zone: ZoneInfo) -> dict[str, int]:
    """Return how many of the chosen answers are of each category, whatever category was chosen.

    What a dashboard can choose is counted already.
    """
    if not form.is_counted_by_dashboards:
        found = of_all_categories(form, zone)
        return dict(found.order_by().values_list("category").annotate(models.Count("pk")))
    scale, numbers = SCALES[Metric(form.metric)], Counter[str]()
    unit = Unit.CUSTOMERS if form.cleaned_data["latest"] else Unit.ANSWERS
    by_score = totals.of_all(cells.read(replace(form.selection(zone), unit=unit).alone)).by_score
    for score in scale.scores:
        numbers[scale.category_of(score).value] += by_score[score]
    return numbers


def _counts(form: AnswersForm, numbers: Mapping[str, int], query: QueryDict) -> list[CategoryCount]:
    scale = SCALES[Metric(form.metric)]
    names = [str(category) for category in scale.categories.values()]
    alone = form.cleaned_data["category"]
    return [
        CategoryCount(
            label=str(category.label),
            number=numbers.get(name, 0),
            url=_address(query, category="" if alone == name else name, after=""),
            is_chosen=alone == name,
        )
        for name, category in zip(names, scale.categories.values(), strict=True)
    ]


def _place(typed: str) -> tuple[datetime, int] | None:
    """Return behind which answer a page begins; None for the first page, and for what is no place."""
    moment, _line, number = typed.rpartition("_")
    try:
        at = dates.moment(moment)
    except ValueError:
        return None
    is_number = number.isascii() and number.isdecimal() and len(number) <= 18
    return (at, int(number)) if is_number else None


def _address(query: QueryDict, **changed: str) -> str:
    """Return the filters of this page as they stand in an address, with some changed; what is empty is left out."""
    wanted = {name: value for name, value in {**query.dict(), **changed}.items() if value}
    return f"?{urlencode(wanted)}"
