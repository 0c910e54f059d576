"""Words and conditions by which the list of customers is narrowed, and the name under which conditions are kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PlainField
from accounts.models import User
from responses.models import Topic
from surveys.audiences.forms import ConditionsForm
from surveys.audiences.vocabulary import Choices
from surveys.models import CustomerSegment


def topics() -> Choices:
    """Return what topics are called, by slug; one query."""
    return [(topic.slug, str(topic)) for topic in Topic.objects.order_by("position", "pk")]


class CustomerSearchForm(ConditionsForm):
    """The conditions of segments, and what is searched for beside them."""

    q = forms.CharField(
        label=_("Name, e-mail, phone or company"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    one_mailbox = forms.BooleanField(label=_("Only records that share a mailbox"), required=False)

    @property
    def in_sight(self) -> list[forms.BoundField]:
        return [self["q"], *super().in_sight]

    @property
    def finer(self) -> list[forms.BoundField]:
        return [*super().finer, self["one_mailbox"]]

    @property
    def text(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("q") or ""

    @property
    def shares_mailbox(self) -> bool:
        self.is_valid()
        return bool(self.cleaned_data.get("one_mailbox"))

    @property
    def is_finer(self) -> bool:
        return super().is_finer or self.shares_mailbox


class SegmentNameForm(forms.ModelForm[CustomerSegment]):
    """The name under which conditions are kept; only managers may show them to everybody."""

    TAKEN = _("You have another segment of this name. Choose another name, or open that segment and change it.")

    name = PlainField(label=_("Name of this segment"), max_length=60)

    class Meta:
        model = CustomerSegment
        fields = ("name", "is_shared")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        if not user.is_manager:
            del self.fields["is_shared"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if CustomerSegment.objects.filter(owner=self.user, name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(self.TAKEN)
        return name
