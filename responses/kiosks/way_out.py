"""The way out for staff where no scripts run: there nothing waits on a tablet, and the PIN makes it none any more."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.customerlanguages import spoken
from responses.kiosks import pairing, secret
from responses.kiosks.page import for_staff, unpaired
from responses.models import Tablet
from responses.page import views


# No CSRF check: the cookie of a tablet goes along with no form of another site, and the PIN is asked for.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("pin")
def show_way_out(request: HttpRequest) -> HttpResponse:
    tablet = secret.holder(request)
    if tablet is None or not tablet.is_active:
        return unpaired(request)
    language = views.visitors_language(request, tablet.kiosk.starting_language)
    if request.method != "POST":
        return _page(tablet, language)
    with spoken.speaking(language):
        try:
            pairing.end(tablet, request.POST.get("pin", ""))
        except pairing.TooManyPins:
            return _page(tablet, language, _("Too many attempts. Wait a while."), HTTPStatus.TOO_MANY_REQUESTS)
        except pairing.WrongPin:
            return _page(tablet, language, _("This PIN is wrong."), HTTPStatus.FORBIDDEN)
    response = HttpResponseRedirect(reverse("kiosk"), status=HTTPStatus.SEE_OTHER)
    secret.forget(response)
    return response


def _page(tablet: Tablet, language: str, trouble: str = "", status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    return for_staff("kiosk/way_out.html", tablet.kiosk, language, status, tablet=tablet, trouble=trouble)
