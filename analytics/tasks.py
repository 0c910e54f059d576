from celery import shared_task

from analytics import services


@shared_task(name="analytics.refresh_rollups")
def refresh_rollups() -> None:
    services.refresh_rollups()


@shared_task(name="analytics.measure_spreads")
def measure_spreads() -> None:
    services.measure_spreads()


@shared_task(name="analytics.trim_answer_changes")
def trim_answer_changes() -> None:
    services.trim_answer_changes()


@shared_task(name="analytics.watch_numbers")
def watch_numbers() -> None:
    services.watch_numbers()


@shared_task(name="analytics.propose_words")
def propose_words() -> None:
    services.propose_words()


@shared_task(name="analytics.send_digests")
def send_digests() -> None:
    services.send_digests()
