"""Sending a survey to oneself: one trial, one letter, and not more of them in an hour than anybody needs."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts import clock
from accounts.models import User
from delivery import services as delivery
from onboarding.models import Trial
from onboarding.trials import letter
from surveys.models import SurveyVersion

MOST, WITHIN = 10, timedelta(hours=1)


class NoAddress(Exception):
    """The person has no address to which a letter could go."""


class TooManyTrials(Exception):
    """There were enough of them lately; `again_at` says from when on there may be one more."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at)
        self.again_at = again_at


@transaction.atomic
def send(*, asker: User, version: SurveyVersion, language: str) -> Trial:
    """Queue the letter of a survey to whoever asks for it, at the address of their login, and return the trial.

    Raises NoAddress and TooManyTrials. Those who ask twice at once wait for each other, so that the limit holds.
    """
    now = clock.now()
    person = User.objects.select_for_update().get(pk=asker.pk)
    if not person.email:
        raise NoAddress
    _refuse_too_many(person, now)
    trial = Trial.objects.create(
        asker=person, version=version, language=language, asked_at=now, expires_at=now + Trial.OPEN_FOR
    )
    trial.seal()
    trial.message = delivery.queue([letter.draft(trial)])[0]
    trial.save(update_fields=["message"])
    return trial


def _refuse_too_many(person: User, now: datetime) -> None:
    lately = Trial.objects.of(person).since(now - WITHIN).order_by("-asked_at").values_list("asked_at", flat=True)
    counted = list(lately[:MOST])
    if len(counted) == MOST:
        raise TooManyTrials(counted[-1] + WITHIN)
