"""Mail providers' callbacks, which Anymail has authenticated, checked and made alike."""

from typing import Any

from anymail.signals import inbound, tracking
from django.dispatch import receiver

from accounts import clock
from accounts.batches import one_by_one
from delivery import services
from delivery.media.email import inbox
from delivery.media.email.provider_events import read

WEBHOOK = "webhook"


@receiver(tracking, dispatch_uid="delivery.media.email.provider_events")
def news_of_a_message(event: Any, **_kwargs: Any) -> None:
    """Take the news of one event. One that cannot be taken is logged: a provider that gets an error for it would send
    it and all that came with it again for days."""
    one_by_one([event], _take)


def _take(event: Any) -> None:
    if news := read(event, now=clock.now()):
        services.hear(news)


@receiver(inbound, dispatch_uid="delivery.media.email.inbound")
def mail_of_a_customer(event: Any, **_kwargs: Any) -> None:
    """Take a mail that a provider has received for us. What cannot be read is kept as it came: there is no mailbox in
    which it would wait."""
    inbox.take_mail(event.message.as_bytes(), source=WEBHOOK)
