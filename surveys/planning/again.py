"""An ask that repeats an earlier one, such as after a complaint was seen to, with a clock of its own."""

from collections.abc import Collection
from datetime import datetime

from accounts.customerlanguages import spoken
from crm.models import Contact
from surveys.models import Invitation, Survey, SurveyVersion
from surveys.models.asked import AskedFacts
from surveys.wording import texts


class NothingToAsk(Exception):
    """The survey has no published wording."""


def ask(survey: Survey, earlier: AskedFacts, *, contact: Contact, rest_days: int, now: datetime) -> Invitation:
    """Plan to ask `contact` by a survey once more, about the facts of an earlier answer, and return the invitation.

    It is judged like every ask, with one difference: the clocks of the survey and of its kind are `rest_days` long.
    Raises NothingToAsk.
    """
    version = SurveyVersion.objects.latest_of(survey.pk)
    if version is None:
        raise NothingToAsk(survey.pk)
    invitation = Invitation(
        survey=survey,
        version=version,
        contact=contact,
        kind=survey.kind,
        metric=survey.metric,
        touchpoint_kind=earlier.touchpoint_kind,
        language=spoken.matched(contact.language, texts.offered(version)) or survey.default_language,
        own_clock_days=rest_days,
        planned_at=now,
        due_at=now,
    )
    invitation.copy_facts(earlier)
    invitation.brand, invitation.profile = survey.brand, contact.profile
    invitation.save()
    return invitation


def call_off(ids: Collection[int], *, now: datetime) -> set[int]:
    """Let planned invitations be, and return which still were planned."""
    planned = Invitation.objects.filter(pk__in=ids, status=Invitation.Status.PLANNED).select_for_update(of=("self",))
    found = set(planned.values_list("pk", flat=True))
    Invitation.objects.filter(pk__in=found).update(
        status=Invitation.Status.SUPPRESSED, reason="reopened", judged_at=now
    )
    return found
