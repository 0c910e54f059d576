from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from onboarding.tour import walk
from onboarding.tour.forms import TourStepForm

PLACE = "#tour"


@require_POST
def walk_on(request: HttpRequest) -> HttpResponse:
    form = TourStepForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    stop = walk.go_to(request, form.cleaned_data["step"])
    if stop is not None:
        return redirect((reverse(stop.page) if stop.page else reverse("personal_settings")) + PLACE)
    here = form.cleaned_data["here"]
    is_ours = url_has_allowed_host_and_scheme(here, allowed_hosts={request.get_host()})
    return redirect(here if is_ours else "home")
