from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Kept
from accounts.models import User
from accounts.timezones import known


class PersonForm(UserChangeForm[User]):
    timezone = forms.ChoiceField(
        label=User._meta.get_field("timezone").verbose_name,
        choices=lambda: [("", "---------"), *((name, name) for name in sorted(known()) if "/" in name)],
        required=False,
    )
    may_see_all_teams = forms.BooleanField(
        label=_("sees all teams"),
        help_text=_("The answers and follow-ups of every team, not only of their own."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "may_see_all_teams" in self.fields and self.instance.pk:
            self.initial["may_see_all_teams"] = self.instance.user_permissions.filter(codename="see_all_teams").exists()


class NewPersonForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ("email", "name")


@admin.register(User)
class PersonAdmin(Kept, UserAdmin[User]):
    form = PersonForm
    add_form = NewPersonForm
    list_display = ("name", "email", "team", "roles", "is_active", "is_staff", "last_login")
    list_display_links = ("name", "email")
    list_filter = ("is_active", "is_staff", "groups", "team")
    list_select_related = ("team",)
    search_fields = ("name", "email", "external_id")
    search_help_text = _("Name, e-mail address or external ID")
    ordering = ("name", "pk")
    autocomplete_fields = ("team",)
    filter_horizontal = ("groups",)
    readonly_fields = ("source", "external_id", "last_login", "date_joined")
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "team", "groups", "usable_password", "password1", "password2"),
            },
        ),
    )
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Work"), {"fields": ("team", "language", "timezone")}),
        (_("Rights"), {"fields": ("is_active", "groups", "may_see_all_teams", "is_staff")}),
        (_("Where from"), {"fields": ("source", "external_id", "date_joined", "last_login")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> str:
        return ", ".join(group.name for group in person.groups.all())

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody but a superuser changes a superuser, whose password would be a way up."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_above and super().has_change_permission(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        wanted = form.cleaned_data.get("may_see_all_teams")
        if wanted is not None:
            permission = Permission.objects.get(content_type__app_label="accounts", codename="see_all_teams")
            change_rights = form.instance.user_permissions.add if wanted else form.instance.user_permissions.remove
            change_rights(permission)
