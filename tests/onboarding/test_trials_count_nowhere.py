"""A trial is none of the rows that are counted, from the press of the button to the page of what it would become."""

import threading

import pytest
from django.apps import apps
from django.db import connection

from accounts import clock
from followups import services as followups
from onboarding.models import Trial
from responses import services as responses
from surveys import services as surveys
from tests.factories import SurveyVersionFactory
from tests.onboarding.test_trials import link, sent, submit

COUNTED = ("crm", "surveys", "responses", "followups", "analytics")


def counts():
    return {
        model._meta.label: model._base_manager.count()
        for app in COUNTED
        for model in apps.get_app_config(app).get_models()
        if model._meta.managed
    }


@pytest.mark.django_db
def test_no_row_is_made_that_anything_counts(client, administrator):
    client.force_login(administrator)
    version = SurveyVersionFactory()
    dashboard = client.get("/dashboard/").text
    before = counts()

    trial = sent(client, survey=version.survey_id)
    client.get(link(trial) + "?score=2")
    submit(client, trial, step="score", score="2")
    submit(client, trial, step="why", score="2", comment="The delivery was too late.", topic=["1"])
    client.post(link(trial) + "unsubscribe/", {"List-Unsubscribe": "One-Click"})
    assert "The follow-up that it would make" in client.get(trial.get_absolute_url()).text
    surveys.plan_invitations()
    responses.settle_due()
    followups.route_due()

    trial.refresh_from_db()
    assert trial.score == 2
    assert counts() == before
    assert before["responses.Response"] == before["surveys.Invitation"] == before["followups.Followup"] == 0
    assert len(before) > 60
    assert numbers(client.get("/dashboard/").text) == numbers(dashboard)


def numbers(page):
    return [part.partition('"')[0] for part in page.split("data-answers=")[1:]]


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_answer(client, administrator):
    client.force_login(administrator)
    trial = sent(client, survey=SurveyVersionFactory().survey_id)
    both = threading.Barrier(2)

    def tap(score):
        try:
            own = Trial.objects.get(pk=trial.pk)
            both.wait()
            own.answer(score, clock.now())
        finally:
            connection.close()

    taps = [threading.Thread(target=tap, args=(score,)) for score in (3, 9)]
    for each in taps:
        each.start()
    for each in taps:
        each.join()

    found = Trial.objects.get()
    assert found.score in (3, 9)
    assert found.answered_at is not None


@pytest.mark.django_db(transaction=True)
def test_twelve_presses_at_once_send_no_more_than_ten(client, administrator):
    from onboarding.trials import dispatch

    version = SurveyVersionFactory()
    refused = []

    def press():
        try:
            for _time in range(3):
                dispatch.send(asker=administrator, version=version, language="en")
        except dispatch.TooManyTrials:
            refused.append(1)
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _number in range(4)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()

    assert Trial.objects.count() == 10
    assert refused
