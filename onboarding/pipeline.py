"""The pipeline as a page reads it: each stage with what passed, what waits, what was refused and what is to be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.media import Medium
from accounts.models import Organisation
from crm.models.touchpoint import label_of_kind
from onboarding import figures, ways
from onboarding.circumstances import Circumstances
from onboarding.figures import MediumFigures, Passed, Queue, Span
from onboarding.hindrances import Gravity, Hindrance
from onboarding.stages import EXPLAINED, PipelineStage
from onboarding.ways import WayOut
from surveys.judging import reasons


@dataclass(frozen=True)
class PipelinePart:
    """Some of the rows of a stage: those of a kind, or whom one rule refused or put off."""

    name: str
    passed: Passed
    way: WayOut | None = None
    note: str = ""


@dataclass(frozen=True)
class StageView:
    """`queue_of`: what it is that waits there, as a sentence begins; `parts`: under headings."""

    stage: PipelineStage
    explained: str
    passed: Passed
    queue: Queue
    queue_of: str
    parts: "Parts"
    hindrances: Sequence[Hindrance]

    @property
    def is_stopped(self) -> bool:
        return any(hindrance.gravity is not Gravity.NOTED for hindrance in self.hindrances)


Parts = Sequence[tuple[str, Sequence[PipelinePart]]]


def read(known: Circumstances, found: Sequence[Hindrance], now: datetime) -> list[StageView]:
    """Return every stage, in order; `found`: the hindrances of these circumstances."""
    span = Span.before(now)
    passed = figures.of_stages(span, known.touchpoint_kinds)
    parts = {
        PipelineStage.TOUCHPOINTS: [(_("By kind"), _by_kind(known, figures.by_kind(span, known.touchpoint_kinds)))],
        PipelineStage.JUDGED: [
            (_("Refused, by rule"), _by_reason(known.refused, lambda reason: ways.refused(reason, known.week))),
            (_("Put off, by rule"), _by_reason(known.deferred, ways.put_off)),
        ],
        PipelineStage.HANDED_OVER: [(_("By medium"), [_of_medium(one) for one in figures.by_medium(span, now)])],
    }
    return [_view(stage, known, found, passed[stage], parts.get(stage, [])) for stage in PipelineStage]


def _view(
    stage: PipelineStage,
    known: Circumstances,
    found: Iterable[Hindrance],
    passed: Passed,
    parts: Parts,
) -> StageView:
    queue_of, queue = _queues(known).get(stage, ("", Queue()))
    return StageView(
        stage=stage,
        explained=str(EXPLAINED[stage]),
        passed=passed,
        queue=queue,
        queue_of=queue_of,
        parts=parts,
        hindrances=[hindrance for hindrance in found if hindrance.stage is stage],
    )


def _queues(known: Circumstances) -> dict[PipelineStage, tuple[str, Queue]]:
    return {
        PipelineStage.PLANNED: (_("Wait for their moment"), known.planned),
        PipelineStage.JUDGED: (_("Are due and not judged"), known.unjudged),
        PipelineStage.QUEUED: (_("Letters that could go now"), known.outbox),
        PipelineStage.HANDED_OVER: (_("Wait for another try"), known.put_off),
        PipelineStage.ANSWERED: (_("Have the letter and may still answer"), known.open),
        PipelineStage.SETTLED: (_("Late in settling"), known.unsettled),
        PipelineStage.ROUTED: (_("Late in routing"), known.unrouted),
    }


def _by_kind(known: Circumstances, kinds: Iterable[tuple[str, int, int]]) -> list[PipelinePart]:
    wanted = frozenset(kind for survey in known.surveys if survey.asks for kind in survey.touchpoint_kinds)
    return [
        PipelinePart(label_of_kind(kind), Passed(today, week))
        if kind in wanted
        else PipelinePart(label_of_kind(kind), Passed(today, week), ways.ADD_TRIGGER, _("No trigger asks about it."))
        for kind, today, week in kinds
    ]


def _of_medium(one: MediumFigures) -> PipelinePart:
    """Say of a medium how many answered, what that cost, and how many messages are silent where arrivals are told."""
    said = [_("answered: %(count)s") % {"count": number_format(one.answered, force_grouping=True)}]
    if one.medium == Medium.WHATSAPP and one.silent:
        said.append(_("never delivered: %(count)s") % {"count": number_format(one.silent, force_grouping=True)})
    if one.cost:
        currency = Organisation.current().currency
        said.append(f"{number_format(one.cost, decimal_pos=2, force_grouping=True)} {currency}")
    if one.cost_per_answer is not None:
        price = number_format(one.cost_per_answer, decimal_pos=2, force_grouping=True)
        said.append(_("%(price)s an answer") % {"price": price})
    label = str(Medium(one.medium).label) if one.medium in Medium else one.medium
    return PipelinePart(label, one.passed, ways.of_medium(one.medium), " · ".join(said))


def _by_reason(numbers: Mapping[str, Passed], way: ways.OfReason) -> list[PipelinePart]:
    ordered = sorted(numbers.items(), key=lambda item: (-item[1].week, item[0]))
    return [PipelinePart(reasons.label(reason), passed, way(reason)) for reason, passed in ordered]
