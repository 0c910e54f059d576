"""The filters of the inbox as they stand in an address, and the name under which they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self, cast
from uuid import UUID, uuid4, uuid5

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.absences import Absences
from accounts.customerlanguages import spoken
from accounts.form_fields import PlainField
from accounts.models import Team, User
from crm.models import Product
from followups import assignees, primary_keys
from followups.models import BulkDeed, Followup, SavedQueue, WorkState
from followups.vocabulary.cause_tree import CauseTree
from followups.vocabulary.states import StateList
from responses.models import Topic
from surveys.metrics import Metric, categories_by_metric
from surveys.models import Survey

Choices = list[tuple[Any, Any]]
ALL = ("", _("All"))


@dataclass(frozen=True, slots=True)
class QueueVocabulary:
    """What may be chosen, as it occurs in this installation."""

    metrics: frozenset[str]
    products: Choices = field(default_factory=list)
    teams: Choices = field(default_factory=list)
    topics: Choices = field(default_factory=list)
    causes: CauseTree = field(default_factory=lambda: CauseTree(()))
    states: StateList = field(default_factory=StateList)

    @classmethod
    def fetch(cls, user: User) -> Self:
        teams = Team.objects.order_by("name") if user.sees_all_teams else Team.objects.none()
        return cls(
            frozenset(Survey.objects.values_list("metric", flat=True).distinct()) or frozenset({Metric.NPS.value}),
            list(Product.objects.order_by("name").values_list("pk", "name")),
            [(team.pk, str(team)) for team in teams],
            [(topic.pk, str(topic)) for topic in Topic.objects.order_by("position", "pk")],
            CauseTree.fetch_with_topics(),
            StateList.fetch(),
        )


class InboxFilterForm(forms.Form):
    """Everything is optional; what is chosen must all hold."""

    OPEN, CLOSED = "open", "closed"
    OVERDUE, TODAY, WEEK = "overdue", "today", "week"
    WITH, WITHOUT = "yes", "no"
    LETTERS = "letters"
    # What is chosen first; everything else stands behind “more”.
    IN_SIGHT = ("q", "category", "status")

    q = forms.CharField(
        label=_("Customer, comment, product or manager"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "data-key": "/"}),
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[
            (OPEN, _("Open")),
            *((status.value, status.label) for status in Followup.OPEN),
            (CLOSED, _("Closed")),
        ],
        required=False,
    )
    due = forms.ChoiceField(
        label=_("Due"),
        choices=[ALL, (OVERDUE, _("Overdue")), (TODAY, _("By the end of today")), (WEEK, _("Within a week"))],
        required=False,
    )
    product = forms.TypedChoiceField(label=_("Product"), required=False, coerce=int, empty_value=None)
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int, empty_value=None)
    language = forms.ChoiceField(label=_("Language"), choices=lambda: [ALL, *spoken.choices()], required=False)
    topic = forms.TypedChoiceField(label=_("Topic"), required=False, coerce=int, empty_value=None)
    state = forms.TypedChoiceField(label=_("State"), required=False, coerce=int, empty_value=None)
    root_cause = forms.ChoiceField(label=_("Root cause"), required=False)
    amount = forms.DecimalField(
        label=_("Customer worth at least"),
        required=False,
        min_value=0,
        max_digits=14,
        widget=forms.NumberInput(attrs={"min": "0", "inputmode": "decimal"}),
    )
    comment = forms.ChoiceField(
        label=_("Comment"),
        choices=[("", _("With and without")), (WITH, _("With")), (WITHOUT, _("Without"))],
        required=False,
    )

    def __init__(self, data: Mapping[str, Any], *, known: QueueVocabulary) -> None:
        super().__init__(data)
        letters = (self.LETTERS, _("Letters without a score"))
        self._offer("category", [*categories_by_metric(known.metrics), letters])
        self._offer("product", known.products)
        self._offer("topic", known.topics)
        self._offer("root_cause", known.causes.choices)
        self.states = known.states
        if known.states.is_finer:
            self._offer("state", known.states.grouped(Followup.Status))
        else:
            del self.fields["state"]
        if known.teams:
            self._offer("team", known.teams)
        else:
            del self.fields["team"]

    def clean(self) -> dict[str, Any]:
        """Let a state that is chosen say whether it is of open or of closed work."""
        cleaned = super().clean() or self.cleaned_data
        state = self.states.chosen(cleaned.get("state"))
        if state is None:
            return cleaned
        is_open = state.meaning in Followup.OPEN
        if not is_open or cleaned.get("status") not in (self.OPEN, state.meaning):
            cleaned["status"] = self.OPEN if is_open else self.CLOSED
        return cleaned

    @property
    def in_sight(self) -> list[forms.BoundField]:
        return [self[name] for name in self.IN_SIGHT]

    @property
    def finer(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.IN_SIGHT]

    @property
    def chosen(self) -> dict[str, Any]:
        """What is chosen and known; what is not known is passed over."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    @property
    def is_finer(self) -> bool:
        """Whether anything behind “more” is chosen."""
        return bool(set(self.chosen) - set(self.IN_SIGHT))

    def _offer(self, name: str, choices: Any) -> None:
        self.fields[name].choices = [ALL, *choices]  # type: ignore[attr-defined]


class StateForm(forms.Form):
    """The finer word for where a follow-up stands: those of open work, or of the way in which it was closed."""

    NOT_OFFERED = _("This state is not offered here any more. Choose another one.")

    state = forms.TypedChoiceField(label=_("State"), coerce=int, error_messages={"invalid_choice": NOT_OFFERED})

    def __init__(self, data: QueryDict | None = None, *, followup: Followup, states: StateList) -> None:
        super().__init__(data, initial={"state": followup.state_id})
        self.states = states
        own = [Followup.Status(followup.status)]
        meanings = [*dict.fromkeys([*own, *Followup.NEXT])] if followup.is_open else own
        self.fields["state"].choices = states.offered(meanings, kept=followup.state_id)  # type: ignore[attr-defined]

    @property
    def is_choice(self) -> bool:
        """Whether there is more to choose than what the buttons for the meanings do."""
        return any(len(choices) > 1 for _meaning, choices in self.fields["state"].choices)  # type: ignore[attr-defined]

    def clean_state(self) -> WorkState | None:
        return self.states.chosen(self.cleaned_data["state"])


class SavedQueueForm(forms.ModelForm[SavedQueue]):
    """The name under which filters are kept; only managers may show them to everybody."""

    name = PlainField(label=_("Name of this queue"), max_length=60)

    class Meta:
        model = SavedQueue
        fields = ("name", "is_shared")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        if not user.is_manager:
            del self.fields["is_shared"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if SavedQueue.objects.filter(owner=self.user, name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You have another queue of this name."))
        return name


class BulkForm(forms.Form):
    """What is to be done, and to which follow-ups of a list: those that are ticked, or all of them."""

    Kind = BulkDeed.Kind
    WANTED = {Kind.NOTE: "note", Kind.DISMISS: "reason", Kind.RESOLVE: "outcome", Kind.STATE: "state"}

    # With what is asked for it names this one sending, so that a form sent twice is one deed.
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    row = forms.TypedMultipleChoiceField(coerce=int, required=False)
    # The keys of all rows of a page, parted by commas, where its one tick for all of them is set.
    shown = forms.CharField(required=False, max_length=2000)
    all = forms.BooleanField(required=False)
    do = forms.ChoiceField(choices=Kind.choices)
    to = forms.ModelChoiceField(
        label=_("Assigned to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody: the team's queue"),
        error_messages={"invalid_choice": _("Choose somebody of the team.")},
    )
    note = PlainField(label=_("Note"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=[("", _("Choose…")), *((outcome.value, outcome.label) for outcome in Followup.OF_PROMOTERS)],
        required=False,
    )
    state = forms.TypedChoiceField(
        label=_("State"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": StateForm.NOT_OFFERED},
    )
    reason = PlainField(
        label=_("Why is nothing to be done?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: QueryDict | None = None, *, user: User, states: StateList) -> None:
        super().__init__(data, auto_id="bulk_%s")
        self.user, self.states = user, states
        offered = [("", _("Choose…")), *states.offered(Followup.OPEN)]
        self.fields["state"].choices = offered  # type: ignore[attr-defined]
        to = cast("forms.ModelChoiceField[User]", self.fields["to"])
        to.queryset = assignees.possible_for_many(user)
        absences = Absences.on(timezone.localdate(clock.now()))
        to.label_from_instance = absences.in_words  # type: ignore[method-assign,assignment]
        if data is not None:
            ticked = [pk for pk in data.getlist("row") if primary_keys.read(pk)]
            self.fields["row"].choices = [(pk, pk) for pk in ticked]  # type: ignore[attr-defined]

    def clean_state(self) -> WorkState | None:
        return self.states.chosen(self.cleaned_data["state"])

    def clean_shown(self) -> list[int]:
        """Return the rows of the page; what is no key is passed over."""
        return [int(key) for key in self.cleaned_data["shown"].split(",") if _is_key(key)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["row"] = [*dict.fromkeys([*cleaned.get("row", ()), *cleaned.get("shown", ())])]
        if not (cleaned.get("row") or cleaned.get("all")):
            raise forms.ValidationError(_("Nothing was done: tick the follow-ups first."))
        wanted = self.WANTED.get(cleaned.get("do", ""))
        if wanted and not cleaned.get(wanted):
            self.add_error(wanted, _("Nothing was done: fill this in first."))
        return cleaned

    def sending(self, of: str) -> UUID:
        """Return what names this sending about the list `of`; a page that a browser shows again may ask for another."""
        asked = [f"{name}={given}" for name, given in sorted(self.data.lists()) if name in self.fields]  # type: ignore[attr-defined]
        return uuid5(self.cleaned_data["key"], "\n".join([f"{self.user.pk}", of, *asked]))


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) < 2**63
