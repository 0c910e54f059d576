from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.debug import sensitive_variables

from accounts import clock
from accounts.admin.kept import Kept
from accounts.models import ClientKey
from accounts.services import change_client_key, issue_client_key, revoke_client_key


class ClientKeyForm(forms.ModelForm[ClientKey]):
    scopes = forms.MultipleChoiceField(
        label=ClientKey._meta.get_field("scopes").verbose_name,
        choices=ClientKey.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )


@admin.register(ClientKey)
class ClientKeyAdmin(Kept, admin.ModelAdmin[ClientKey]):
    """Keys are made and revoked here. The secret is shown on the page that follows, never again."""

    form = ClientKeyForm
    list_display = ("name", "source", "begins_with", "may", "standing", "expires_at", "last_used_at", "created_at")
    list_filter = ("source", "revoked_at")
    search_fields = ("name", "source", "prefix")
    ordering = ("-created_at", "-pk")
    actions = ("revoke",)
    fields = ("name", "source", "scopes", "expires_at")
    told = ("begins_with", "standing", "created_at", "last_used_at", "revoked_at")

    def get_fields(self, request: HttpRequest, obj: ClientKey | None = None) -> Any:
        return (*self.fields, *self.told) if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: ClientKey | None = None) -> tuple[str, ...]:
        # The records of a client are kept under its source; another one would orphan them.
        return ("source", *self.told) if obj else ()

    @sensitive_variables("secret")
    def save_model(self, request: HttpRequest, obj: ClientKey, form: Any, change: bool) -> None:
        if change:
            change_client_key(obj, form.changed_data)
            return
        key, secret = issue_client_key(name=obj.name, source=obj.source, scopes=obj.scopes, expires_at=obj.expires_at)
        for field in ClientKey._meta.concrete_fields:
            setattr(obj, field.attname, getattr(key, field.attname))
        request.plumb_secret = secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ClientKey, post_url_continue: str | None = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Copy the key now"),
            "key": obj,
            "secret": getattr(request, "plumb_secret", ""),
        }
        # Admin pages are never cached, so the secret stays in no history.
        return TemplateResponse(request, "admin/accounts/clientkey/secret.html", context)

    @admin.action(description=_("Revoke the selected keys"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ClientKey]) -> None:
        revoked = sum(revoke_client_key(key) for key in queryset)
        said = ngettext("%(count)d key was revoked.", "%(count)d keys were revoked.", revoked)
        messages.info(request, said % {"count": revoked})

    @admin.display(description=_("begins with"))
    def begins_with(self, key: ClientKey) -> str:
        return f"{key.prefix}…"

    @admin.display(description=pgettext_lazy("rights of a client key", "may"))
    def may(self, key: ClientKey) -> str:
        names = dict(ClientKey.Scope.choices)
        return ", ".join(str(names.get(scope, scope)) for scope in key.scopes)

    @admin.display(description=_("state"))
    def standing(self, key: ClientKey) -> str:
        if key.revoked_at:
            return str(_("revoked"))
        return str(_("usable") if key.is_usable(clock.now()) else _("expired"))
