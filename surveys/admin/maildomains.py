from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import addresses
from accounts.admin.kept import Setting
from accounts.models import User
from surveys.letters import mail_domains
from surveys.models import MailDomain, Sighting


class MailDomainForm(forms.ModelForm[MailDomain]):
    def clean_name(self) -> str:
        """Keep the domain as addresses have it, whatever was typed or pasted: Bank.Example, ann@bank.example."""
        try:
            name = addresses.domain(self.cleaned_data["name"].rpartition("@")[2].strip())
            addresses.email(f"somebody@{name}")
        except ValueError:
            name = ""
        if not name or name.startswith("["):
            raise forms.ValidationError(_("Write a domain such as plumb.example."))
        return name


class SightingsOfDomain(admin.TabularInline[Sighting, MailDomain]):
    """The evidence, newest first."""

    model = Sighting
    fields = readonly_fields = ("at", "kind", "invitation", "network", "browser")
    extra = 0
    max_num = 0
    can_delete = False
    ordering = ("-at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sighting]:
        return super().get_queryset(request).select_related("invitation__contact")

    def has_change_permission(self, request: HttpRequest, obj: MailDomain | None = None) -> bool:
        return False


@admin.register(MailDomain)
class MailDomainAdmin(Setting, admin.ModelAdmin[MailDomain]):
    """Where machines were seen, on what evidence, and the switch."""

    form = MailDomainForm

    list_display = (
        "name", "writes_one_button", "mode", "bursts", "decoys", "visited", "single_button_since", "last_seen_at",
    )  # fmt: skip
    list_filter = ("mode", ("single_button_since", admin.EmptyFieldListFilter))
    search_fields = ("name",)
    ordering = ("-last_seen_at", "name")
    fields = (
        "name", "mode", ("single_button_since", "single_button_by"), ("bursts", "decoys", "visited"),
        ("first_seen_at", "last_seen_at"),
    )  # fmt: skip
    readonly_fields = (
        "single_button_since", "single_button_by", "bursts", "decoys", "visited", "first_seen_at", "last_seen_at",
    )  # fmt: skip
    inlines = (SightingsOfDomain,)

    @admin.display(description=_("one button"), boolean=True)
    def writes_one_button(self, domain: MailDomain) -> bool:
        return domain.has_single_button

    def get_readonly_fields(self, request: HttpRequest, obj: MailDomain | None = None) -> Any:
        return ("name", *self.readonly_fields) if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: MailDomain, form: Any, change: bool) -> None:
        if not change:
            obj.save()
        if "mode" in form.changed_data:
            mail_domains.decide(domain=obj, mode=obj.mode, by=cast(User, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: MailDomain | None = None) -> bool:
        return False
