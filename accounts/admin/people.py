from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import clock, dates, rights, roles
from accounts.access import welcome
from accounts.admin.kept import Kept
from accounts.admin.newcomers import NewPersonForm
from accounts.admin.second_factors import SecondFactors
from accounts.admin.signonlinks import SignOnLinks
from accounts.form_fields import RolesField, TimeZoneField
from accounts.forms import capfirst_lazy
from accounts.models import User

# Without any of these a chief administrator is none any more, or cannot come in.
KEEPS_A_CHIEF = ("is_active", "is_superuser", "email")


class PersonForm(UserChangeForm[User]):
    groups = RolesField(
        label=gettext_lazy("Roles"),
        queryset=Group.objects.order_by("name"),
        required=False,
        help_text=gettext_lazy("Administrators open these pages, managers the dashboard, agents the inbox."),
    )
    timezone = TimeZoneField(
        label=capfirst_lazy(User._meta.get_field("timezone").verbose_name),
        help_text=gettext_lazy("Type a city or a country. Left empty, times are shown in UTC."),
        required=False,
    )
    may_see_all_teams = forms.BooleanField(
        label=gettext_lazy("Sees all teams"),
        help_text=gettext_lazy("The answers and follow-ups of every team, not only of their own."),
        required=False,
    )

    is_superuser = forms.BooleanField(
        label=gettext_lazy("Chief administrator"),
        help_text=gettext_lazy("May do everything, and is changed by chief administrators only."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "is_superuser" not in self._meta.fields:  # type: ignore[operator]  # the administration names them all
            del self.fields["is_superuser"]
        if "may_see_all_teams" in self.fields and self.instance.pk:
            self.initial["may_see_all_teams"] = self.instance.user_permissions.filter(codename="see_all_teams").exists()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        gone = next((name for name in KEEPS_A_CHIEF if name in self.changed_data and not cleaned.get(name)), None)
        if gone and self.instance.is_superuser and not self._is_another_chief():
            self.add_error(gone, _("This is the last chief administrator. Make somebody else one first."))
        return cleaned

    def _is_another_chief(self) -> bool:
        """Say whether somebody else is chief and can log in; of two who step back at once the second one waits here."""
        chiefs = User.objects.filter(is_superuser=True, is_active=True, email__isnull=False).order_by("pk")
        others = [chief for chief in chiefs.select_for_update(no_key=True) if chief.pk != self.instance.pk]
        return any(chief.has_usable_password() or chief.last_login for chief in others)


class RoleFilter(admin.RelatedFieldListFilter):
    """The roles, by their names in the reader's language."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(role.pk), roles.label_of(role)) for role in Group.objects.order_by("name")]


@admin.register(User)
class PersonAdmin(SignOnLinks, SecondFactors, Kept, UserAdmin[User]):
    form = PersonForm
    add_form = NewPersonForm
    add_form_template = "admin/change_form.html"
    list_display = ("name", "email", "team", "roles", "is_active", "login", "second_factor", "last_login")
    list_display_links = ("name", "email")
    list_filter = ("is_active", "is_staff", ("groups", RoleFilter), "team")
    list_select_related = ("team",)
    search_fields = ("name", "email", "external_id")
    search_help_text = gettext_lazy("Name, e-mail address or external ID")
    ordering = ("name", "pk")
    filter_horizontal = ()
    actions = ("take_second_factor_away", "forget_sign_on")
    readonly_fields = ("administers", "login", "source", "external_id", "last_login", "date_joined")
    add_fieldsets = ((None, {"fields": ("name", "email", "groups", "team", "language")}),)
    fieldsets = (
        (None, {"fields": ("email", "name", "login", "password")}),
        (gettext_lazy("Work"), {"fields": ("team", "language", "timezone")}),
        (gettext_lazy("Rights"), {"fields": ("is_active", "groups", "may_see_all_teams", "administers")}),
        (gettext_lazy("Where from"), {"fields": ("source", "external_id", "date_joined", "last_login")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, person: User) -> str:
        chief = [_("Chief administrator")] if person.is_superuser else []
        return ", ".join(chief + [roles.label_of(group) for group in person.groups.all()])

    @admin.display(description=gettext_lazy("may administer"))
    def administers(self, person: User) -> str:
        """Say whether the administration is open to somebody, and why."""
        if not person.is_active:
            return _("No: not active.")
        if person.is_superuser:
            return _("Yes, as chief administrator.")
        giving = rights.giving_administration(person)
        if not giving:
            return _("No: none of the roles has rights in the administration.")
        return _("Yes, by the roles: %(roles)s.") % {"roles": ", ".join(map(roles.label_of, giving))}

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Let chief administrators say who else is one."""
        if obj is None or not request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        return [
            (
                title,
                {**options, "fields": (*options["fields"], "is_superuser")}
                if "groups" in options["fields"]
                else options,
            )
            for title, options in self.fieldsets
        ]

    @admin.display(description=gettext_lazy("login"))
    def login(self, person: User) -> str:
        """Say how far somebody is on the way to a login of their own."""
        if person.has_usable_password():
            return _("has a password")
        if person.welcomed_at is None:
            return _("none")
        if welcome.is_awaited(person, clock.now()):
            return _("letter sent on %(moment)s") % {"moment": dates.moment(person.welcomed_at)}
        return _("letter of %(moment)s has expired") % {"moment": dates.moment(person.welcomed_at)}

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only a chief administrator changes one, whose password would be a way up."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_above and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        elif "email" in form.changed_data:
            obj.welcomed_at = None
        obj.is_staff = obj.is_staff or obj.is_superuser
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        wanted = form.cleaned_data.get("may_see_all_teams")
        if wanted is not None:
            permission = Permission.objects.get(content_type__app_label="accounts", codename="see_all_teams")
            change_rights = form.instance.user_permissions.add if wanted else form.instance.user_permissions.remove
            change_rights(permission)
        rights.open_admin_by_roles(form.instance)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        if obj.email and obj.may_log_in:
            self._welcome(request, obj)
        else:
            messages.info(request, _("%(name)s has no role or no address, so nobody was written to.") % {"name": obj})
        return admin.ModelAdmin.response_add(self, request, obj, post_url_continue)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.send_welcome))
        return [path("<int:person_id>/welcome/", view, name="accounts_user_welcome"), *super().get_urls()]

    def send_welcome(self, request: HttpRequest, person_id: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        person = get_object_or_404(User, pk=person_id)
        self._welcome(request, person)
        return redirect("admin:accounts_user_change", person.pk)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        person = kwargs.get("obj")
        if person is not None:
            context["may_be_welcomed"] = welcome.obstacle(person, by=cast(User, request.user)) is None
        return super().render_change_form(request, context, *args, **kwargs)

    def _welcome(self, request: HttpRequest, person: User) -> None:
        try:
            welcome.send(person, by=cast(User, request.user), now=clock.now())
        except welcome.CannotWelcome as reason:
            messages.warning(request, str(reason))
        else:
            said = _("A letter with a link to set a password goes to %(address)s. The link is good for a week.")
            messages.info(request, said % {"address": person.email})
