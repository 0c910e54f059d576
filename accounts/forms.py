from django import forms

from accounts.form_fields import PlainField
from accounts.models import User
from accounts.timezones import known


class PersonalSettingsForm(forms.ModelForm[User]):
    name = PlainField(label=User._meta.get_field("name").verbose_name, max_length=150)
    timezone = forms.ChoiceField(
        label=User._meta.get_field("timezone").verbose_name,
        choices=lambda: [("", "---------"), *((name, name) for name in sorted(known()) if "/" in name)],
        required=False,
    )

    class Meta:
        model = User
        fields = ["name", "language", "timezone"]
