"""Texts of customers as the doors keep them."""

import hashlib

from accounts import clock
from delivery.models import IncomingText, TextGateway
from surveys.models import InvitationMessage
from tests.factories import InvitationFactory, MessageFactory

NUMBER = "+380671234567"


def gateway():
    return TextGateway.objects.get_or_create(
        name="Twilio", defaults={"provider": "twilio", "sender": "Plumb", "secret": "s", "takes_replies": True}
    )[0]


def asked(metric="nps", **facts):
    """Return an invitation that went to NUMBER as a text."""
    if metric != "nps":
        facts["version__survey__metric"] = metric
    invitation = InvitationFactory(medium="sms", **facts)
    invitation.contact.addresses.create(medium="sms", value=NUMBER, is_preferred=True)
    message = MessageFactory(
        medium="sms",
        purpose="invite",
        to_address=NUMBER,
        status="sent",
        sent_at=clock.now(),
        context={"invitation": invitation.pk},
    )
    InvitationMessage.objects.create(invitation=invitation, message=message)
    return invitation


def text(invitation, words, **fields):
    """Keep a text that answers the message of an invitation, or nothing of ours."""
    number = IncomingText.objects.count()
    sent = invitation.sendings.get().message if invitation else None
    defaults = {"provider_id": f"SM{number}", "from_number": NUMBER, "at": clock.now(), "arrived_at": clock.now()}
    return IncomingText.objects.create(
        gateway=gateway(),
        digest=hashlib.sha256(f"{number}".encode()).digest(),
        text=words,
        answers=sent,
        **defaults | fields,
    )
