"""The way from an arm to the answers that it counts."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from accounts import company_clock
from analytics.dashboard.filters import OWN
from analytics.periods import DAY
from surveys.models import Experiment, ExperimentArm


def of_arm(arm: ExperimentArm, experiment: Experiment) -> str:
    """Return the address of the answers of an arm: its days hold all that may count."""
    start = experiment.starts_at.astimezone(company_clock.zone()).date() - DAY
    said = {"metric": experiment.survey.metric, "period": OWN, "start": start.isoformat(), "arm": str(arm.pk)}
    return f"{reverse('answers')}?{urlencode(said)}"
