"""What administrators are told once when asking from a domain pauses by itself."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.nudges import nudge
from delivery import notices, outbox
from delivery.models import SendingDomain
from delivery.notices import Notice

TEMPLATE = "delivery.domain_paused"
MAY_RESUME = "delivery.resume_sending"


def tell(domain: SendingDomain, *, found: int, of: int) -> int:
    """Write to everybody who may let a domain ask again, once for each pause, and return how many messages that is."""
    context = {"domain": domain.pk, "name": str(domain), "cause": domain.cause, "found": found, "of": of}
    at = domain.paused_at.isoformat() if domain.paused_at else ""
    made = [
        message
        for person in User.objects.who_may(MAY_RESUME).order_by("pk")
        for message in notices.messages_to(
            person, template=TEMPLATE, context=context, key=f"paused-{domain.pk}-{at}-{person.pk}"
        )
    ]
    for medium in {message.medium for message in made}:
        nudge("delivery.send_messages", medium=medium)
    return len(outbox.put(made))


def paused(context: Mapping[str, Any]) -> Notice:
    share = {
        "name": context["name"],
        "found": number_format(context["found"], force_grouping=True),
        "of": number_format(context["of"], force_grouping=True),
        "percent": number_format(round(100 * context["found"] / context["of"], 2), decimal_pos=2),
    }
    if context["cause"] == SendingDomain.Cause.BOUNCES:
        said = _("Of the last %(of)s letters from %(name)s, %(found)s came back for good: %(percent)s %%.")
    else:
        said = _("Of the last %(of)s letters from %(name)s, %(found)s were reported as spam: %(percent)s %%.")
    consequence = _(
        "Nobody is asked from there until somebody resumes it; replies, thanks and notices go on. "
        "Find out where the bad addresses came from, or what annoyed people, before you do."
    )
    return Notice(
        subject=_("Asking from %(name)s is paused") % share,
        lines=(said % share, consequence),
        link=settings.BASE_URL + reverse("admin:delivery_sendingdomain_change", args=[context["domain"]]),
    )


notices.register(TEMPLATE, paused)
