from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts import clock
from responses.open_links import cards, limits, page
from responses.page import steps, views
from surveys.models import SurveyVersion

# Chats keep a preview for long anyway; a change of the brand reaches those that ask anew.
KEPT_FOR_AN_HOUR = "public, max-age=3600"


@login_not_required
@csrf_exempt
@require_safe
def show_card(request: HttpRequest, code: str, language: str) -> HttpResponse:
    link = page.find(code)
    version = SurveyVersion.objects.latest_of(link.survey_id) if link else None
    if link is None or version is None or language not in page.languages_of(link, version.pk):
        return views.unknown(request)
    if not limits.may_come(link, limits.source(request, clock.now())):
        return views.busy_page(request, page.house(link))
    png = cards.picture(link, steps.wording(version.pk, language), link.values)
    headers = {
        "Cache-Control": KEPT_FOR_AN_HOUR,
        "Content-Length": str(len(png)),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(png, content_type="image/png", headers=headers)
