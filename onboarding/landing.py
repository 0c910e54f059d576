"""Whoever sets Plumb up begins there, as long as nothing asks anybody."""

from accounts.models import User
from onboarding.readers import SETS_UP
from surveys.models import Survey, SurveyVersion, Trigger, Wave


def of(person: User) -> str | None:
    return "setup" if person.has_perms(SETS_UP) and not has_begun() else None


def has_begun() -> bool:
    """Say whether of a survey in use a wording is published and something is switched on; at most three queries."""
    of_these = {"survey__in": Survey.objects.in_use()}
    if not SurveyVersion.objects.published().filter(**of_these).exists():
        return False
    asking = of_these | {"is_active": True}
    return Trigger.objects.filter(**asking).exists() or Wave.objects.filter(**asking).exists()
