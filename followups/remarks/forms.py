from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import clock, company_clock
from accounts.folded import fold
from accounts.form_fields import PlainField
from accounts.models import Team, User
from crm.models import Channel, Product
from followups.taken_down import TakenDownForm
from responses.models import Remark, Topic

LONGEST = 5000


class RemarkForm(TakenDownForm):
    """What somebody said without a score, and what it is about."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    source = forms.ChoiceField(label=_("Where was it said?"), choices=lambda: _sources())
    text = PlainField(
        label=_("What was said"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In the customer's words, as far as you have them. Topics are found in it as in comments."),
        error_messages={"required": _("Write down what was said.")},
    )
    day = forms.DateField(
        label=_("Said on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today if left empty."),
    )
    contact = PlainField(
        label=_("Customer"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("An e-mail, a phone or an external ID, where you know whose words they are."),
    )
    product = forms.ModelChoiceField(
        Product.objects.order_by("name"), label=_("Product"), required=False, empty_label=_("none")
    )
    channel = forms.ModelChoiceField(
        Channel.objects.order_by("name"), label=_("Channel"), required=False, empty_label=_("none")
    )
    manager = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name"), label=_("Manager"), required=False, empty_label=_("none")
    )

    def __init__(self, by: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        self.initial.setdefault("key", str(uuid4()))

    def clean_key(self) -> UUID:
        try:
            return UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid4()

    def remark(self) -> Remark:
        """Return the unsaved remark of a valid form."""
        said = self.cleaned_data
        facts = {name: said[name] for name in ("key", "source", "text", "contact", "product", "channel", "manager")}
        return Remark(**facts, said_at=self.told_at(clock.now()), by=self.by)


class RemarkFilter(forms.Form):
    """Which remarks are listed; the page of topics counts by the same."""

    q = PlainField(label=_("Words"), required=False, max_length=200)
    source = forms.ChoiceField(label=_("Where"), required=False, choices=lambda: [("", _("Anywhere")), *_sources()])
    topic = forms.ModelChoiceField(
        Topic.objects.order_by("position", "pk"), label=_("Topic"), required=False, empty_label=_("All topics")
    )
    start = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    end = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    team = forms.ModelMultipleChoiceField(Team.objects.all(), required=False, widget=forms.MultipleHiddenInput)
    manager = forms.ModelChoiceField(User.objects.all(), required=False, widget=forms.HiddenInput)
    channel = forms.ModelChoiceField(Channel.objects.all(), required=False, widget=forms.HiddenInput)
    product = forms.ModelChoiceField(Product.objects.all(), required=False, widget=forms.HiddenInput)

    def chosen(self, remarks: QuerySet[Remark]) -> QuerySet[Remark]:
        """Return those of `remarks` that a valid form leaves."""
        said = self.cleaned_data
        for name in ("source", "manager", "channel", "product"):
            if said[name]:
                remarks = remarks.filter(**{name: said[name]})
        if said["team"]:
            remarks = remarks.filter(team__in=said["team"])
        if said["topic"]:
            remarks = remarks.filter(topics=said["topic"])
        if said["start"]:
            remarks = remarks.filter(said_at__gte=_midnight(said["start"]))
        if said["end"] and said["end"] < date.max:
            remarks = remarks.filter(said_at__lt=_midnight(said["end"] + timedelta(days=1)))
        for word in said["q"].split():
            remarks = remarks.filter(folded_text__contains=fold(word))
        return remarks


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, company_clock.zone())


def _sources() -> list[tuple[str, str]]:
    return [(source.value, capfirst(str(source.label))) for source in Remark.Source]
