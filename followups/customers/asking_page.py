from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.models import User
from crm.models import Contact
from followups.customers import visibility
from followups.forms import AskForm
from surveys.judging import by_hand, reasons, standings

MAY_ASK = "surveys.ask_anyway"


@require_safe
def show_asking(request: HttpRequest, pk: int) -> HttpResponse:
    response = _page(request, _reachable(request, pk), AskForm())
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
@permission_required(MAY_ASK, raise_exception=True)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    contact, form = _reachable(request, pk), AskForm(request.POST)
    if not form.is_valid():
        return _page(request, contact, form)
    try:
        invitation = by_hand.ask_anyway(contact=contact, by=cast(User, request.user), **form.cleaned_data)
    except by_hand.NotAsked as refusal:
        form.add_error(None, _("Not asked. %(reason)s") % {"reason": reasons.label(refusal.reason)})
        return _page(request, contact, form)
    messages.success(request, _("The invitation is on its way."))
    return redirect("invitation", invitation.pk)


def _reachable(request: HttpRequest, pk: int) -> Contact:
    visible = visibility.contacts_of(cast(User, request.user)).select_related("company")
    return get_object_or_404(visible, pk=pk)


def _page(request: HttpRequest, contact: Contact, form: AskForm) -> HttpResponse:
    context = {
        "contact": contact,
        "standings": standings.standings(contact),
        "may_ask": request.user.has_perm(MAY_ASK),
        "form": form,
        "now": clock.now(),
    }
    return render(request, f"followups/{'_asking' if request.headers.get('HX-Request') else 'asking'}.html", context)
