from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access.signon import rules
from accounts.forms import PersonalSettingsForm
from accounts.models import User


def personal_settings(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    form = PersonalSettingsForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are saved."))
        return redirect("personal_settings")
    return render(request, "accounts/settings.html", {"form": form, "has_password": rules.counts_password_of(person)})
