"""The forms of improvements: filters of the board, what one says, where it stands, and what customers are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import clock, company_clock
from accounts.form_fields import PlainField
from accounts.languages import name_of
from accounts.models import Brand, Team, User
from followups import assignees
from followups.improvements import board
from followups.models import Improvement, RootCause
from followups.vocabulary.cause_tree import CauseTree
from responses.models import Topic


class DateBox(forms.DateField):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class BoardForm(forms.Form):
    """Everything is optional; what is chosen must all hold."""

    brand = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.none(), required=False, empty_label=_("All")
    )
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("All"))
    topic = forms.ModelChoiceField(
        label=_("Topic"), queryset=Topic.objects.none(), required=False, empty_label=_("All")
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("All"))
    order = forms.ChoiceField(
        label=_("In the order of"),
        choices=[(board.VOTES, _("votes")), (board.POINTS, _("points won")), (board.DUE, _("due day"))],
        required=False,
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, brand=Brand.objects.order_by("name"), team=_teams_of(reader), topic=_topics())
        owners = Improvement.objects.visible_to(reader).filter(owner__isnull=False).values("owner")
        _fill(self, owner=User.objects.filter(pk__in=owners).order_by("name", "pk"))


class ImprovementForm(forms.ModelForm[Improvement]):
    """What an improvement says. Who does not lead any chooses no owner but themselves."""

    title = PlainField(label=_("Title"), max_length=120, help_text=_("What will be better: “Delivery on the day”."))
    why = PlainField(label=_("What and why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    expected = PlainField(label=_("Expected effect"), max_length=300, required=False)
    due_on = DateBox(label=_("Due on"), required=False)

    class Meta:
        model = Improvement
        fields = (
            "title",
            "why",
            "topics",
            "root_causes",
            "expected",
            "expected_points",
            "owner",
            "due_on",
            "team",
            "brand",
        )
        widgets = {"topics": forms.CheckboxSelectMultiple, "root_causes": forms.CheckboxSelectMultiple}
        labels = {"owner": _("Owner")}

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, topics=_topics(), team=_teams_of(reader), brand=Brand.objects.order_by("name"))
        _fill(self, owner=self._owners(reader), root_causes=RootCause.objects.all())
        self.fields["root_causes"].choices = self._causes()  # type: ignore[attr-defined]
        for name, text in {
            "owner": _("nobody yet"), "team": _("all teams"), "brand": _("all brands"),
        }.items():  # fmt: skip
            self.fields[name].empty_label = text  # type: ignore[attr-defined]
        self.fields["expected_points"].help_text = str(_("By how many points the number may rise."))
        for field in self.fields.values():
            field.label = capfirst(str(field.label))

    def _owners(self, reader: User) -> QuerySet[User]:
        staff = assignees.possible_for_many(reader) if reader.is_manager else User.objects.filter(pk=reader.pk)
        kept = [self.instance.owner_id] if self.instance.owner_id else []
        return User.objects.filter(Q(pk__in=staff.values("pk")) | Q(pk__in=kept)).order_by("name", "pk")

    def _causes(self) -> list[tuple[int, str]]:
        """Return the root causes by their whole names, retired ones only where they are chosen already."""
        kept = set(self.instance.root_causes.values_list("pk", flat=True)) if self.instance.pk else set()
        placed = CauseTree.fetch().placed
        return [(each.cause.pk, each.name) for each in placed if each.is_active or each.cause.pk in kept]


class ImprovementStateForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=Improvement.State.choices)
    done_on = DateBox(label=_("Done on"), required=False, help_text=_("Of what is done; empty: today."))

    def clean_done_on(self) -> Any:
        day = self.cleaned_data["done_on"]
        if day and day > company_clock.today(clock.now()):
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    @property
    def day(self) -> Any:
        """The day on which it was done, of what is done."""
        return self.cleaned_data["done_on"] if self.cleaned_data["state"] == Improvement.State.DONE else None


class CommentForm(forms.Form):
    text = PlainField(label=_("Comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ToldForm(forms.Form):
    """What customers are told was done: one text for each language that they answered in."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, languages: Iterable[str], told: Mapping[str, str]
    ) -> None:
        super().__init__(data, initial={f"told-{language}": text for language, text in told.items()})
        for language in languages:
            self.fields[f"told-{language}"] = PlainField(
                label=capfirst(name_of(language)),
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4, "lang": language}),
            )

    @property
    def told(self) -> dict[str, str]:
        return {name.removeprefix("told-"): text for name, text in self.cleaned_data.items()}


class LinkForm(forms.Form):
    """Which of the open improvements that the reader sees an answer asks for."""

    improvement = forms.ModelChoiceField(label=_("Improvement"), queryset=Improvement.objects.none(), empty_label=None)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, improvement=Improvement.objects.visible_to(reader).open().order_by("title", "pk"))


def _fill(form: forms.Form | forms.ModelForm[Improvement], **choices: Any) -> None:
    for name, rows in choices.items():
        form.fields[name].queryset = rows  # type: ignore[attr-defined]


def _teams_of(reader: User) -> Any:
    return Team.objects.order_by("name") if reader.sees_all_teams else Team.objects.filter(members=reader)


def _topics() -> Any:
    return Topic.objects.order_by("position", "pk")
