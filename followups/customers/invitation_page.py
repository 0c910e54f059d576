from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from followups.customers import invitation_history, visibility
from responses.word_access import WordAccess
from surveys.models import Invitation


@require_safe
def show_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Invitation.objects.filter(contact__in=visibility.contacts_of(cast(User, request.user)))
    invitation = get_object_or_404(invitation_history.with_life(visible), pk=pk)
    moments = invitation_history.of(invitation, WordAccess.of_request(request))
    context = {"invitation": invitation, "contact": invitation.contact, "moments": moments}
    return render(request, "followups/invitation.html", context)
