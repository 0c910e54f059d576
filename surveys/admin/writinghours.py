from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Setting
from accounts.admin.sentences import FormBox, ReadsAsSentences
from surveys.forms import WritingHoursForm
from surveys.models import WritingHours


@admin.register(WritingHours)
class WritingHoursAdmin(ReadsAsSentences, Setting, admin.ModelAdmin[WritingHours]):
    form = WritingHoursForm
    change_form_template = "admin/told/change_form.html"
    list_display = ("medium", "country", "opens_at", "closes_at")
    ordering = ("medium", "country")
    parts = (
        FormBox(
            "",
            (
                _(
                    "By {medium} customers in {country} are asked between {opens_at} and {closes_at} on {weekdays}, on"
                    " their own clocks and never on holidays."
                ),
            ),
            note=_(
                "Where no country stands, this holds in all that have no hours of their own. Triggers and waves narrow"
                " these hours down and never widen them. What is delayed on its way waits for them too."
            ),
        ),
    )
