"""What must be switched on before a survey asks anybody, and which of it is not."""

from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from surveys.models import Survey, SurveyVersion, Trigger, Wave


class Switch(TextChoices):
    """One thing that keeps a survey from asking while it is off; the label says so."""

    SURVEY = "survey", _("The survey is not active.")
    WORDING = "wording", _("No wording is published: the texts are a draft still.")
    ASKER = "asker", _("No trigger and no wave of this survey is active.")


def known(surveys: QuerySet[Survey]) -> QuerySet[Survey]:
    """Return the surveys with what `off` looks at, in the same query."""
    of_it = {"survey": OuterRef("pk")}
    return surveys.annotate(
        has_wording=Exists(SurveyVersion.objects.published().filter(**of_it)),
        has_trigger=Exists(Trigger.objects.filter(is_active=True, **of_it)),
        has_wave=Exists(Wave.objects.filter(is_active=True, paused_at=None, **of_it)),
    )


def off(survey: Survey) -> list[Switch]:
    """Return what is not switched on of a survey that `known` returned; empty when it asks."""
    facts = vars(survey)
    is_on = {
        Switch.SURVEY: survey.status == Survey.Status.ACTIVE,
        Switch.WORDING: facts["has_wording"],
        Switch.ASKER: facts["has_trigger"] or facts["has_wave"],
    }
    return [switch for switch, on in is_on.items() if not on]


def off_of(survey_id: int) -> list[Switch]:
    return off(known(Survey.objects.filter(pk=survey_id)).get())
