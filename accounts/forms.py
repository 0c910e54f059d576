from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PlainField, TimeZoneField
from accounts.models import Absence, User

capfirst_lazy = lazy(capfirst, str)


class PersonalSettingsForm(forms.ModelForm[User]):
    language = forms.ChoiceField(
        label=capfirst_lazy(_("language")),
        choices=lambda: [("", _("As the browser says")), *settings.LANGUAGES],
        required=False,
    )
    timezone = TimeZoneField(
        label=capfirst_lazy(_("time zone")),
        help_text=_("Type a city or a country. Left empty, times are shown in UTC."),
        required=False,
    )
    theme = forms.ChoiceField(
        label=capfirst_lazy(_("theme")),
        choices=lambda: [
            ("", _("As the device says")),
            *((value, capfirst(name)) for value, name in User.Theme.choices),
        ],
        required=False,
    )
    wants_notices = forms.BooleanField(
        label=_("Notices by e-mail"),
        help_text=_("Of follow-ups as you chose below, and when a customer of yours cannot be reached any more."),
        required=False,
    )
    wants_praise = forms.BooleanField(
        label=_("Praise by e-mail"),
        help_text=_("When a customer of yours gives a top score and writes why. Only together with notices by e-mail."),
        required=False,
    )
    digest = forms.ChoiceField(
        label=_("Report by e-mail"),
        choices=lambda: [
            ("", _("never")),
            (User.Digest.WEEKLY, _("every week, on Monday morning")),
            (User.Digest.MONTHLY, _("every month, on the morning of the first day")),
        ],
        help_text=_("The numbers that you may see, in short and in your language, without names of customers."),
        required=False,
    )
    signature = PlainField(
        label=capfirst_lazy(_("signature")),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands under your e-mails to customers, after your name and the brand."),
        required=False,
    )

    class Meta:
        model = User
        # Customers and colleagues know people by their names, so administrators change these.
        fields = ["language", "timezone", "theme", "wants_notices", "wants_praise", "digest", "signature"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.is_manager:
            del self.fields["digest"]


def _day(label: Any, complaint: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": complaint},
    )


class AbsenceForm(forms.ModelForm[Absence]):
    """Asks when somebody is away: oneself, or a member of a team that one leads."""

    LONGEST = timedelta(days=366)

    first_day = _day(_("First day"), _("Choose the first day."))
    last_day = _day(_("Last day"), _("Choose the last day."))

    class Meta:
        model = Absence
        fields = ["person", "first_day", "last_day", "deputy"]
        labels = {"person": _("Who is away"), "deputy": _("Who takes new work meanwhile")}
        help_texts = {"deputy": _("Without a deputy it goes to the team's queue.")}

    def __init__(self, data: QueryDict | None = None, *, user: User, today: date) -> None:
        super().__init__(data, instance=Absence(person=user, entered_by=user))
        self.today = today
        person, deputy = (cast("forms.ModelChoiceField[User]", self.fields[name]) for name in ("person", "deputy"))
        person.queryset = _may_enter_for(user)
        person.empty_label = None
        person.initial = user.pk
        deputy.queryset = User.objects.filter(Q(groups__isnull=False) | Q(is_superuser=True), is_active=True)
        deputy.queryset = deputy.queryset.distinct().order_by("name")
        deputy.empty_label = _("Nobody: the team's queue")
        if not person.queryset.exclude(pk=user.pk).exists():
            del self.fields["person"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and not first <= last <= first + self.LONGEST:
            self.add_error("last_day", _("Choose a day after the first, within a year."))
        elif last and last < self.today:
            self.add_error("last_day", _("This absence is over already."))
        if cleaned.get("deputy") == cleaned.get("person", self.instance.person):
            self.add_error("deputy", _("Choose somebody else."))
        return cleaned


def _may_enter_for(user: User) -> Any:
    colleagues = User.objects.filter(is_active=True)
    if not user.has_perm("accounts.change_user"):
        colleagues = colleagues.filter(Q(pk=user.pk) | Q(team__lead=user))
    return colleagues.order_by("name")
