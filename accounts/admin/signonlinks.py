from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import sessions
from accounts.access.signon import links, rules
from accounts.models import User


class SignOnLinks:
    """On the list of people, where single sign-on is set up: who is linked to an account there, and linking anew."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        link = SocialAccount.objects.filter(user=OuterRef("pk"))
        people: QuerySet[User] = super().get_queryset(request)  # type: ignore[misc]
        return people.annotate(has_sign_on=Exists(link)) if rules.is_on() else people

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        columns = list(super().get_list_display(request))  # type: ignore[misc]
        return [*columns, "sign_on"] if rules.is_on() else columns

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        return actions if rules.is_on() else {name: it for name, it in actions.items() if name != "forget_sign_on"}

    @admin.display(description=gettext_lazy("company login"), boolean=True, ordering="has_sign_on")
    def sign_on(self, person: User) -> bool:
        return bool(getattr(person, "has_sign_on", False))

    @admin.action(description=gettext_lazy("Let the company login be linked anew"), permissions=["change"])
    def forget_sign_on(self: Any, request: HttpRequest, people: QuerySet[User]) -> None:
        forgotten = [
            person for person in people if self.has_change_permission(request, person) and links.forget(person)
        ]
        for person in forgotten:
            sessions.end_all(person)
        if forgotten:
            said = _("They are logged out; their next login is linked by their address: %(names)s")
            self.message_user(request, said % {"names": ", ".join(map(str, forgotten))}, messages.SUCCESS)
        else:
            self.message_user(request, _("None of them has a link that you may change."), messages.WARNING)
