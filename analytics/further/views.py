"""What customers said to the further questions of their surveys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.dashboard import answer_links, numbers, words
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.exports import ExportedTable
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.forms import DashboardForm
from analytics.dashboard.readers import managers_only
from analytics.dashboard.whiskers import Axis, Whisker, strip
from analytics.further import report
from analytics.further.report import ChoiceCount, QuestionReport
from analytics.rollups.cells import Selection
from responses.models import FurtherAnswer
from responses.word_access import WordAccess
from surveys.metrics import Tier
from surveys.wording.further import QuestionKind

TEMPLATE = "analytics/further.html"
COLUMNS = (
    "survey", "question", "kind", "choice", "answers", "good", "middle", "bad", "said", "share", "share_low",
    "share_high",
)  # fmt: skip


OF_SHARES = Axis(0, 100, None)


class FurtherQuestionsForm(DashboardForm):
    """The filters of the dashboard, but for another period: nothing is compared with one here."""

    unused = ("by", "compare")


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """A choice as it is printed; dashes, and no drawing, where too few answered."""

    text: str
    number: int
    url: str
    by_tier: Sequence[tuple[str, int]]
    share: str
    low: str
    high: str
    whisker: Whisker | None


@dataclass(frozen=True, slots=True)
class QuestionCard:
    survey: str
    text: str
    kind: str
    number: int
    url: str
    mean: str
    lines: Sequence[ChoiceLine]
    words: Sequence[FurtherAnswer]
    is_call: bool


@require_safe
@managers_only
def show_further(request: HttpRequest) -> HttpResponse:
    form, zone = filled(FurtherQuestionsForm, request)
    content = filter_lists(form, request.GET) | {"query": request.GET.urlencode()}
    if not form.is_valid():
        return render(request, TEMPLATE, content, status=400)
    selection = form.selection(zone)
    found = report.read(selection, WordAccess.of_request(request))
    content |= {
        "selection": selection,
        "is_read": True,
        "words": words.of(selection.metric),
        "cards": [_card(one, selection, request.GET) for one in found],
    }
    return render(request, TEMPLATE, content)


@require_safe
@managers_only
def download_further(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the counts of the page with the same filters, as CSV or XLSX, and note who took them along."""
    form, zone = filled(FurtherQuestionsForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('further')}?{request.GET.urlencode()}")
    found = report.read(form.selection(zone), WordAccess.of_request(request))
    return hand_out(request, ExportedTable(COLUMNS, list(_rows(found))), "further-questions", kind)


def _card(found: QuestionReport, selection: Selection, query: QueryDict) -> QuestionCard:
    asked = found.asked
    everything = answer_links.of_page(selection, query, said=asked.key)
    return QuestionCard(
        survey=asked.survey.full_name,
        text=asked.text,
        kind=str(asked.question.kind.label),
        number=found.number,
        url=everything,
        mean=numbers.points(found.mean, 2) if found.mean is not None else "",
        lines=[
            _line(choice, answer_links.of_page(selection, query, said=f"{asked.key}:{choice.value}"))
            for choice in found.choices
        ],
        words=found.words,
        is_call=asked.question.kind is QuestionKind.CALL,
    )


def _line(choice: ChoiceCount, url: str) -> ChoiceLine:
    interval = choice.interval
    return ChoiceLine(
        choice.text,
        choice.number,
        url,
        [(tier.value, choice.by_tier[tier]) for tier in (Tier.BAD, Tier.MIDDLE, Tier.GOOD)],
        numbers.percent(choice.share, 0),
        numbers.percent(interval.low, 0) if interval else "",
        numbers.percent(interval.high, 0) if interval else "",
        strip(interval, choice.share, OF_SHARES) if interval and choice.share is not None else None,
    )


def _rows(found: Sequence[QuestionReport]) -> Iterator[list[object]]:
    for one in found:
        asked = one.asked
        about = [asked.survey.name, asked.text, asked.question.kind.value]
        if not one.choices:
            yield [*about, None, *_by_tier(one.number, one.said), one.number, None, None, None]
        for choice in one.choices:
            interval = choice.interval
            ends = (interval.low, interval.high) if interval else (None, None)
            rounded = [share if share is None else round(share, 1) for share in (choice.share, *ends)]
            yield [*about, choice.text, *_by_tier(choice.number, choice.by_tier), choice.said, *rounded]


def _by_tier(number: int, by_tier: report.ByTier) -> list[int]:
    return [number, by_tier[Tier.GOOD], by_tier[Tier.MIDDLE], by_tier[Tier.BAD]]
