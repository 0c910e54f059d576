"""The pipeline as a page reads it: each stage with what passed, what waits, what was refused and what is to be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from crm.models.touchpoint import label_of_kind
from onboarding import figures, ways
from onboarding.circumstances import Circumstances
from onboarding.figures import Passed, Queue, Span
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
    parts: Sequence[tuple[str, Sequence[PipelinePart]]]
    hindrances: Sequence[Hindrance]

    @property
    def is_stopped(self) -> bool:
        return any(hindrance.gravity is not Gravity.NOTED for hindrance in self.hindrances)


def read(known: Circumstances, found: Sequence[Hindrance], now: datetime) -> list[StageView]:
    """Return every stage, in order; `found`: the hindrances of these circumstances."""
    span = Span.before(now)
    passed = figures.of_stages(span, known.touchpoint_kinds)
    kinds = figures.by_kind(span, known.touchpoint_kinds)
    return [_view(stage, known, found, passed[stage], kinds) for stage in PipelineStage]


def _view(
    stage: PipelineStage,
    known: Circumstances,
    found: Iterable[Hindrance],
    passed: Passed,
    kinds: Iterable[tuple[str, int, int]],
) -> StageView:
    queue_of, queue = _queues(known).get(stage, ("", Queue()))
    return StageView(
        stage=stage,
        explained=str(EXPLAINED[stage]),
        passed=passed,
        queue=queue,
        queue_of=queue_of,
        parts=_parts(stage, known, kinds),
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


def _parts(
    stage: PipelineStage, known: Circumstances, kinds: Iterable[tuple[str, int, int]]
) -> list[tuple[str, list[PipelinePart]]]:
    if stage is PipelineStage.TOUCHPOINTS:
        return [(_("By kind"), _by_kind(known, kinds))]
    if stage is PipelineStage.JUDGED:
        return [
            (_("Refused, by rule"), _by_reason(known.refused, lambda reason: ways.refused(reason, known.week))),
            (_("Put off, by rule"), _by_reason(known.deferred, ways.put_off)),
        ]
    return []


def _by_kind(known: Circumstances, kinds: Iterable[tuple[str, int, int]]) -> list[PipelinePart]:
    wanted = frozenset(kind for survey in known.surveys if survey.asks for kind in survey.touchpoint_kinds)
    return [
        PipelinePart(label_of_kind(kind), Passed(today, week))
        if kind in wanted
        else PipelinePart(label_of_kind(kind), Passed(today, week), ways.ADD_TRIGGER, _("No trigger asks about it."))
        for kind, today, week in kinds
    ]


def _by_reason(numbers: Mapping[str, Passed], way: ways.OfReason) -> list[PipelinePart]:
    ordered = sorted(numbers.items(), key=lambda item: (-item[1].week, item[0]))
    return [PipelinePart(reasons.label(reason), passed, way(reason)) for reason, passed in ordered]
