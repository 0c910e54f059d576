import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

SELECTOR = "plumb"
# One or more labels of a name (RFC 6376, 3.1).
WRITTEN = RegexValidator(
    r"\A[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?){0,3}\Z",
    _("Letters, digits, hyphens and dots, such as “s1”."),
    flags=re.IGNORECASE | re.ASCII,
)


class SelectorField(forms.CharField):
    """The name of a key; of the whole name of its record, as providers show it, what stands before ._domainkey."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").partition("._domainkey")[0]


class SelectorForm(forms.Form):
    """The name of the key that letters are signed with."""

    selector = SelectorField(
        label=_("Name of the DKIM key (selector)"),
        max_length=120,
        validators=[WRITTEN],
        required=False,
        widget=forms.TextInput(
            attrs={"class": "input", "autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=_("Your mail server or provider shows it. Empty: plumb."),
    )

    def clean_selector(self) -> str:
        return str(self.cleaned_data["selector"]).lower() or SELECTOR
