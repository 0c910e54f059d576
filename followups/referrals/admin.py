from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin.kept import Setting
from accounts.customerlanguages import spoken, textfields
from followups.models import ReferralProgramme
from followups.referrals.programme_form import ReferralProgrammeForm


@admin.register(ReferralProgramme)
class ReferralProgrammeAdmin(Setting, admin.ModelAdmin[ReferralProgramme]):
    form = ReferralProgrammeForm
    list_display = ["brand", "is_active", "invites_on_page", "invites_in_letter"]
    list_select_related: ClassVar = ["brand"]
    ordering = ["brand__name"]

    def get_form(
        self, request: HttpRequest, obj: ReferralProgramme | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Let Django find only the fields of the model; the texts are added by the form."""
        return super().get_form(request, obj, change, **kwargs | {"fields": ReferralProgrammeForm.Meta.fields})

    def get_fieldsets(self, request: HttpRequest, obj: ReferralProgramme | None = None) -> Any:
        said = [
            (language, {"fields": [textfields.name_of(name, code) for name in ReferralProgramme.TEXTS]})
            for code, language in spoken.choices()
        ]
        return [(None, {"fields": ["brand", "is_active", "invites_on_page", "invites_in_letter"]}), *said]
