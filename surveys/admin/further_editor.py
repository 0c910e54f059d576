"""Where the further questions of a draft are written."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from surveys import services
from surveys.models import SurveyVersion
from surveys.wording import drafts
from surveys.wording.further_forms import FurtherForm

if TYPE_CHECKING:
    from surveys.admin.versions import SurveyVersionAdmin


def edit(owner: "SurveyVersionAdmin", request: HttpRequest, version_id: int) -> HttpResponse:
    """Show the questions of a draft and keep what is written.

    What was written of a wording that was published meanwhile stands in the form of the next draft.
    """
    version = get_object_or_404(SurveyVersion.objects.select_related("survey__brand"), pk=version_id)
    may_write = owner.has_change_permission(request)
    if not may_write or (version.is_published and request.method != "POST"):
        return redirect("admin:surveys_surveyversion_change", version.pk)
    if version.is_published:
        draft = services.draft_of(version.survey)
        said = _("That wording was published meanwhile. What you wrote stands in a new draft, not saved yet.")
        messages.warning(request, said)
        return _shown(request, draft, FurtherForm(request.POST, draft=draft))
    form = FurtherForm(request.POST if request.method == "POST" else None, draft=version)
    if form.is_bound and form.is_valid():
        try:
            drafts.ask(version.pk, form.questions, seen=form.cleaned_data["seen"])
        except drafts.AskedMeanwhile as meanwhile:
            form.refuse(meanwhile.seen)
        except drafts.AlreadyPublished:
            return edit(owner, request, version_id)
        else:
            owner.log_change(request, version, _("Further questions"))
            messages.success(request, _("Saved."))
            return redirect("admin:surveys_surveyversion_further", version.pk)
    return _shown(request, version, form)


def _shown(request: HttpRequest, draft: SurveyVersion, form: FurtherForm) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": draft._meta,
        "title": _("Further questions of “%(survey)s”") % {"survey": draft.survey},
        "original": draft,
        "survey": draft.survey,
        "form": form,
        "action": reverse("admin:surveys_surveyversion_further", args=[draft.pk]),
    }
    return render(request, "admin/surveys/surveyversion/further.html", context)
