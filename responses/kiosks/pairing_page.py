"""The page that the pairing link opens on a tablet. Looking pairs nothing: programs that preview links open them."""

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import clock
from responses.kiosks import pairing, secret
from responses.kiosks.page import for_staff, unpaired
from responses.models import Tablet
from responses.page import views


# No CSRF check: whoever holds the link may use it, and nobody else can.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token", "drawn")
def show_pairing(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    related = ("kiosk__entry", "kiosk__survey__brand")
    tablet = Tablet.objects.select_related(*related).to_pair(token, now).first()
    if tablet is None:
        return unpaired(request)
    if request.method == "POST":
        drawn = pairing.pair(token, held=secret.holder(request), now=now)
        return _paired(drawn) if drawn else unpaired(request)
    language = views.visitors_language(request, tablet.kiosk.starting_language)
    return for_staff("kiosk/pair.html", tablet.kiosk, language)


def _paired(drawn: str) -> HttpResponse:
    """Lead to the kiosk, with the secret of the tablet and without the login of whoever set it up there."""
    response = HttpResponseRedirect(reverse("kiosk"), status=HTTPStatus.SEE_OTHER)
    secret.keep(response, drawn)
    response.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
