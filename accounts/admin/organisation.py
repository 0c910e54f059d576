from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Setting
from accounts.admin.one_row import OneRow
from accounts.admin.picked import PickedClocks
from accounts.form_fields import OpeningHours
from accounts.models import Organisation


@admin.register(Organisation)
class OrganisationAdmin(PickedClocks, Setting, OneRow, admin.ModelAdmin[Organisation]):
    form = OpeningHours
    autocomplete_fields = ("head",)
    fieldsets = (
        (_("Our clock"), {"fields": ("timezone", ("opens_at", "closes_at"), "weekdays")}),
        (_("Our money"), {"fields": ("currency",)}),
        (_("Who answers for all teams"), {"fields": ("head",)}),
        (_("What people read about themselves"), {"fields": ("hides_critics_words",)}),
        (_("What people write down for customers"), {"fields": ("managers_enter_own",)}),
    )
