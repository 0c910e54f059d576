"""The forms of what administrators name: one field for each language, side by side."""

from typing import Any, Generic, TypeVar

from django import forms
from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PlainField
from followups.models import RootCause, WorkState
from followups.models.named import NamedInLanguages
from followups.vocabulary.cause_tree import CauseTree
from followups.vocabulary.order import last_position
from responses.models import Topic

LONGEST_NAME = 60
RESERVE = "en"
NAMES = {f"name_{code}": code for code, _language in settings.LANGUAGES}

Row = TypeVar("Row", bound=NamedInLanguages)


class NamesForm(forms.ModelForm[Row], Generic[Row]):
    """Edits the names of a row; where one is left empty the English one stands."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field, code in NAMES.items():
            self.initial.setdefault(field, self.instance.names.get(code, ""))

    def save(self, commit: bool = True) -> Row:
        names = {code: self.cleaned_data[field].strip() for field, code in NAMES.items()}
        self.instance.names = {code: name for code, name in names.items() if name}
        return super().save(commit)


for _field, _code in NAMES.items():
    NamesForm.declared_fields[_field] = PlainField(
        label=dict(settings.LANGUAGES)[_code],
        required=_code == RESERVE,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"lang": _code, "autocomplete": "off"}),
    )


class RootCauseForm(NamesForm[RootCause]):
    categories = forms.MultipleChoiceField(
        label=_("Asked after"),
        choices=RootCause.ASKED_OF,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: after all of these, or whatever it is part of is asked after."),
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.order_by("position", "pk"),
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("After an answer about one of these it is offered first, with all that stands below it."),
    )

    class Meta:
        model = RootCause
        fields = ("parent", "slug", "categories", "topics", "is_active")
        help_texts = {
            "slug": _("Files and programs know it by this name, for ever. Left empty it is made of the name.")
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "parent" in self.fields:
            self._offer_parents(CauseTree.fetch())

    def clean_slug(self) -> str:
        typed: str = self.cleaned_data["slug"]
        return typed or _free_slug(self.cleaned_data.get("name_en") or self.data.get("name_en", ""))

    def clean_parent(self) -> RootCause | None:
        """Look at the tree as it is once nobody else changes it: the database would refuse what is no tree."""
        list(RootCause.objects.select_for_update().order_by("pk"))
        parent: RootCause | None = self.cleaned_data["parent"]
        if parent and parent.slug not in _possible_parents(CauseTree.fetch(), self.instance):
            raise forms.ValidationError(
                _("It cannot stand there: a cause is never part of itself, and there are three levels at most.")
            )
        return parent

    def save(self, commit: bool = True) -> RootCause:
        if self.instance._state.adding or "parent" in self.changed_data:
            self.instance.position = last_position(self.instance)
        return super().save(commit)

    def _offer_parents(self, tree: CauseTree) -> None:
        possible = _possible_parents(tree, self.instance)
        offered = [(place.cause.pk, place.name) for place in tree.placed if place.cause.slug in possible]
        self.fields["parent"].choices = [("", _("Nothing: it stands at the top")), *offered]  # type: ignore[attr-defined]


class WorkStateForm(NamesForm[WorkState]):
    class Meta:
        model = WorkState
        fields = ("meaning", "tone", "is_active")
        help_texts = {
            "meaning": _("What it counts as, for ever: times, numbers and lists go by it."),
            "is_active": _("Off: nobody can choose it any more; follow-ups that are in it stay."),
        }

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        if self.instance.is_default and not is_active:
            raise forms.ValidationError(_("It is the usual one of its meaning. Make another one the usual one first."))
        return is_active

    def save(self, commit: bool = True) -> WorkState:
        if self.instance._state.adding:
            self.instance.position = last_position(self.instance)
        return super().save(commit)


def _possible_parents(tree: CauseTree, cause: RootCause) -> set[str]:
    """Return under which others a cause may stand: with what it brings along there are three levels at most."""
    own = tree.by_slug.get(cause.slug) if cause.pk else None
    brought = [place.level - own.level for place in tree.placed if own and own.cause in place.chain]
    height = 1 + max(brought, default=0)
    return {
        place.cause.slug
        for place in tree.placed
        if place.level + height <= RootCause.LEVELS and not (own and own.cause in place.chain)
    }


def _free_slug(name: str) -> str:
    """Return a slug made of a name that no other cause has."""
    longest = RootCause._meta.get_field("slug").max_length or 0
    wanted = slugify(name)[:longest].strip("-") or "cause"
    taken = set(RootCause.objects.values_list("slug", flat=True))
    free, number = wanted, 2
    while free in taken:
        free, number = f"{wanted[: longest - len(str(number)) - 1]}-{number}", number + 1
    return free
