"""When customers are asked: a trigger, what it would have done by now, and its switch."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.models.touchpoint import label_of_kind
from onboarding import hindrances
from onboarding.askers import Lack, SurveyState
from onboarding.hindrances import Gravity
from onboarding.steps.installation import Replayed, SetupFacts
from onboarding.steps.step import SetupStep, StepState
from onboarding.ways import WayOut
from surveys.judging import dryrun, reasons
from surveys.models import Trigger

# What the switch itself sets right.
SWITCHED = {Lack.ASKER_OFF, Lack.DRAFT, Lack.PAUSED}
MOST_REASONS = 3


def step(there: SetupFacts) -> SetupStep:
    survey = there.nearest
    if survey is None:
        return _to_do(_("A trigger belongs to a survey, and there is none yet."))
    if survey.asker is None:
        proposed = {"survey": str(survey.pk), "name": _("5 days after a deal is won")}
        way = WayOut(_("Add a trigger"), "admin:surveys_trigger_add", query=proposed)
        return _to_do(_("Nothing says yet when “%(survey)s” asks.") % {"survey": survey.name}, way)
    others = [lack for lack in survey.lacks if lack not in SWITCHED]
    if others:
        first = hindrances.lacking(survey, others[0], Gravity.OFF)
        return _to_do(first.sentence, first.way, StepState.IN_THE_WAY, _lines(there))
    if survey.lacks:
        return _with_switch(there, survey)
    said = _said(there.trigger) if there.trigger else _("“%(asker)s” asks.") % {"asker": survey.asker.name}
    way = WayOut(_("Change it"), f"admin:surveys_{survey.asker.model}_change", (survey.asker.pk,))
    return _to_do(said, way, StepState.DONE)


def _to_do(
    sentence: str,
    way: WayOut | None = None,
    state: StepState = StepState.TO_DO,
    lines: tuple[str, ...] = (),
    is_post: bool = False,
    **more: object,
) -> SetupStep:
    return SetupStep(
        name="trigger",
        title=_("When they are asked"),
        state=state,
        sentence=sentence,
        way=way,
        is_post=is_post,
        lines=lines,
        more=more,
    )


def _with_switch(there: SetupFacts, survey: SurveyState) -> SetupStep:
    """Return the step of an asker that lacks nothing but to be switched on."""
    trigger = there.trigger
    if trigger is None or survey.asker is None or survey.asker.pk != trigger.pk or survey.asker.model != "trigger":
        first = hindrances.lacking(survey, survey.lacks[0], Gravity.OFF)
        return _to_do(first.sentence, first.way)
    way = WayOut(_("Switch it on"), "setup_trigger", (trigger.pk,))
    said = f"{_said(trigger)} " + _("It is not switched on.")
    return _to_do(said, way, StepState.TO_DO, _lines(there), is_post=True, trigger=trigger)


def _said(trigger: Trigger) -> str:
    days = trigger.delay.days
    delay = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    said = _("“%(trigger)s”: %(delay)s after “%(kind)s”, by “%(survey)s”.")
    return said % {
        "trigger": trigger,
        "delay": delay,
        "kind": label_of_kind(trigger.touchpoint_kind),
        "survey": trigger.survey,
    }


def _lines(there: SetupFacts) -> tuple[str, ...]:
    replayed = there.replayed
    return tuple(_of_replay(replayed)) if replayed else ()


def _of_replay(replayed: Replayed) -> list[str]:
    if replayed.is_cut:
        said = _("More than %(count)s touchpoints of the last %(days)s days: the dry run counts what it would do.")
        return [said % {"count": replayed.touchpoints, "days": dryrun.DAYS}]
    if not replayed.touchpoints:
        said = _("Nothing that it waits for happened in the last %(days)s days.")
        return [said % {"days": dryrun.DAYS}]
    said = _("Dry run of the last %(days)s days: it would have asked %(asked)s of %(all)s.")
    lines = [said % {"days": dryrun.DAYS, "asked": replayed.asked, "all": replayed.touchpoints}]
    for reason, count in replayed.refused.most_common(MOST_REASONS):
        lines.append(f"{count} × {reasons.label(reason)}")
    if replayed.waiting:
        lines.append(_("%(count)s × The moment has not come yet.") % {"count": replayed.waiting})
    return lines
