"""Whoever sets Plumb up begins there, as long as nothing asks anybody."""

from accounts.models import User
from onboarding.readers import SETS_UP
from surveys.models import SurveyVersion, Trigger, Wave


def of(person: User) -> str | None:
    return "setup" if person.has_perms(SETS_UP) and not has_begun() else None


def has_begun() -> bool:
    """Say whether a wording is published and a trigger or a wave is switched on; at most three queries."""
    if not SurveyVersion.objects.published().exists():
        return False
    return Trigger.objects.filter(is_active=True).exists() or Wave.objects.filter(is_active=True).exists()
