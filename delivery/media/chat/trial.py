"""A first notice, by which somebody who sets a hook up sees whether it works."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.languages import supported
from accounts.media import Medium
from delivery.media.notice import Notice
from delivery.models import Message, TeamHook

TEMPLATE = "delivery.hook_trial"


def message_for(hook: TeamHook, *, key: str) -> Message:
    """Return the unsaved message that tries a hook, in the language of whoever asks; `key` names one trial."""
    return Message(
        medium=Medium.CHAT,
        purpose=Message.Purpose.STAFF,
        to_address=str(hook.pk),
        to_name=hook.team.name,
        language=supported(get_language()),
        template=TEMPLATE,
        context={"team": hook.team.name},
        idempotency_key=f"hook-trial-{hook.pk}-{key}",
    )


def notice(context: Mapping[str, Any]) -> Notice:
    return Notice(
        subject=_("Plumb can write here"),
        lines=(_("Notices for the team “%(team)s” will appear in this channel.") % context,),
        link=settings.BASE_URL,
    )
