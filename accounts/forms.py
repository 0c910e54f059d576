from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PlainField
from accounts.models import User
from accounts.timezones import known

capfirst_lazy = lazy(capfirst, str)


def zones() -> list[tuple[str, Any]]:
    """Return the time zones by part of the world, first what holds without a choice."""
    names = sorted(name for name in known() if "/" in name)
    parts = groupby(names, key=lambda name: name.partition("/")[0])
    return [("", "UTC"), *((part, [(name, written(name)) for name in found]) for part, found in parts)]


def written(zone: str) -> str:
    """Return what a zone is called among those of its part of the world: `America/New_York` is New York."""
    return zone.partition("/")[2].replace("_", " ")


class PersonalSettingsForm(forms.ModelForm[User]):
    language = forms.ChoiceField(
        label=capfirst_lazy(_("language")),
        choices=lambda: [("", _("As the browser says")), *settings.LANGUAGES],
        required=False,
    )
    timezone = forms.ChoiceField(label=capfirst_lazy(_("time zone")), choices=zones, required=False)
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
        help_text=_("When a customer of yours cannot be reached any more."),
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
