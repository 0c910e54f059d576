from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest

from accounts.admin.kept import Setting
from followups.models import ReferralProgramme
from followups.referrals.programme_form import ReferralProgrammeForm, fields_of_texts


@admin.register(ReferralProgramme)
class ReferralProgrammeAdmin(Setting, admin.ModelAdmin[ReferralProgramme]):
    form = ReferralProgrammeForm
    list_display = ["brand", "is_active", "invites_on_page", "invites_in_letter"]
    list_select_related: ClassVar = ["brand"]
    ordering = ["brand__name"]

    def get_fieldsets(self, request: HttpRequest, obj: ReferralProgramme | None = None) -> Any:
        said = [
            (language, {"fields": [field for code, _name, field in fields_of_texts() if code == spoken]})
            for spoken, language in settings.LANGUAGES
        ]
        return [(None, {"fields": ["brand", "is_active", "invites_on_page", "invites_in_letter"]}), *said]
