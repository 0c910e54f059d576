"""What administrators fill in: surveys, triggers, waves, the asking policy."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import addresses
from accounts.form_fields import OpeningHours, WeekdaysField
from accounts.media import Medium
from accounts.models import Team
from accounts.ordered_choices import OrderedField
from accounts.pickers import NarrowedTo, narrowed
from crm.models import Channel, Company, Product, Touchpoint
from crm.models.touchpoint import label_of_kind
from crm.reach import known_countries
from delivery.media import for_customers
from surveys.defaults import today
from surveys.media_hours import MediaHours
from surveys.metrics import SCALES, Metric, Presentation
from surveys.models import AskingPolicy, CustomerSegment, Survey, Trigger, Wave, WritingHours
from surveys.models.asker import Asker
from surveys.sendwindow import Window


class Percent(forms.DecimalField):
    """A share of one, shown and typed as per cent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100, decimal_places=1, **options)

    def prepare_value(self, value: Any) -> Any:
        # What was typed comes back as it was typed.
        return f"{(value * 100).normalize():f}" if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        percent: Decimal | None = super().clean(value)
        return None if percent is None else percent / 100

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(None if initial is None else initial * 100, data)


# No wave is planned for so late a start.
LONG_AHEAD = timedelta(days=3653)


class SurveyForm(forms.ModelForm[Survey]):
    like = forms.ModelChoiceField(
        label=gettext_lazy("Begin with the texts of"),
        queryset=Survey.objects.in_use().order_by("name"),
        required=False,
        empty_label=gettext_lazy("the standard texts"),
    )

    class Meta:
        model = Survey
        fields = [
            "name", "brand", "kind", "metric", "presentation", "status", "default_language", "days_valid",
            "repeat_days", "daily_maximum", "priority", "sms_plain",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "presentation" in self.fields:
            # Its metric is chosen already, and is no NPS.
            self.fields["presentation"].help_text = _("What customers tap on the page and in the letter.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        like = cleaned.get("like")
        metric = cleaned.get("metric", self.instance.metric)
        if like and like.metric != metric:
            self.add_error("like", _("Its texts ask by another metric: choose a survey of the same one."))
        shown = cleaned.get("presentation", Presentation.NUMBERS)
        if metric in SCALES and shown not in SCALES[metric].presentations:
            self.add_error("presentation", _not_shown_so(metric))
        return cleaned


def _not_shown_so(metric: str) -> str:
    if metric == Metric.NPS:
        return _("An NPS is always asked by numbers.")
    return _("Nobody tells ten smileys apart: choose numbers or stars.")


def offer_surveys_in_use(form: forms.ModelForm[Any]) -> None:
    """Let the form of what belongs to a survey offer those that are not archived, and the one it has."""
    if "survey" in form.fields:
        kept = form.instance.survey_id
        form.fields["survey"].queryset = Survey.objects.in_use(kept=kept).in_use_first()  # type: ignore[attr-defined]


AskerT = TypeVar("AskerT", bound=Asker)
HOW_IT_ASKS = (
    "media", "media_order", "undelivered_hours", "unanswered_hours", "reminder_days", "window_start", "window_end",
    "window_weekdays",
)  # fmt: skip


class AskerForm(forms.ModelForm[AskerT]):
    """What triggers and waves have in common."""

    is_active = forms.BooleanField(label=gettext_lazy("switched on"), required=False)
    sampling_share = Percent(label=gettext_lazy("Share of contacts asked, per cent"), initial=Decimal(1))
    media = OrderedField(  # type: ignore[assignment]  # a field of the model, declared fields step aside
        label=gettext_lazy("Media"),
        choices=for_customers,
        initial=["email"],
    )
    reminder_days = SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=60),
        label=gettext_lazy("Reminders"),
        required=False,
        max_length=3,
        help_text=gettext_lazy("Days after the invitation, such as 3,7; at most three."),
    )
    window_weekdays = WeekdaysField(label=gettext_lazy("Weekdays"), initial=[1, 2, 3, 4, 5])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_surveys_in_use(self)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = cleaned.get("window_start"), cleaned.get("window_end")
        window = Window(start, end, frozenset(cleaned.get("window_weekdays", ()))) if start and end else None
        if window and window.ever_opens:
            self._check_hours(window, cleaned.get("media", ()))
        if len(cleaned.get("media", ())) == 1:
            for name in ("undelivered_hours", "unanswered_hours"):
                if cleaned.get(name):
                    self.add_error(name, _("There is no next medium: choose a second one above."))
        if start and end and start >= end:
            self.add_error("window_end", _("The window has to close after it opens, on the same day."))
        return cleaned

    def _check_hours(self, window: Window, media: Sequence[str]) -> None:
        """Refuse a window in which one of the media may never be used."""
        hours = MediaHours.fetch()
        for medium in media:
            if not hours.within(window, medium, "").ever_opens:
                said = _("Nobody may be asked by %(medium)s at these hours: see the hours of media.")
                self.add_error("media", said % {"medium": Medium(medium).label})


class WritingHoursForm(OpeningHours):
    medium = forms.ChoiceField(label=gettext_lazy("Medium"), choices=for_customers)
    weekdays = WeekdaysField(label=gettext_lazy("Weekdays"), initial=[1, 2, 3, 4, 5, 6])

    class Meta:
        model = WritingHours
        fields = ["medium", "country", "opens_at", "closes_at", "weekdays"]
        help_texts: ClassVar = {"country": ""}

    def clean_country(self) -> str:
        code: str = self.cleaned_data["country"].strip().upper()
        if code and code not in known_countries():
            raise forms.ValidationError(_("Not a country: %(codes)s.") % {"codes": code})
        return code


def kinds_of_touchpoints() -> list[tuple[str, str]]:
    """Return the kinds that have a name of ours and those that other systems have sent."""
    known = [*Touchpoint.Kind.values, *Touchpoint.objects.kinds()]
    return [(kind, label_of_kind(kind)) for kind in dict.fromkeys(known)]


class TriggerForm(AskerForm[Trigger]):
    days = forms.DecimalField(
        label=gettext_lazy("Days after"),
        min_value=Decimal(0),
        max_value=Decimal(365),
        decimal_places=2,
        initial=5,
        help_text=gettext_lazy("0.5 is twelve hours."),
    )
    touchpoint_kind = forms.ChoiceField(label=gettext_lazy("After"), choices=kinds_of_touchpoints)
    products = narrowed(Product, gettext_lazy("Only these products"), gettext_lazy("any product"))
    channels = narrowed(Channel, gettext_lazy("Only these channels"), gettext_lazy("any channel"))
    teams = narrowed(Team, gettext_lazy("Only these teams"), gettext_lazy("any team"))

    class Meta:
        model = Trigger
        fields = [
            "survey", "name", "is_active", "touchpoint_kind", "asks_since", "products", "channels", "teams",
            "min_amount", "max_amount", "sampling_share", *HOW_IT_ASKS,
        ]  # fmt: skip
        help_texts: ClassVar = {"asks_since": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["days"] = round(Decimal(self.instance.delay.total_seconds()) / 86_400, 2).normalize()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        low, high = cleaned.get("min_amount"), cleaned.get("max_amount")
        if low is not None and high is not None and low > high:
            self.add_error("max_amount", _("This is less than the lowest amount."))
        return cleaned

    def save(self, commit: bool = True) -> Trigger:
        self.instance.delay = timedelta(days=float(self.cleaned_data["days"]))
        return super().save(commit)


PACES = [
    ("91", gettext_lazy("once a quarter")),
    ("182", gettext_lazy("twice a year")),
    ("365", gettext_lazy("once a year")),
    ("", gettext_lazy("as the number of days below says")),
]


class WaveForm(AskerForm[Wave]):
    pace = forms.ChoiceField(
        label=gettext_lazy("Every contact is asked"),
        choices=PACES,
        required=False,
        initial="91",
    )
    products = narrowed(Product, gettext_lazy("Only buyers of these products"), gettext_lazy("any product"))
    channels = narrowed(Channel, gettext_lazy("Only buyers through these channels"), gettext_lazy("any channel"))
    cadence_days = forms.IntegerField(
        label=gettext_lazy("Days between two asks of one contact"),
        min_value=30,
        max_value=365,
        required=False,
        help_text=gettext_lazy("From 30 to 365. A turn on a day without send window moves to the days that follow."),
    )
    size_bands = forms.MultipleChoiceField(
        label=gettext_lazy("Only companies of this size"),
        choices=Company.SizeBand.choices,
        widget=NarrowedTo(gettext_lazy("any size")),
        required=False,
    )
    regions = SimpleArrayField(
        forms.CharField(max_length=100),
        label=gettext_lazy("Only these regions"),
        required=False,
        help_text=gettext_lazy("With commas. The contact's own region, else that of the company."),
    )

    class Meta:
        model = Wave
        fields = [
            "survey", "name", "is_active", "cadence_days", "starts_on", "joining_days", "size_bands", "regions",
            "products", "channels", "bought_within_days", "min_customer_days", "segment", "sampling_share",
            *HOW_IT_ASKS,
        ]  # fmt: skip
        help_texts: ClassVar = {"joining_days": gettext_lazy("Counted from “customer since”.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = CustomerSegment.objects.filter(Q(is_shared=True) | Q(pk=self.instance.segment_id)).order_by("name")
        self.fields["segment"].queryset = shared  # type: ignore[attr-defined]
        if self.instance.pk:
            days = str(self.instance.cadence_days)
            self.initial["pace"] = days if days in dict(PACES) else ""

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if day > today() + LONG_AHEAD:
            raise forms.ValidationError(_("Write a day within the next ten years."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("pace"):
            cleaned["cadence_days"] = int(cleaned["pace"])
        elif not cleaned.get("cadence_days") and "cadence_days" not in self.errors:
            self.add_error("cadence_days", _("Say after how many days a contact is asked again."))
        survey = cleaned.get("survey")
        if survey and survey.kind != Survey.Kind.RELATIONAL:
            self.add_error("survey", _("A wave asks about the whole relation: choose a relational survey."))
        return cleaned


class AskingPolicyForm(forms.ModelForm[AskingPolicy]):
    role_names = SimpleArrayField(
        forms.CharField(max_length=64),
        label=gettext_lazy("Role addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 90}),
        help_text=gettext_lazy("What stands before the @, with commas. Such addresses belong to no person."),
    )

    own_domains = SimpleArrayField(
        forms.CharField(max_length=253),
        label=gettext_lazy("Own mail domains"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 90}),
        help_text=gettext_lazy("With commas. Addresses there and at all hosts under them are never asked."),
    )
    surveys_are_marketing = SimpleArrayField(
        forms.CharField(max_length=2),
        label=gettext_lazy("Countries where a survey counts as advertising"),
        required=False,
        help_text=gettext_lazy(
            "Codes such as LT, with commas. Only customers and those who consented are asked there."
        ),
    )

    class Meta:
        model = AskingPolicy
        fields = [
            "transactional_days", "relational_days", "floor_days", "loser", "days_late", "company_budget",
            "company_window_days", "role_names", "own_domains", "surveys_are_marketing", "hard_bounces",
            "soft_bounces", "call_after_days",
        ]  # fmt: skip
        # What the sentences say themselves.
        help_texts: ClassVar = dict.fromkeys(fields, "")

    def clean_own_domains(self) -> list[str]:
        try:
            return [addresses.domain(written.rpartition("@")[2]) for written in self.cleaned_data["own_domains"]]
        except UnicodeError:
            raise forms.ValidationError(_("Write domains such as plumb.example, with commas.")) from None

    def clean_surveys_are_marketing(self) -> list[str]:
        codes = [code.upper() for code in self.cleaned_data["surveys_are_marketing"]]
        unknown = [code for code in codes if code not in known_countries()]
        if unknown:
            raise forms.ValidationError(_("Not a country: %(codes)s.") % {"codes": ", ".join(unknown)})
        return codes
