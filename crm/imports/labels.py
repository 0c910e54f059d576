"""What records and their fields are called where a person chooses them."""

from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.media import OF_CUSTOMERS
from accounts.models import Team, User
from crm.records.consents import OBJECTS
from crm.records.kinds import RECORDS

# By a deal's company its first contact is meant too (crm.imports.plans).
COMPANY_AND_CONTACT = "company+contact"

NAMES: dict[str, Promise] = {
    "external_id": gettext_lazy("ID"),
    "emails": gettext_lazy("all e-mail addresses"),
    "phones": gettext_lazy("all phones"),
    "do_not_contact": gettext_lazy("do not contact (yes or no)"),
    "team": gettext_lazy("team"),
    "team_lead": gettext_lazy("lead of the team"),
    "manager": gettext_lazy("manager (ID or e-mail address)"),
    COMPANY_AND_CONTACT: gettext_lazy("company, and its first contact"),
}
SAID = {
    "consent": gettext_lazy("consent to surveys: %(what)s"),
    "marketing_consent": gettext_lazy("consent to offers: %(what)s"),
}


def of_kind(kind: str) -> str:
    """Return what the records of a kind are called, several of them."""
    model = Team if kind == "team" else RECORDS[kind].model or User
    return capfirst(str(model._meta.verbose_name_plural))


def of_field(kind: str, field: str) -> str:
    """Return what a field of a kind is called."""
    if field in NAMES:
        return capfirst(str(NAMES[field]))
    for use, name in OBJECTS.items():
        if field.startswith(f"{name}_"):
            return capfirst(str(SAID[name]) % {"what": _about_consent(field.removeprefix(f"{name}_"), use)})
    try:
        return capfirst(str((RECORDS[kind].model or User)._meta.get_field(field).verbose_name))  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return field


def _about_consent(what: str, _use: str) -> str:
    if what == "at":
        return _("since when")
    if what == "evidence":
        return _("what proves it")
    return str(next((medium.label for medium in OF_CUSTOMERS if medium.value == what), what))


def fields(kind: str) -> list[tuple[str, str]]:
    """Return what a column of a table may be, by name and label, without the ID of the row."""
    names = [name for name in RECORDS[kind].fields_of_files if name != "external_id"]
    if kind == "deal":
        names.insert(names.index("company"), COMPANY_AND_CONTACT)
    return [(name, of_field(kind, name)) for name in names]
