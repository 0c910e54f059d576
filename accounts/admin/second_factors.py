from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import secondfactor
from accounts.models import User


class SecondFactors:
    """On the list of people: who has a second factor, and letting in again whoever lost app and codes."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        totp = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        people: QuerySet[User] = super().get_queryset(request)  # type: ignore[misc]
        return people.annotate(has_second_factor=Exists(totp))

    @admin.display(description=gettext_lazy("second factor"), boolean=True, ordering="has_second_factor")
    def second_factor(self, person: User) -> bool:
        return bool(getattr(person, "has_second_factor", False))

    @admin.action(description=gettext_lazy("Take the second factor away (lost app and codes)"), permissions=["change"])
    def take_second_factor_away(self: Any, request: HttpRequest, people: QuerySet[User]) -> None:
        taken = [
            str(person)
            for person in people
            if self.has_change_permission(request, person) and secondfactor.take_away(person)
        ]
        if taken:
            said = _("They log in by their password alone now: %(names)s") % {"names": ", ".join(taken)}
            self.message_user(request, said, messages.SUCCESS)
        else:
            self.message_user(request, _("None of them has a second factor that you may take."), messages.WARNING)
