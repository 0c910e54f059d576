from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.form_fields import PlainField
from followups.calls.spoken_ask import ALOUD, SpokenAsk, surveys_to_ask, touchpoints_of
from followups.models import CallTry
from responses import further_answers
from responses.page.forms import LONGEST_COMMENT, further_of
from responses.staff_entry import SpokenAnswer


class SpokenAskForm(forms.Form):
    """What a customer said to a member of staff. Which question it is about stands in the same form."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    mode = forms.ChoiceField(
        label=_("How do you talk?"), choices=lambda: [(mode.value, capfirst(str(mode.label))) for mode in ALOUD]
    )
    survey = forms.ChoiceField(label=_("Survey"))
    about = forms.ChoiceField(label=_("What is it about?"), required=False)
    is_unasked = forms.BooleanField(
        label=_("The customer came of themselves"),
        required=False,
        help_text=_("Nobody asked them, so the rules of how often we ask do not hold. It is kept with the answer."),
    )
    score = forms.TypedChoiceField(
        label=_("Score"),
        coerce=int,
        error_messages={
            "required": _("Choose the score that the customer said."),
            "invalid_choice": _("Choose the score that the customer said."),
        },
    )
    topics = forms.TypedMultipleChoiceField(label=_("Topics"), coerce=int, required=False)
    comment = PlainField(
        label=_("In the customer's words"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, ask: SpokenAsk, data: Any = None) -> None:
        choice = {"mode": ask.mode, "survey": ask.survey.pk, "about": ask.about.pk if ask.about else ""}
        super().__init__(data, initial={**choice, "key": str(uuid4()), "is_unasked": ask.is_unasked})
        self.ask = ask
        touchpoints = [(each.pk, self._named(each)) for each in touchpoints_of(ask.contact)]
        self._choices("survey", [(survey.pk, survey.name) for survey in surveys_to_ask()])
        self._choices("about", touchpoints or [("", _("Nothing in particular"))])
        self._choices("score", [(score, str(score)) for score in ask.scale.scores])
        self._choices("topics", list(ask.topics))

    def _choices(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        field.choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def _named(touchpoint: Any) -> str:
        return " · ".join(str(part) for part in (touchpoint, touchpoint.product, touchpoint.manager) if part)

    @property
    def is_about_other(self) -> bool:
        """Whether what was asked about is asked no more, such as a survey that was switched off meanwhile."""
        return not self.errors.keys().isdisjoint({"survey", "about"})

    def clean_key(self) -> str:
        """Return what the form was drawn with; of nonsense a new one, as of a form that is new."""
        try:
            return str(UUID(self.cleaned_data["key"]))
        except ValueError:
            return str(uuid4())

    def answer(self) -> SpokenAnswer:
        """Return what a valid form says."""
        said, ask = self.cleaned_data, self.ask
        tier, sent = ask.scale.tier_of(said["score"]), further_of(cast(QueryDict, self.data))
        return SpokenAnswer(
            key=said["key"],
            mode=said["mode"],
            score=said["score"],
            language=ask.language,
            said_at=ask.now,
            comment=said["comment"],
            topic_ids=said["topics"],
            is_unasked=said["is_unasked"],
            further=further_answers.said(ask.version.further, sent, tier=tier, language=ask.language),
        )


class CallTryForm(forms.Form):
    """What came of a call; each outcome is a button."""

    LONGEST_WAIT = timedelta(days=60)

    outcome = forms.ChoiceField(choices=[*CallTry.Outcome.choices, ("never", "")])
    again_at = forms.DateTimeField(
        label=_("Call back at"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        outcome, again_at, now = cleaned.get("outcome"), cleaned.get("again_at"), clock.now()
        cleaned["never"] = outcome == "never"
        if cleaned["never"]:
            cleaned["outcome"] = CallTry.Outcome.REFUSED.value
        if outcome != CallTry.Outcome.LATER:
            cleaned["again_at"] = None
            self.errors.pop("again_at", None)
        elif "again_at" in cleaned and not (again_at and now < again_at <= now + self.LONGEST_WAIT):
            self.add_error("again_at", _("Say when to call back: from now on, within 60 days."))
        return cleaned
