"""How letters leave, and how what comes back is read."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import dates
from onboarding import hindrances
from onboarding.hindrances import Gravity
from onboarding.stages import PipelineStage
from onboarding.steps.installation import SetupFacts
from onboarding.steps.step import SetupStep, StepState
from onboarding.ways import WayOut

TRY = WayOut(gettext_lazy("Try the mail server"), "setup_mail")


def step(there: SetupFacts) -> SetupStep:
    troubles = [
        trouble
        for trouble in hindrances.find(there.known)
        if trouble.stage is PipelineStage.HANDED_OVER and trouble.gravity is Gravity.HALTED
    ]
    return SetupStep(
        name="mail",
        title=_("Mail"),
        state=_state(there, bool(troubles)),
        sentence=troubles[0].sentence if troubles else _sentence(there),
        way=TRY,
        lines=_lines(there),
    )


def _state(there: SetupFacts, is_halted: bool) -> StepState:
    if is_halted:
        return StepState.IN_THE_WAY
    return StepState.DONE if there.last_letter and not there.known.local_sender else StepState.TO_DO


def _sentence(there: SetupFacts) -> str:
    if there.known.local_sender:
        said = _("Letters leave as %(sender)s, which mail servers elsewhere refuse.")
        return said % {"sender": there.known.local_sender}
    if there.last_letter is None:
        return _("No letter has left yet. Try the mail server before the first customer is asked.")
    return _("The mail server took the last letter on %(moment)s.") % {"moment": dates.moment(there.last_letter)}


def _lines(there: SetupFacts) -> tuple[str, ...]:
    if there.known.mailbox:
        return (_("The mailbox of bounces and answers cannot be read: %(error)s") % {"error": there.known.mailbox},)
    if settings.BOUNCE_IMAP_URL or settings.BOUNCE_DROP_DIR or "WEBHOOK_SECRET" in settings.ANYMAIL:
        return ()
    return (_("Nothing is read that comes back, so that dead addresses are written to again."),)
