"""The survey as customers will get it, sent to oneself before anybody is asked."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import dates
from onboarding.steps.installation import SetupFacts
from onboarding.steps.step import SetupStep, StepState
from onboarding.ways import WayOut

SEND = WayOut(gettext_lazy("Send me the survey now"), "trial")


def step(there: SetupFacts) -> SetupStep:
    answered = there.trial_answered_at
    return SetupStep(
        name="trial",
        title=_("The survey in your own mailbox"),
        state=StepState.DONE if answered else StepState.CAN_WAIT,
        sentence=_("Answered last on %(moment)s.") % {"moment": dates.moment(answered)}
        if answered
        else _("Nobody here has answered it yet. Send it to yourself, and see what an answer becomes."),
        way=SEND,
    )
