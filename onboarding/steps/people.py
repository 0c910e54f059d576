"""Who works here besides whoever sets it up."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onboarding.steps.installation import LoginCounts, SetupFacts
from onboarding.steps.step import SetupStep, StepState
from onboarding.ways import WayOut


def step(there: SetupFacts) -> SetupStep:
    people = there.people
    return SetupStep(
        name="people",
        title=_("People"),
        state=StepState.DONE if people.all > 1 else StepState.CAN_WAIT,
        sentence=_sentence(people),
        way=WayOut(_("Welcome colleagues"), "setup_people"),
        lines=tuple(_lines(there)),
    )


def _sentence(people: LoginCounts) -> str:
    if people.all <= 1:
        return _("You are alone here: follow-ups of unhappy customers wait for you.")
    said = ngettext("%(count)s person works here.", "%(count)s people work here.", people.all)
    return said % {"count": people.all}


def _lines(there: SetupFacts) -> list[str]:
    lines, people = [], there.people
    if people.awaited:
        said = ngettext(
            "%(count)s has a welcome letter and no password yet.",
            "%(count)s have a welcome letter and no password yet.",
            people.awaited,
        )
        lines.append(said % {"count": people.awaited})
    if people.expired and people.all > 1:
        said = ngettext(
            "%(count)s has no password, and no letter whose link still opens.",
            "%(count)s have no password, and no letter whose link still opens.",
            people.expired,
        )
        lines.append(said % {"count": people.expired})
    if there.teams:
        said = ngettext("%(count)s team shares customers.", "%(count)s teams share customers.", there.teams)
        lines.append(said % {"count": there.teams})
    return lines
