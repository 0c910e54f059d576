from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import clock, company_clock
from accounts.absences import Absences
from accounts.form_fields import PlainField
from accounts.media import OF_CUSTOMERS
from accounts.models import User
from crm.consents import Word
from crm.models import Contact
from crm.reachability import Said, Use
from followups import assignees
from followups.models import Activity, Followup
from followups.notices import mentions
from followups.vocabulary.cause_tree import CauseTree
from responses.models import Topic
from surveys.models import Survey

LONGEST_WAIT = timedelta(days=365)


class AskForm(forms.Form):
    survey = forms.ModelChoiceField(
        label=_("Survey"),
        queryset=Survey.objects.filter(status=Survey.Status.ACTIVE).order_by("name"),
        empty_label=None,
    )
    reason = PlainField(
        label=_("Why now?"),
        max_length=300,
        help_text=_("Kept with your name and shown in the customer's history."),
        error_messages={"required": _("Say why this customer is to be asked now.")},
    )


class WordForm(forms.Form):
    """What a customer told a member of staff about letters to them."""

    FIRST_DAY = date(1990, 1, 1)

    use = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[(use.value, use.label) for use in (Use.SURVEYS, Use.MARKETING)],
        initial=Use.MARKETING,
        widget=forms.RadioSelect,
    )
    medium = forms.ChoiceField(label=_("Sent by"), choices=[(medium.value, medium.label) for medium in OF_CUSTOMERS])
    said = forms.ChoiceField(
        label=_("What did the customer say?"),
        choices=[(Said.GIVEN.value, _("Yes, they agree")), (Said.OBJECTED.value, _("No, they object"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the customer said.")},
    )
    evidence = PlainField(
        label=_("How do we know?"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The sentence that they agreed to, or where and how they said it. Kept with your name."),
        error_messages={"required": _("Say how the customer said it.")},
    )
    day = forms.DateField(
        label=_("Said on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today if left empty."),
    )

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and not self.FIRST_DAY <= day <= timezone.localdate(clock.now()):
            raise forms.ValidationError(_("Choose a day that is not in the future."))
        return day

    def word_of(self, contact: Contact) -> Word:
        """Return what was said; on an earlier day it was the last word of that day."""
        said, now = self.cleaned_data, clock.now()
        at = timezone.make_aware(datetime.combine(said["day"], time(23, 59))) if said["day"] else now
        return Word(contact.pk, said["medium"], said["use"], said["said"], min(at, now), said["evidence"])


class NoteForm(forms.Form):
    KINDS = [
        (Activity.Kind.NOTE, _("Note")),
        (Activity.Kind.CALL, _("Called the customer")),
        (Activity.Kind.EMAIL, _("Wrote to the customer")),
    ]

    kind = forms.ChoiceField(
        label=_("What did you do?"), choices=KINDS, initial=Activity.Kind.NOTE, widget=forms.RadioSelect
    )
    text = PlainField(
        label=_("What was said or found out"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a sentence about it.")},
    )
    colleague = PlainField(
        label=_("Mention a colleague"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("They are told of the note. In a note @ and a name does the same."),
    )

    def clean_colleague(self) -> User | None:
        """Return who is meant by a name or an address."""
        typed: str = self.cleaned_data["colleague"].strip().removeprefix("@")
        if not typed:
            return None
        meant = mentions.meant_by(typed, mentions.colleagues())
        if not meant:
            raise forms.ValidationError(_("Nobody here is called so."))
        if len(meant) > 1:
            raise forms.ValidationError(_("Several are called so. Write the e-mail address."))
        return meant[0]


class CallForm(forms.Form):
    """How a call went; each outcome is a button."""

    went = forms.ChoiceField(choices=Activity.Call.choices)
    text = PlainField(
        label=_("What was said"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    again_at = forms.DateTimeField(
        label=_("Call back at"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        again_at, now = cleaned.get("again_at"), clock.now()
        if cleaned.get("went") != Activity.Call.LATER:
            cleaned["again_at"] = None
        elif "again_at" in cleaned and not (again_at and now < again_at <= now + LONGEST_WAIT):
            self.add_error("again_at", _("Say when to call back: from now on, within a year."))
        return cleaned


class AssignmentForm(forms.Form):
    to = forms.ModelChoiceField(
        label=_("Assigned to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody: the team's queue"),
        error_messages={"invalid_choice": _("Choose somebody of the team.")},
    )
    words = PlainField(
        label=_("Words for them"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("They stand in the notice, and in the history."),
    )

    def __init__(self, data: QueryDict | None = None, *, followup: Followup, user: User) -> None:
        super().__init__(data, initial={"to": followup.assignee_id})
        to = cast("forms.ModelChoiceField[User]", self.fields["to"])
        to.queryset = assignees.possible(followup, user)
        absences = Absences.on(company_clock.today(clock.now()))
        to.label_from_instance = absences.in_words  # type: ignore[method-assign,assignment]


class ProgressForm(forms.Form):
    STEPS = [
        (Followup.Status.IN_PROGRESS, _("in progress")),
        (Followup.Status.WAITING, _("waiting for the customer")),
    ]

    status = forms.ChoiceField(choices=STEPS)
    until = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    or_answer = forms.BooleanField(label=_("Sooner if the customer answers"), required=False, initial=True)

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        today = timezone.localdate(clock.now())
        if until and not today < until <= today + LONGEST_WAIT:
            raise forms.ValidationError(_("Choose a day after today, within a year."))
        return until


class ResolutionForm(forms.Form):
    root_cause = forms.ChoiceField(
        label=_("Root cause"),
        error_messages={
            "required": _("Choose why it happened."),
            "invalid_choice": _("This root cause is not offered here any more. Choose another one."),
        },
    )
    resolution = PlainField(
        label=_("Resolution"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was done, and what the customer was told."),
        error_messages={"required": _("Write what was done about it.")},
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, error_messages={"required": _("Choose what came of it.")}
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        followup: Followup,
        tree: CauseTree,
        topics: Collection[int] = (),
        **options: Any,
    ) -> None:
        """Ask for the root cause where something went wrong, and of a promoter for what came of it.

        Of a letter without a score neither is known: what was done is enough.

        `topics`: what the answer is about; root causes linked to one are offered first.
        """
        super().__init__(data, **options)
        if followup.is_of_letter:
            del self.fields["root_cause"]
            self._offer(_("Not known yet"), Followup.OF_OTHERS)
            return
        if not followup.asks_for_a_cause:
            self._ask_what_came_of_it(Followup.OF_PROMOTERS)
            self.fields["resolution"].required = False
            self.fields["resolution"].label = _("Note")
            self.fields["resolution"].help_text = _("What the customer said, if it is worth keeping.")
            return
        causes = tree.offered(followup.category, topics, followup.root_cause_id or "")
        if not causes:
            self._ask_what_came_of_it(Followup.OF_OTHERS)
            return
        self.fields["root_cause"].choices = [("", _("Choose…")), *causes]  # type: ignore[attr-defined]
        self._offer(_("Not known yet"), Followup.OF_OTHERS)

    def _ask_what_came_of_it(self, outcomes: Sequence[Followup.Outcome]) -> None:
        """Where no root cause is asked for, what came of it must be told."""
        del self.fields["root_cause"]
        self._offer(_("Choose…"), outcomes)
        self.order_fields(["outcome", "resolution"])
        self.fields["outcome"].required = True

    def _offer(self, nothing: Promise | str, outcomes: Sequence[Followup.Outcome]) -> None:
        offered = [("", nothing), *((outcome.value, outcome.label) for outcome in outcomes)]
        self.fields["outcome"].choices = offered  # type: ignore[attr-defined]


class DismissalForm(forms.Form):
    reason = PlainField(
        label=_("Why is nothing to be done?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why, so that others understand it later.")},
    )


class RelabelForm(forms.Form):
    HUMAN, MACHINE = "human", "machine"

    label = forms.ChoiceField(
        label=_("Whose answer is it?"),
        choices=[(HUMAN, _("A person's: it counts")), (MACHINE, _("A machine's: it does not count"))],
        widget=forms.RadioSelect,
    )
    reason = PlainField(
        label=_("How do you know?"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class TopicsOfAnswerForm(forms.Form):
    """What an answer is about; exactly what is ticked."""

    topics = forms.ModelMultipleChoiceField(
        Topic.objects.order_by("position", "pk"),
        label=_("It is about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
