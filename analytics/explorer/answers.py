"""The answers that are chosen: the same rows that a dashboard with the same filters counts."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q

from analytics.explorer import word_search
from analytics.explorer.forms import (
    DONE_WORK,
    DOUBTED,
    NO_WORK,
    OF_PROFILE,
    OPEN_WORK,
    WAITING,
    AnswersForm,
)
from analytics.models import Succession
from analytics.rollups.cells import Selection
from followups.models import Followup
from responses.models import Response, ResponseTopic
from responses.models.response import WORDS, ResponseQuerySet

# What is looked at as it is typed: the column or the path to it, by the name of the filter.
AS_IT_IS = {
    "score_from": "counted_score__gte",
    "score_to": "counted_score__lte",
    "brand": "brand",
    "touchpoint": "touchpoint_kind",
    "campaign": "campaign",
    "language": "language",
    "medium": "medium",
    "amount_from": "amount_base__gte",
    "amount_to": "amount_base__lte",
    **{name: f"profile__{name}" for name in OF_PROFILE},
}
OF_WORK = {NO_WORK: Q(followup=None), OPEN_WORK: Q(followup__status__in=Followup.OPEN)}


def chosen(form: AnswersForm, zone: ZoneInfo) -> ResponseQuerySet:
    """Return what a valid form chooses, within what its person may see, in no order."""
    found, category = of_all_categories(form, zone), form.cleaned_data["category"]
    return found.filter(category=category) if category else found


def of_all_categories(form: AnswersForm, zone: ZoneInfo) -> ResponseQuerySet:
    """Return the same, whatever category was chosen."""
    selection = form.selection(zone)
    found = selection.narrow(_by_evidence(form.cleaned_data["evidence"]))
    if form.cleaned_data["latest"]:
        found = _latest(found, selection, zone)
    conditions = {path: form.cleaned_data[name] for name, path in AS_IT_IS.items()}
    found = found.filter(**{path: value for path, value in conditions.items() if value not in (None, "")})
    found = _by_words(found, form.cleaned_data)
    if topic := form.cleaned_data["topic"]:
        tapped = ResponseTopic.objects.filter(response=OuterRef("pk"), topic=topic)
        found = found.filter(Exists(tapped))
    if work := form.cleaned_data["work"]:
        found = found.filter(_of_work(work))
    if cause := form.cleaned_data["root_cause"]:
        found = found.filter(followup__root_cause=cause)
    return found


def _latest(found: ResponseQuerySet, selection: Selection, zone: ZoneInfo) -> ResponseQuerySet:
    """Leave out the answers about the relationship that the same customer gave anew within the period."""
    _start, end = selection.period.moments(zone)
    given_anew = Succession.objects.filter(response_id=OuterRef("pk"), **{f"{selection.next_answer}__lt": end})
    return found.exclude(Exists(given_anew))


def _by_evidence(evidence: str) -> ResponseQuerySet:
    everything: ResponseQuerySet = Response.objects.all()
    if evidence == WAITING:
        return everything.provisional()
    counted = everything.counted()
    return counted.exclude(suspicion=[]) if evidence == DOUBTED else counted


def _by_words(found: ResponseQuerySet, filters: dict[str, Any]) -> ResponseQuerySet:
    if comment := filters["comment"]:
        found = found.exclude(comment="") if comment == "yes" else found.filter(comment="")
    if not filters["q"]:
        return found
    words = word_search.query(filters["q"])
    if not words:
        return found.none()
    wanted = SearchQuery(words, config="simple", search_type="raw")
    # An answer without a comment is in no index of words.
    return found.exclude(comment="").annotate(words=WORDS).filter(words=wanted)


def _of_work(work: str) -> Q:
    if work == DONE_WORK:
        return Q(followup__isnull=False) & ~OF_WORK[OPEN_WORK]
    return OF_WORK.get(work, Q(followup__status=work))
