"""Beat and workers are alive while their pulse is young; only then who is missing is asked."""

from datetime import timedelta

import pytest
from celery import current_app
from django.db.models.functions import Now

from nps_project.celery import app
from onboarding import machinery
from onboarding.machinery import Machinery
from onboarding.models import Pulse
from onboarding.tasks import keep_pulse

pytestmark = pytest.mark.django_db


@pytest.fixture
def _no_worker_waited_for():
    """Here they are asked."""


@pytest.fixture
def asked(monkeypatch):
    """Workers that answer as the list says; an error in it is raised."""
    answers = []

    def ping(**_options):
        if answers and isinstance(answers[0], Exception):
            raise answers[0]
        return answers

    monkeypatch.setattr(current_app.control, "ping", ping)
    return answers


def age(by):
    Pulse.objects.update(at=Now() - by)


def test_beat_asks_for_the_pulse_more_often_than_it_grows_old():
    assert app.conf.beat_schedule["onboarding.keep_pulse"]["schedule"] * 3 < machinery.OLD_AFTER.total_seconds()


def test_a_young_pulse_speaks_for_both_and_nobody_is_asked(monkeypatch):
    monkeypatch.setattr(current_app.control, "ping", lambda **_options: pytest.fail("asked"))

    keep_pulse()
    keep_pulse()

    assert machinery.look() is Machinery.ALIVE
    assert Pulse.objects.count() == 1
    assert machinery.last_seen() is not None


def test_an_old_pulse_while_a_worker_answers_means_that_beat_is_silent(asked):
    keep_pulse()
    age(machinery.OLD_AFTER + timedelta(seconds=1))
    asked.append({"celery@here": {"ok": "pong"}})

    assert machinery.look() is Machinery.BEAT_SILENT


def test_no_pulse_and_no_answer_means_that_no_worker_is_there(asked):
    assert machinery.look() is Machinery.NO_WORKER
    assert machinery.last_seen() is None


def test_a_broker_that_cannot_be_reached_is_called_so(asked):
    asked.append(OSError("refused"))

    assert machinery.look() is Machinery.BROKER_AWAY


def test_a_broker_that_is_away_is_not_waited_for(settings, monkeypatch):
    url = "redis://127.0.0.1:9/0"
    monkeypatch.setattr(current_app.conf, "broker_url", url)
    monkeypatch.setattr(current_app.conf, "broker_read_url", url)
    monkeypatch.setattr(current_app.conf, "broker_write_url", url)

    assert machinery.look() is Machinery.BROKER_AWAY


def test_the_next_pulse_makes_it_young_again(asked):
    keep_pulse()
    age(timedelta(hours=1))
    assert machinery.look() is Machinery.NO_WORKER

    keep_pulse()

    assert machinery.look() is Machinery.ALIVE
