"""What a customer will see, before anybody does."""

import re

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from accounts.customerlanguages import spoken
from surveys.letters import kinds, letter_logos, text_samples
from surveys.models import Survey, SurveyVersion
from surveys.wording.forms import look
from surveys.wording.parts import WordingPart

LETTERS = {
    "invite": (_("Invitation"), kinds.INVITE),
    "reminder": (_("Reminder"), kinds.REMINDER),
    "thanks": (_("Thank-you"), kinds.THANKS),
}
OF_PARTS = {
    WordingPart.INVITATION: kinds.INVITE,
    WordingPart.REMINDER: kinds.REMINDER,
    WordingPart.THANK_YOU: kinds.THANKS,
}
BODY = re.compile(r"<body[^>]*>")
# An e-mail carries its style in its tags; nothing else of it may run or load.
OF_AN_EMAIL = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
}


def preview(request: HttpRequest, survey_id: int) -> HttpResponse:
    survey = _survey(request, survey_id)
    version, language, letter_name = _chosen(request, survey)
    context = {
        **admin.site.each_context(request),
        "opts": Survey._meta,
        "title": _("Preview"),
        "survey": survey,
        "version": version,
        "versions": survey.versions.order_by("-number"),
        "language": language,
        "languages": spoken.choices(),
        "letter_name": letter_name,
        "letters": [(name, label) for name, (label, _kind) in LETTERS.items()],
        "letter": kinds.render_preview(version, language, LETTERS[letter_name][1]),
    }
    return render(request, "admin/surveys/survey/preview.html", context)


@xframe_options_sameorigin
@csp(OF_AN_EMAIL)  # type: ignore[arg-type]  # it takes views with arguments too
def letter(request: HttpRequest, survey_id: int) -> HttpResponse:
    survey = _survey(request, survey_id)
    version, language, letter_name = _chosen(request, survey)
    return HttpResponse(letter_logos.in_browser(kinds.render_preview(version, language, LETTERS[letter_name][1])))


@xframe_options_sameorigin
@csp(OF_AN_EMAIL)  # type: ignore[arg-type]  # it takes views with arguments too
def letter_of_part(request: HttpRequest, version_id: int) -> HttpResponse:
    """The letter of one part, with what is typed in its form; `as`: as which the mail program shows it."""
    if not request.user.has_perm("surveys.view_surveyversion"):
        raise PermissionDenied
    version = get_object_or_404(SurveyVersion.objects.select_related("survey__brand"), pk=version_id)
    seen = look(version, request)
    if seen.part.is_text:
        samples = text_samples.of(seen.version, seen.language)
        context = {"texts": samples, "language": seen.language, "brand": version.survey.brand}
        return render(request, "admin/surveys/surveyversion/texts.html", context)
    shown = kinds.render_preview(seen.version, seen.language, OF_PARTS.get(seen.part, kinds.INVITE))
    if request.POST.get("as") == "text":
        text = f"{shown.message['From']}\n{shown.subject}\n\n{shown.text}"
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    head = render_to_string(
        "admin/surveys/surveyversion/_letter_head.html", {"letter": shown, "language": seen.language}
    )
    return HttpResponse(BODY.sub(lambda tag: tag[0] + head, letter_logos.in_browser(shown), count=1))


def _survey(request: HttpRequest, survey_id: int) -> Survey:
    if not request.user.has_perm("surveys.view_survey"):
        raise PermissionDenied
    return get_object_or_404(Survey, pk=survey_id)


def _chosen(request: HttpRequest, survey: Survey) -> tuple[SurveyVersion, str, str]:
    """Return version, language and letter as asked for, else the newest version in the survey's language."""
    number = request.GET.get("version", "")
    versions = survey.versions.select_related("survey").order_by("-number")
    version = versions.filter(number=number).first() if number.isdecimal() else versions.first()
    if version is None:
        raise Http404
    language, letter_name = request.GET.get("language", ""), request.GET.get("letter", "")
    return (
        version,
        language if language in spoken.codes() else survey.default_language,
        letter_name if letter_name in LETTERS else "invite",
    )
