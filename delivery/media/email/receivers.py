"""Mail providers' callbacks, which Anymail has authenticated, checked and made alike."""

from typing import Any

from anymail.signals import tracking
from django.dispatch import receiver

from accounts import clock
from delivery import services
from delivery.media.email.provider_events import read


@receiver(tracking, dispatch_uid="delivery.media.email.provider_events")
def news_of_a_message(event: Any, **_kwargs: Any) -> None:
    if news := read(event, now=clock.now()):
        services.hear(news)
