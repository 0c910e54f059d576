"""The steps on the page of a follow-up, and the form that ticks one off."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PlainField
from followups.letters import reply_templates
from followups.models import CodePool, Followup, FollowupStep, ReplyTemplate


@dataclass(frozen=True)
class StepLine:
    """A step, what it says, and the template in the customer's language that its letter begins with, if any.

    `can_be_offered`: whether its pool has a code to give today.
    """

    step: FollowupStep
    words: str
    template: ReplyTemplate | None = None
    can_be_offered: bool = False


def lines(followup: Followup, language: str, pools: Iterable[CodePool] = ()) -> list[StepLine]:
    """Return the steps of a follow-up in their order, `pools` having codes to give.

    One query, and one more where a letter has a template.
    """
    found = list(followup.steps.select_related("done_by", "pool").order_by("position"))
    wanted = {step.template for step in found if step.template}
    offered = reply_templates.offered(followup).filter(name__in=wanted) if wanted else []
    by_name = {template.name: template for template in offered}
    giving = {pool.pk for pool in pools}
    return [
        StepLine(step, step.text_in(language), by_name.get(step.template), step.pool_id in giving) for step in found
    ]


class StepForm(forms.Form):
    """One step is done, skipped with a word on why, or to be done again."""

    DONE, SKIP, UNDO = "done", "skipped", "undo"
    DEEDS: ClassVar = [(deed, deed) for deed in (DONE, SKIP, UNDO)]

    step = forms.ModelChoiceField(queryset=FollowupStep.objects.none())
    deed = forms.ChoiceField(choices=DEEDS)
    because = PlainField(required=False, max_length=200)

    def __init__(self, *args: Any, followup: Followup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField[FollowupStep], self.fields["step"]).queryset = followup.steps.all()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("deed") == self.SKIP and not cleaned.get("because"):
            self.add_error("because", _("Say in a word why the step is skipped."))
        elif cleaned.get("deed") != self.SKIP:
            cleaned["because"] = ""
        return cleaned
