"""The three roles. They are Groups, made once by a migration; administrators may change them afterwards."""

from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

AGENTS = "Agents"
MANAGERS = "Managers"
ADMINISTRATORS = "Administrators"
LABELS = {AGENTS: _("Agents"), MANAGERS: _("Managers"), ADMINISTRATORS: _("Administrators")}


def label_of(role: Group) -> str:
    """Return what a role is called in the reader's language; one that was made or renamed here, by its name."""
    return str(LABELS.get(role.name, role.name))
