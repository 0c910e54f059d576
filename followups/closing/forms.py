from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PlainField


class ClosingForm(forms.Form):
    """What the customer is told: a subject, and in our own words what we did."""

    # Names this one sending, so that a form sent twice is one letter.
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    subject = PlainField(label=_("Subject"), max_length=200, error_messages={"required": _("Give a subject.")})
    words = PlainField(
        label=_("What we did"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In the customer's language. A greeting, the question “Is it solved?” and your name are added."),
        error_messages={"required": _("Write what you did about it.")},
    )
