from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import roles, zone_names
from accounts.plaintext import clean
from accounts.timezones import known

# Zones that an error names when what was typed stands for several.
MOST_NAMED = 5


class PlainField(forms.CharField):
    """Text as people type or paste it, without what cannot be seen; a text area keeps its lines."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "", lines=isinstance(self.widget, forms.Textarea))


class RoleField(forms.ModelChoiceField[Group]):
    """One of the roles, by its name in the reader's language."""

    def label_from_instance(self, obj: Group) -> str:
        return roles.label_of(obj)


class RolesField(forms.ModelMultipleChoiceField[Group]):
    """Roles to tick, by their names in the reader's language."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Group) -> str:
        return roles.label_of(obj)


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Days of the week as check-boxes, cleaned to a list of ISO numbers: 1 is Monday."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        days = [(number + 1, name) for number, name in WEEKDAYS.items()]
        super().__init__(coerce=int, choices=days, **options)


class ZoneInput(forms.TextInput):
    """A field that finds time zones while one types their city or country; without scripts, one types it whole."""

    class Media:
        # For the administration; the other pages have it in their one sheet.
        css: ClassVar = {"all": ["css/components/combobox.css"]}
        js = (forms.widgets.Script("js/combobox.js", type="module"),)

    def __init__(self) -> None:
        super().__init__({"class": "combobox", "autocomplete": "off", "data-combobox": reverse_lazy("time_zones")})

    def format_value(self, value: Any) -> str | None:
        return zone_names.label(value, get_language() or "en") if value in known() else super().format_value(value)


class TimeZoneField(forms.CharField):
    """A time zone by city, country or IANA name in any of our languages; cleaned to the IANA name, or an empty one."""

    widget = ZoneInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"max_length": 200})

    def to_python(self, value: Any) -> str:
        typed = clean(super().to_python(value) or "").strip()
        if not typed:
            return ""
        language = get_language() or "en"
        zones = zone_names.meant(typed, language)
        if len(zones) == 1:
            return zones[0]
        if not zones:
            raise ValidationError(_("No time zone is found by this. Type a large city nearby, such as Kyiv."))
        names = "; ".join(zone_names.label(zone, language) for zone in zones[:MOST_NAMED])
        raise ValidationError(
            _("Several time zones are found by this, such as %(names)s. Type one of them.") % {"names": names}
        )


class OpeningHours(forms.ModelForm[Any]):
    """Hours of a working day, which a form with `opens_at` and `closes_at` takes whole and in their order."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"opens_at", "closes_at"} <= cleaned.keys():
            opens, closes = cleaned["opens_at"], cleaned["closes_at"]
            if (opens is None) != (closes is None):
                said = _("Set both hours, or none for those of our company.")
                self.add_error("opens_at" if opens is None else "closes_at", said)
            elif opens and closes and opens >= closes:
                self.add_error("closes_at", _("It has to end after it starts."))
        return cleaned
