"""The word to whoever is given an improvement."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import dates
from accounts.models import User
from delivery import notices
from delivery.composers import Unsendable
from delivery.models import Message
from delivery.notices import Notice
from followups.models import Improvement

TEMPLATE = "followups.improvement_owner"
NOT_THEIRS = gettext_noop("Somebody else has this improvement by now.")


def messages_for(improvement: Improvement, owner: User, *, by: User, key: str) -> list[Message]:
    """Return the unsaved messages to a new owner who may log in; `key` names the occasion."""
    if not owner.may_log_in:
        return []
    context = {"improvement": improvement.pk, "owner": owner.pk, "by": by.name}
    return notices.messages_to(owner, template=TEMPLATE, context=context, key=f"improvement-owner-{key}")


def written(context: Mapping[str, Any]) -> Notice:
    """Return the notice as the improvement stands now; raises Unsendable where somebody else has it."""
    improvement = Improvement.objects.filter(pk=context["improvement"], owner=context["owner"]).first()
    if improvement is None:
        raise Unsendable(NOT_THEIRS, called_off=True)
    due = _("Due on %(day)s.") % {"day": dates.day(improvement.due_on)} if improvement.due_on else ""
    return Notice(
        subject=_("An improvement is yours: %(title)s") % {"title": improvement.title},
        lines=tuple(filter(None, (_("%(name)s gave it to you.") % {"name": context["by"]}, improvement.why, due))),
        link=f"{settings.BASE_URL}{improvement.get_absolute_url()}",
    )


notices.register(TEMPLATE, written)
