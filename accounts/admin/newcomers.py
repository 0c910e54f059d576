from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_fields import RolesField
from accounts.models import User


class NewPersonForm(forms.ModelForm[User]):
    """Add a colleague, who sets a password of their own by a letter, or somebody who only owns deals."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("A letter goes there with a link to set a password. Who only owns deals needs none."),
    )
    groups = RolesField(
        label=gettext_lazy("Roles"),
        queryset=Group.objects.order_by("name"),
        required=False,
        help_text=gettext_lazy("Administrators open these pages, managers the dashboard, agents the inbox."),
    )

    class Meta:
        model = User
        fields = ("name", "email", "groups", "team", "language")
        help_texts = {"language": gettext_lazy("The letter is written in it, and the pages are shown in it.")}

    def clean_email(self) -> str | None:
        address = self.cleaned_data["email"].strip().lower() or None
        if address and (known := User.objects.filter(email=address).first()):
            raise forms.ValidationError(_of_somebody(known))
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("groups") and "email" in cleaned and not cleaned["email"]:
            self.add_error("email", _("Whoever has a role logs in, and so needs an address."))
        return cleaned


def _of_somebody(known: User) -> str:
    """Say whose address it is and what to do instead, with a link to their page."""
    if known.is_superuser:
        said = _("This address is that of {name}, a chief administrator, who needs no letter.")
    elif not known.is_active:
        said = _("This address is that of {name}, who is not active. Make them active again on {page}.")
    elif known.has_usable_password():
        said = _("{name} logs in with this address already, see {page}.")
    else:
        said = _("{name} is known with this address already. Give them a role and send the letter on {page}.")
    address = reverse("admin:accounts_user_change", args=[known.pk])
    page = format_html('<a href="{}">{}</a>', address, _("their page"))
    return format_html(said, name=known.name, page=page)
