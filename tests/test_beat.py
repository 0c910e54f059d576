"""The beat schedule."""

import pytest
from celery import current_app

from accounts import nudges
from nps_project.celery import app


def test_no_nudge_of_beat_outlives_the_next_one():
    entries = app.conf.beat_schedule.values()

    assert entries
    assert [entry["task"] for entry in entries if entry["options"].get("expires") != entry["schedule"]] == []


@pytest.mark.django_db(transaction=True)
def test_no_nudge_waits_for_ever_while_no_worker_is_there(monkeypatch):
    sent = []
    monkeypatch.setattr(nudges, "_quiet_until", 0.0)
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: sent.append(options["expires"]))

    nudges.nudge("surveys.plan_invitations")

    assert sent == [60]
