"""Changes of people and their rights: refused where they reach above the one who makes them, then written down."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import structlog
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from accounts import actors, letters, securitylog
from accounts.access.signon import links
from accounts.models import User
from accounts.securitylog import Kind

log = structlog.get_logger("plumb.security")

# What of a person is watched, and as what a change of it is written down.
WATCHED = {
    "email": Kind.ADDRESS_CHANGED,
    "password": Kind.PASSWORD_CHANGED,
    "name": Kind.PERSON_CHANGED,
    "team_id": Kind.PERSON_CHANGED,
    "source": Kind.PERSON_CHANGED,
    "external_id": Kind.PERSON_CHANGED,
    "is_active": Kind.RIGHTS_CHANGED,
    "is_staff": Kind.RIGHTS_CHANGED,
    "is_superuser": Kind.RIGHTS_CHANGED,
}
# What the rights to rows in the administration are called; all others are of Plumb's own pages, the dashboard too.
OF_ROWS, DASHBOARD = r"^(add|change|delete|view)_", "view_dashboard"
UNSAVED: Mapping[str, Any] = {}


def before(person: User, fields: Collection[str] | None) -> None:
    """Remember what is about to be overwritten; raise PermissionDenied where one below changes or makes a chief.

    `fields`: what will be saved, None for everything.
    """
    names = (
        set(WATCHED) if fields is None else {name for name in WATCHED if {name, name.removesuffix("_id")} & set(fields)}
    )
    vars(person)["_before"] = before = _kept(person, names) if names else None
    if before is None:
        return
    was_above, is_above = before.get("is_superuser", False), person.is_superuser and "is_superuser" in names
    if (was_above or is_above) and _is_by_one_below():
        _refuse(person)


def after(person: User) -> None:
    """Write down what was changed on a person that `before` looked at."""
    was: Mapping[str, Any] | None = vars(person).pop("_before", None)
    if was is UNSAVED:
        securitylog.note(Kind.PERSON_MADE, about=person, email=person.email, is_superuser=person.is_superuser)
        return
    changed: dict[Kind, dict[str, Any]] = {}
    for name, old in (was or {}).items():
        if name in WATCHED and _differs(person, name, old):
            changed.setdefault(WATCHED[name], {})[name] = [old, getattr(person, name)]
    for kind, details in changed.items():
        if kind is Kind.ADDRESS_CHANGED:
            # Who changes the address by which somebody logs in changes which account at the provider opens theirs.
            links.forget(person)
            _tell_of_address(person, *details["email"])
        if details.pop("password", None) and person.has_usable_password():
            letters.want("password_changed", person)
        securitylog.note(kind, about=person, **details)


def of_person(person: User, kind: Kind, given: Any, action: str, ids: Collection[int] | None) -> None:
    """Guard, then write down, that roles or permissions (`given`, a related manager) come or go by their `ids`.

    `action` is Django's: pre_add, post_add, pre_remove, post_remove, pre_clear, post_clear.
    """
    step, _underscore, change = action.partition("_")
    if step == "pre" and person.is_superuser and _is_by_one_below():
        _refuse(person)
    if action == "pre_clear":
        _note_names(kind, "remove", given.all(), about=person)
    elif step == "post" and ids:
        _note_names(kind, change, given.model.objects.filter(pk__in=ids), about=person)


def open_admin_by_roles(person: User) -> None:
    """Let whoever has a role with rights in the administration open it, and chief administrators; nobody else."""
    may_open = person.is_superuser or giving_administration(person).exists()
    if person.is_staff != may_open:
        person.is_staff = may_open
        person.save(update_fields=["is_staff"])


def giving_administration(person: User) -> QuerySet[Group]:
    """Return the roles of a person that have rights in the administration, by name."""
    given = Permission.objects.filter(codename__regex=OF_ROWS).exclude(codename=DASHBOARD)
    return person.groups.filter(permissions__in=given).distinct().order_by("name")


def of_role(role: Group, action: str, ids: Collection[int] | None) -> None:
    """Write down that a role's permissions come or go by their `ids`; `action` as in `of_person`."""
    if action == "pre_clear":
        _note_names(Kind.RIGHTS_CHANGED, "remove", role.permissions.all(), subject=role.name)
    elif action.startswith("post") and ids:
        change = action.removeprefix("post_")
        _note_names(Kind.RIGHTS_CHANGED, change, role.permissions.model.objects.filter(pk__in=ids), subject=role.name)


def _tell_of_address(person: User, old: str | None, new: str | None) -> None:
    """Tell both mailboxes that somebody else changed a login; a change of one's own is told where it is made."""
    by = actors.actor().person
    if old and new and person.has_usable_password() and (by is None or by.pk != person.pk):
        for address in (old, new):
            letters.want("address_set", person, to=address, old=old, new=new)


def _note_names(kind: Kind, change: str, things: Iterable[object], **of: Any) -> None:
    details: dict[str, Any] = {change: sorted(map(str, things))}
    securitylog.note(kind, **of, **details)


def _kept(person: User, names: set[str]) -> Mapping[str, Any]:
    """Return what the database holds of a person now, their standing included."""
    return User.objects.filter(pk=person.pk).values("is_superuser", *names).first() or UNSAVED if person.pk else UNSAVED


def _differs(person: User, name: str, old: Any) -> bool:
    """Say whether a value was really changed: a password whose hash is only brought up to date is the same."""
    if name != "password":
        return bool(getattr(person, name) != old)
    is_set = vars(person).get("_password") is not None
    return person.password != old and (is_set or not person.has_usable_password())


def _is_by_one_below() -> bool:
    """Say whether somebody acts who is no superuser; the database is asked, since they may be raising themselves."""
    by = actors.actor().person
    return by is not None and not User.objects.filter(pk=by.pk, is_superuser=True).exists()


def _refuse(person: User) -> None:
    # Not a row: it would be rolled back with whatever was tried.
    log.warning("chief administrator guarded", by=getattr(actors.actor().person, "pk", None), about=person.pk)
    raise PermissionDenied("Only a chief administrator changes or makes one.")
