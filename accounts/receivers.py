"""Whatever changes a person's rights, login or address is guarded and written down, by whichever way it comes.

Signals of Django's models, and not calls in each view, form and import: a way that nobody thought of is heard too.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from allauth.mfa import signals as second_factor
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import actors, rights, securitylog
from accounts.access import sessions
from accounts.access.signon import proof
from accounts.customerlanguages import spoken
from accounts.models import CustomerLanguage, User
from accounts.securitylog import Kind

for signal in (post_save, post_delete):
    signal.connect(spoken.forget, sender=CustomerLanguage, dispatch_uid="accounts.customerlanguages")


@receiver(pre_save, sender=User, dispatch_uid="accounts.person_before")
def person_before(instance: User, update_fields: frozenset[str] | None, **_details: Any) -> None:
    rights.before(instance, update_fields)


@receiver(post_save, sender=User, dispatch_uid="accounts.person_after")
def person_after(instance: User, **_details: Any) -> None:
    rights.after(instance)


@receiver(m2m_changed, sender=User.groups.through, dispatch_uid="accounts.roles")
def roles_of_people(instance: Model, action: str, pk_set: set[int] | None, **_details: Any) -> None:
    if isinstance(instance, User):
        rights.of_person(instance, Kind.ROLES_CHANGED, instance.groups, action, pk_set)
        _settle([instance], action)
        return
    people = list(User.objects.filter(pk__in=pk_set) if pk_set else instance.user_set.all())  # type: ignore[attr-defined]
    if action == "pre_clear":
        vars(instance)["_cleared"] = people
    elif action == "post_clear":
        # By now nobody has the role.
        people = vars(instance).pop("_cleared", [])
    for person in people:
        rights.of_person(person, Kind.ROLES_CHANGED, person.groups, action.replace("clear", "remove"), {instance.pk})
    _settle(people, action)


@receiver(m2m_changed, sender=User.user_permissions.through, dispatch_uid="accounts.rights")
def rights_of_people(instance: Model, action: str, pk_set: set[int] | None, **_details: Any) -> None:
    if isinstance(instance, User):
        rights.of_person(instance, Kind.RIGHTS_CHANGED, instance.user_permissions, action, pk_set)


@receiver(m2m_changed, sender=Group.permissions.through, dispatch_uid="accounts.rights_of_roles")
def rights_of_roles(instance: Model, action: str, pk_set: set[int] | None, **_details: Any) -> None:
    if isinstance(instance, Group):
        rights.of_role(instance, action, pk_set)
        _settle(instance.user_set.all(), action)


@receiver(pre_delete, sender=Group, dispatch_uid="accounts.role_deleted")
def role_deleted(instance: Group, **_details: Any) -> None:
    """Take a role from everybody before it goes: of what goes by cascade nobody is told."""
    instance.user_set.clear()


def _settle(people: Iterable[User], action: str) -> None:
    if action.startswith("post"):
        for person in people:
            rights.open_admin_by_roles(person)


@receiver(user_logged_in, dispatch_uid="accounts.login")
def logged_in(request: HttpRequest, user: User, **_details: Any) -> None:
    way = {"step": proof.WAY} if proof.came_by_provider(request, user) else {}
    securitylog.note(Kind.LOGIN, about=user, by=replace(actors.of(request), person=user), **way)
    sessions.note(request, user)


@receiver(user_logged_out, dispatch_uid="accounts.logout")
def logged_out(request: HttpRequest, user: User | None, **_details: Any) -> None:
    if user is not None:
        securitylog.note(Kind.LOGOUT, about=user, by=replace(actors.of(request), person=user))


@receiver(user_login_failed, dispatch_uid="accounts.login_failed")
def login_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_details: Any) -> None:
    by = actors.of(request) if request else None
    securitylog.note_about_address(Kind.LOGIN_FAILED, str(credentials.get("email") or ""), by=by)


@receiver(second_factor.authenticator_added, dispatch_uid="accounts.second_factor_added")
def second_factor_added(user: User, authenticator: Authenticator, **_details: Any) -> None:
    securitylog.note(Kind.SECOND_FACTOR, about=user, change="added", type=authenticator.type)


@receiver(second_factor.authenticator_reset, dispatch_uid="accounts.second_factor_reset")
def second_factor_reset(user: User, authenticator: Authenticator, **_details: Any) -> None:
    securitylog.note(Kind.SECOND_FACTOR, about=user, change="renewed", type=authenticator.type)


@receiver(second_factor.authenticator_removed, dispatch_uid="accounts.second_factor_removed")
def second_factor_removed(user: User, authenticator: Authenticator, **_details: Any) -> None:
    securitylog.note(Kind.SECOND_FACTOR, about=user, change="removed", type=authenticator.type)


@receiver(second_factor.authentication_failed, dispatch_uid="accounts.second_factor_failed")
def second_factor_failed(user: User, request: HttpRequest, **_details: Any) -> None:
    securitylog.note(Kind.LOGIN_FAILED, about=user, by=actors.of(request), step="second factor")
