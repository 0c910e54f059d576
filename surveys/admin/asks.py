"""Whether a survey asks anybody, said wherever one of its switches is set."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.sentences import FormBox
from surveys import switches
from surveys.models import Survey

# The same of triggers and of waves.
HOW = FormBox(
    gettext_lazy("How"),
    (
        gettext_lazy("Several media are tried {media_order}: the first by which the contact can be reached."),
        gettext_lazy(
            "What has not arrived {undelivered_hours} hours after it left goes by the next medium; where nothing"
            " stands, only what failed does."
        ),
        gettext_lazy(
            "Who has not answered after {unanswered_hours} hours is asked by the next medium; where nothing stands,"
            " by none."
        ),
        gettext_lazy("Who does not answer is reminded {reminder_days} days after the invitation."),
        gettext_lazy(
            "Letters leave between {window_start} and {window_end} on {window_weekdays}, on the contact's own clock and"
            " never on holidays."
        ),
    ),
)


class SaysWhetherItAsks:
    """An admin page with a part of what makes a survey ask; after each save it says what is still missing."""

    @admin.display(description=gettext_lazy("asks anybody"))
    def asking(self, row: Any) -> str | SafeString:
        if not row.pk:
            return _("Not before it is saved.")
        survey = survey_of(row)
        context = {"survey": survey, "off": switches.off_of(survey.pk), "brand": survey.brand}
        return render_to_string("admin/surveys/survey/_switches.html", context)

    def response_add(self, request: HttpRequest, obj: Model, *args: Any, **kwargs: Any) -> HttpResponse:
        warn(request, obj)
        return super().response_add(request, obj, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        warn(request, obj)
        return super().response_change(request, obj)  # type: ignore[misc,no-any-return]


def survey_of(row: Any) -> Survey:
    found: Survey = row if isinstance(row, Survey) else row.survey
    return found


def warn(request: HttpRequest, row: Any) -> None:
    survey = survey_of(row)
    if missing := switches.off_of(survey.pk):
        said = _("“%(survey)s” asks nobody yet. %(missing)s")
        words = " ".join(str(switch.label) for switch in missing)
        messages.warning(request, said % {"survey": survey, "missing": words})
