from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Setting
from accounts.admin.one_row import OneRow
from surveys.forms import AskingPolicyForm
from surveys.models import AskingPolicy


@admin.register(AskingPolicy)
class AskingPolicyAdmin(Setting, OneRow, admin.ModelAdmin[AskingPolicy]):
    form = AskingPolicyForm
    fieldsets = (
        (
            _("For one contact"),
            {"fields": ("transactional_days", "relational_days", "floor_days", "loser", "days_late")},
        ),
        (_("For one company"), {"fields": ("company_budget", "company_window_days")}),
        (_("Addresses of nobody"), {"fields": ("role_names", "own_domains")}),
        (_("What the law asks for"), {"fields": ("surveys_are_marketing",)}),
        (_("Addresses that do not work"), {"fields": ("hard_bounces", "soft_bounces")}),
    )
