"""What administrators fill in of an experiment and of its arms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.customerlanguages import spoken, textfields
from delivery.media import for_customers
from surveys.experiments import checks
from surveys.forms import offer_surveys_in_use
from surveys.models import Experiment, ExperimentArm

# What may be changed of an experiment that was started, and of its arms: who has an arm keeps it.
STILL_OPEN = ("name", "share")
# The texts of an arm, by language: the beginning of the name of the field.
SUBJECTS = {"subjects": "subject", "reminder_subjects": "reminder_subject"}
LONGEST_SUBJECT = 200
LABELS = {
    "subject": gettext_lazy("Subject in %(language)s"),
    "reminder_subject": gettext_lazy("Subject of the reminder in %(language)s"),
}


class Settled(forms.ModelForm):  # type: ignore[type-arg]  # of both models
    """A form of which little can be changed any more once its experiment was started."""

    def settle(self, experiment: Experiment | None) -> None:
        if experiment is not None and experiment.pk and not experiment.is_unused:
            for name, field in self.fields.items():
                field.disabled = name not in STILL_OPEN


class ExperimentForm(Settled):
    class Meta:
        model = Experiment
        fields = ("survey", "name", "varied", "starts_at", "ends_at", "most_asked", "answer_days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_surveys_in_use(self)
        self.settle(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("It has to end after it starts."))
        elif end and self.instance.is_unused and end <= clock.now():
            self.add_error("ends_at", _("This is over. Set a later end."))
        return cleaned


class ArmForm(Settled):
    first_medium = forms.ChoiceField(
        label=gettext_lazy("Medium tried first"),
        choices=lambda: [("", gettext_lazy("as usual")), *for_customers()],
        required=False,
        help_text=gettext_lazy("Only where the contact may be written to by it; else the next one is taken."),
    )

    class Meta:
        model = ExperimentArm
        fields = ("name", "share", "hour_from", "hour_until", "first_medium")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = spoken.names()
        for field, beginning in SUBJECTS.items():
            line = forms.TextInput({"class": "vTextField"})
            textfields.add(self, beginning, getattr(self.instance, field), max_length=LONGEST_SUBJECT, widget=line)
            for code in spoken.codes():
                self.fields[textfields.name_of(beginning, code)].label = LABELS[beginning] % {"language": names[code]}
        self.settle(self.instance.experiment if self.instance.experiment_id else None)

    def _post_clean(self) -> None:
        for field, beginning in SUBJECTS.items():
            texts = textfields.kept(getattr(self.instance, field), textfields.entered(self, beginning))
            setattr(self.instance, field, texts)
        super()._post_clean()  # type: ignore[misc]  # of Django, untyped


class ArmFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The arms together: whatever no experiment can be is said above them."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [form for form in kept if not form.cleaned_data.get("DELETE")] if not any(self.errors) else []
        experiment: Experiment = self.instance
        if any(self.errors) or experiment.survey_id is None:
            return
        if found := checks.faults(experiment, [form.instance for form in kept]):
            raise ValidationError(found)
