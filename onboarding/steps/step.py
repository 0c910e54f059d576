"""What a step of setting up is."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onboarding.ways import WayOut


class StepState(TextChoices):
    DONE = "done", _("done")
    TO_DO = "to_do", _("to do")
    IN_THE_WAY = "in_the_way", _("stands in the way")
    CAN_WAIT = "can_wait", _("can wait")


# Whatever keeps an installation from being set up.
OPEN = (StepState.TO_DO, StepState.IN_THE_WAY)


@dataclass(frozen=True, kw_only=True)
class SetupStep:
    """One step as it stands: what is there in a sentence, and the button that leads to where it is mended.

    `lines`: more of what is there, in sight. `more`: what the folded part is filled with; it is the template of the
    name in templates/onboarding/steps/. `beside`: another template, of what else may be done, filled with the same.
    `is_post`: the button does it at once.
    """

    name: str
    title: str | Promise
    state: StepState
    sentence: str
    way: WayOut | None = None
    is_post: bool = False
    lines: tuple[str, ...] = ()
    beside: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def template(self) -> str:
        return f"onboarding/steps/{self.name}.html"
