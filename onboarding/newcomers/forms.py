from django import forms
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.form_fields import PlainField, RoleField
from accounts.models import Team

LONGEST = 20_000


class NewcomersForm(forms.Form):
    """People by their addresses, one a line, who share a role, a team and a language."""

    people = PlainField(
        label=_("Addresses"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One person a line, with a name or without: Ona Petraitė <ona@shop.example>"),
        error_messages={"required": _("Write at least one address.")},
    )
    role = RoleField(
        label=_("Role"),
        queryset=Group.objects.order_by("name"),
        # The least that opens anything: nobody becomes an administrator because a list begins with it.
        initial=lambda: Group.objects.filter(name=roles.AGENTS).first(),
        empty_label=None,
        help_text=_("Administrators open these pages, managers the dashboard, agents the inbox."),
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.order_by("name"), required=False, empty_label=_("no team yet")
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=lambda: [("", _("As the browser says")), *settings.LANGUAGES],
        required=False,
        help_text=_("The letter is written in it, and the pages are shown in it."),
    )
