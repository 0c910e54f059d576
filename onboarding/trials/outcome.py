"""What the answer of a trial would become, by the rules that are in force now. All of it is in memory only.

An answer that is never saved stands in for a real one before the functions that route real ones. Whoever tries the
survey is the manager of its customer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from analytics.counts import ENOUGH, FEW, Counts
from analytics.dashboard import words
from analytics.dashboard.report import Figures
from analytics.dashboard.words import Words
from followups import routes
from followups.models import Followup, FollowupStep, Playbook
from followups.playbooks import steps, wording
from followups.routes import Desk, Destination
from onboarding.models import Trial
from responses.models import Response, Topic
from responses.topics.named import found_in
from surveys.models import Origin


@dataclass(frozen=True)
class FollowupToBe:
    """The work that the answer would make: never saved, whose it would be, and in words what is to be done.

    `steps`: each with its words.
    """

    row: Followup
    to: Destination
    instructions: str
    script: str
    steps: Sequence[tuple[FollowupStep, str]]


@dataclass(frozen=True)
class OneAnswer:
    """The dashboard, if this were the only answer there is."""

    figures: Figures
    words: Words
    few: int = FEW
    enough: int = ENOUGH

    @property
    def number(self) -> str:
        return self.words.value(self.figures.value)

    @property
    def ends(self) -> tuple[str, str]:
        """The ends of the interval."""
        found = self.figures.interval
        return (self.words.value(found.low), self.words.value(found.high)) if found else ("", "")


@dataclass(frozen=True)
class TrialOutcome:
    """All that the page of an answered trial shows. `conditions`: for which answers its playbook is, in a sentence."""

    answer: Response
    said: str
    topics: Sequence[Topic]
    playbook: Playbook | None
    conditions: str
    thanks: bool
    work: FollowupToBe | None
    dashboard: OneAnswer


def of(trial: Trial, score: int, answered_at: datetime) -> TrialOutcome:
    """Return what a trial that was answered would become; reads, and writes nothing."""
    answer = _stand_in(trial, score, answered_at)
    topics = trial.topics | found_in(answer.comment)
    desk = Desk.at(answered_at)
    route = desk.route(answer, topics)
    playbook = route.playbook
    return TrialOutcome(
        answer=answer,
        said=trial.comment,
        topics=list(Topic.objects.filter(pk__in=topics).order_by("position", "pk")),
        playbook=playbook,
        conditions=wording.conditions(playbook, wording.currency()) if playbook else "",
        thanks=route.sends_thanks,
        work=_work(desk, route, playbook, answered_at) if playbook and route.makes_work else None,
        dashboard=_dashboard(trial, score),
    )


def _stand_in(trial: Trial, score: int, answered_at: datetime) -> Response:
    survey = trial.version.survey
    answer = Response(
        survey=survey,
        version=trial.version,
        kind=survey.kind,
        metric=survey.metric,
        origin=Origin.TEST,
        brand=survey.brand,
        language=trial.language,
        manager=trial.asker,
        team=trial.asker.team,
        score=score,
        comment=trial.comment,
        answered_at=answered_at,
    )
    # The database makes these two of rows that are saved.
    answer.counted_score, answer.category = score, trial.scale.category_of(score).value
    return answer


def _work(desk: Desk, route: routes.Route, playbook: Playbook, now: datetime) -> FollowupToBe:
    row, _detour = desk.draft(route, playbook, now=now)
    language = get_language() or "en"
    planned = steps.planned([(row, playbook)], desk.calendars)
    return FollowupToBe(
        row=row,
        to=desk.destination(route, playbook),
        instructions=row.instructions_in(language),
        script=playbook.script_in(language),
        steps=[(step, step.text_in(language)) for step in planned],
    )


def _dashboard(trial: Trial, score: int) -> OneAnswer:
    by_score = [int(each == score) for each in range(trial.scale.highest + 1)]
    metric = trial.version.survey.metric
    return OneAnswer(Figures(metric=metric, counts=Counts.of_scores(trial.scale, by_score)), words.of(metric))
