"""What pages say of notices to whoever reads them."""

from typing import Any

from django import template
from django.template import Context

from accounts.models import User
from followups.models import Followup, StaffNotice
from followups.notices import presence, unread, wording

register = template.Library()


@register.inclusion_tag("followups/_notices_link.html", takes_context=True)
def notices_link(context: Context) -> dict[str, Any]:
    """Render the way to the page of notices, with how many are unread; one query."""
    request = context["request"]
    return {"news": unread.of(request.user), "path": request.path}


@register.inclusion_tag("followups/_unread.html", takes_context=True)
def told_of(context: Context, followup: Followup) -> dict[str, Any]:
    """Render what the reader was told of a follow-up and has not marked as read."""
    person: User = context["request"].user
    rows = StaffNotice.objects.filter(person=person, in_browser=True, followup=followup).unread()
    told = list(rows.select_related("by").order_by("pk"))
    for notice in told:
        notice.followup = followup
    return {
        "titles": [wording.title(notice) for notice in told],
        "followup": followup,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("followups/_watch.html", takes_context=True)
def watch_of(context: Context, followup: Followup) -> dict[str, Any]:
    """Render who watches a follow-up, and the button by which the reader does; one query."""
    watchers = [watch.person for watch in followup.watches.select_related("person").order_by("person__name")]
    reader = context["request"].user
    return {
        "followup": followup,
        "others": [str(person) for person in watchers if person != reader],
        "is_watching": reader in watchers,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("followups/_here.html", takes_context=True)
def here_now(context: Context, followup: Followup) -> dict[str, Any]:
    """Note that the reader looks at a follow-up, and render who else does."""
    names = presence.note(followup.pk, context["request"].user)
    return {"followup": followup, "said": presence.in_words(names)}
