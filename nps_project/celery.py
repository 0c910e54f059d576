"""The Celery application and the whole beat schedule.

Every entry is a nudge: it claims rows that are due and acts on them, so a lost, late or doubled nudge is harmless.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")

app = Celery("nps_project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "plan-invitations": {"task": "surveys.plan_invitations", "schedule": 30.0},
    "judge-invitations": {"task": "surveys.judge_invitations", "schedule": 20.0},
    "send-messages": {"task": "delivery.send_messages", "schedule": 15.0},
    "recover-messages": {"task": "delivery.recover_messages", "schedule": 60.0},
    "read-bounces": {"task": "delivery.read_bounces", "schedule": 60.0},
    "sync-invitations": {"task": "surveys.sync_invitations", "schedule": 60.0},
    "remind-invitations": {"task": "surveys.remind_invitations", "schedule": 60.0},
    "expire-invitations": {"task": "surveys.expire_invitations", "schedule": 300.0},
    "settle-responses": {"task": "responses.settle_responses", "schedule": 20.0},
    "watch-machines": {"task": "responses.watch_machines", "schedule": 20.0},
    "route-responses": {"task": "followups.route_responses", "schedule": 20.0},
    "run-imports": {"task": "crm.run_imports", "schedule": 60.0},
    "refresh-rollups": {"task": "analytics.refresh_rollups", "schedule": 30.0},
}
