"""The Celery application and the whole beat schedule.

Every entry is a nudge: it claims rows that are due and acts on them, so a lost, late or doubled nudge is harmless.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")

app = Celery("nps_project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Seconds between the nudges of each task.
EVERY = {
    "surveys.plan_invitations": 30.0,
    "surveys.judge_invitations": 20.0,
    "delivery.recover_messages": 60.0,
    "delivery.read_bounces": 60.0,
    "delivery.forget_attachments": 3600.0,
    "delivery.forget_incoming": 6 * 3600.0,
    "delivery.ask_for_receipts": 60.0,
    "delivery.ask_telegram": 3.0,
    "delivery.read_templates": 900.0,
    "surveys.sync_invitations": 60.0,
    "surveys.remind_invitations": 60.0,
    "surveys.fall_back": 60.0,
    "surveys.expire_invitations": 300.0,
    "responses.take_texts": 20.0,
    "responses.take_chats": 20.0,
    "responses.settle_responses": 20.0,
    "responses.watch_machines": 20.0,
    "responses.tag_comments": 20.0,
    "responses.retag_comments": 300.0,
    "responses.forget_introductions": 6 * 3600.0,
    "followups.route_responses": 20.0,
    "followups.take_letters": 20.0,
    "followups.settle_closing_answers": 20.0,
    "followups.find_rewards": 60.0,
    "followups.tell_overdue": 60.0,
    "followups.escalate": 60.0,
    "followups.prompt": 60.0,
    "followups.tell_few_codes": 300.0,
    "followups.plan_second_asks": 600.0,
    "followups.send_notices": 20.0,
    "followups.write_improvement_letters": 60.0,
    "followups.forget_notices": 6 * 3600.0,
    "followups.keep_latest_scores": 10.0,
    "followups.send_mailings": 60.0,
    "crm.run_imports": 60.0,
    "crm.forget_imports": 3600.0,
    "crm.complete_facts": 6 * 3600.0,
    "analytics.refresh_rollups": 30.0,
    "analytics.measure_spreads": 6 * 3600.0,
    "analytics.propose_words": 24 * 3600.0,
    "analytics.trim_answer_changes": 6 * 3600.0,
    "analytics.watch_numbers": 6 * 3600.0,
    "analytics.send_digests": 900.0,
    "accounts.forget_old": 3600.0,
    "accounts.make_months": 6 * 3600.0,
    "onboarding.keep_pulse": 20.0,
    "onboarding.tend_samples": 20.0,
    "onboarding.forget_trials": 6 * 3600.0,
    "onboarding.forget_configuration_files": 6 * 3600.0,
}
# Those of the tasks that are done by one medium at a time.
EVERY_PER_MEDIUM = {"delivery.send_messages": 15.0}
MEDIA = ("email", "sms", "telegram", "whatsapp", "chat")
# A nudge that no worker took until the next one comes is stale: without it an hour without workers is a queue of
# hundreds that all say the same.
app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}} for task, seconds in EVERY.items()
} | {
    f"{task} {medium}": {
        "task": task,
        "kwargs": {"medium": medium},
        "schedule": seconds,
        "options": {"expires": seconds},
    }
    for task, seconds in EVERY_PER_MEDIUM.items()
    for medium in MEDIA
}
