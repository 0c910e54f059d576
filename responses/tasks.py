from celery import shared_task

from accounts import clock
from responses import remarks, services
from responses.chats import presses, showing
from responses.evidence import sweep
from responses.open_links import introductions
from responses.texts import intake
from responses.topics import upkeep


@shared_task(name="responses.settle_responses")
def settle_responses() -> int:
    return services.settle_due()


@shared_task(name="responses.watch_machines")
def watch_machines() -> None:
    while sweep.look():
        pass


@shared_task(name="responses.take_texts")
def take_texts() -> None:
    intake.take_due()


@shared_task(name="responses.take_chats")
def take_chats() -> None:
    presses.take_due()
    showing.show_due()


@shared_task(name="responses.show_chats")
def show_chats() -> None:
    showing.show_due()


@shared_task(name="responses.tag_comments")
def tag_comments() -> None:
    while upkeep.tag_due():
        pass


@shared_task(name="responses.retag_comments")
def retag_comments() -> None:
    upkeep.retag()
    remarks.retag()


@shared_task(name="responses.forget_introductions")
def forget_introductions() -> int:
    return introductions.forget_old(now=clock.now())
