"""The switch of a trigger on the page of setting up."""

from django.db import transaction

from surveys.models import Survey, Trigger


@transaction.atomic
def turn_on(trigger: Trigger) -> list[Survey | Trigger]:
    """Switch a trigger on, and its survey with it; return what was changed. Again it changes nothing."""
    changed: list[Survey | Trigger] = []
    survey = Survey.objects.select_for_update(no_key=True).get(pk=trigger.survey_id)
    trigger = Trigger.objects.select_for_update(no_key=True).get(pk=trigger.pk)
    if survey.status in (Survey.Status.DRAFT, Survey.Status.PAUSED):
        survey.status = Survey.Status.ACTIVE
        survey.save(update_fields=["status"])
        changed.append(survey)
    if not trigger.is_active:
        trigger.is_active = True
        trigger.save(update_fields=["is_active"])
        changed.append(trigger)
    return changed
