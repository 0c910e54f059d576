"""News from below that this app reacts to; a sweep finds whatever a signal missed."""

from typing import Any

from django.dispatch import receiver

from accounts.nudges import nudge
from delivery.signals import chats_moved, texts_arrived


@receiver(texts_arrived, dispatch_uid="responses.take_texts")
def take_texts(**_news: Any) -> None:
    nudge("responses.take_texts")


@receiver(chats_moved, dispatch_uid="responses.take_chats")
def take_chats(**_news: Any) -> None:
    nudge("responses.take_chats")
