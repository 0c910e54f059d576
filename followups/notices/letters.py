"""Letters of notices: one by itself when it alone is due, several together when they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from accounts.batches import Worked
from accounts.media import Medium
from accounts.models import User
from accounts.setaside import Batch
from accounts.timezones import zone
from delivery import notices
from delivery import services as delivery
from delivery.composers import Unsendable
from delivery.models import Message
from delivery.notices import Notice
from followups.models import StaffNotice
from followups.notices import shown, wording

TEMPLATE = "followups.notices"
LETTERS = Batch("notices", gettext_lazy("writing letters of notices"), task="followups.send_notices", model=User)
# People whose letters are written in one transaction, and notices that one letter lists.
BATCH, LONGEST_LIST = 100, 20
NOTHING_LEFT = gettext_noop("Nothing that it tells is unread or still to be seen by this person.")


def queue_due(now: datetime) -> int:
    """Queue the letters that are due and return how many; whoever cannot be written to holds up no other.

    A person's due notices are claimed, written into the outbox and marked in one transaction, with people whom other
    workers write to passed over.
    """
    total = 0
    while written := _queue_batch(now):
        total += sum(written.results)
    return total


@transaction.atomic
def _queue_batch(now: datetime) -> Worked[int, int] | None:
    run = LETTERS.run(now)
    waiting = StaffNotice.objects.due_by_mail(now).values("person")
    claimed = (
        User.objects.filter(pk__in=waiting)
        .exclude(pk__in=run.resting)
        .order_by("pk")
        .select_for_update(skip_locked=True, no_key=True)
    )
    people = list(claimed.values_list("pk", flat=True)[:BATCH])
    # What comes in for them meanwhile is for the next batch.
    known = list(StaffNotice.objects.due_by_mail(now).filter(person__in=people).values_list("pk", flat=True))
    due = StaffNotice.objects.due_by_mail(now).filter(pk__in=known)
    still_due = User.objects.filter(pk__in=due.values("person"))
    worked = run.each_alone(people, lambda keys: _queue(due.filter(person__in=keys), now), due=still_due)
    return worked if people else None


def _queue(due: QuerySet[StaffNotice], now: datetime) -> int:
    rows = list(due.select_related("person").order_by("person", "pk"))
    messages = [
        message for person, told in groupby(rows, key=lambda row: row.person) for message in messages_to(person, told)
    ]
    delivery.queue(messages)
    StaffNotice.objects.filter(pk__in=[row.pk for row in rows]).update(mail_due_at=None, mailed_at=now)
    return len(messages)


def messages_to(person: User, told: Iterable[StaffNotice]) -> list[Message]:
    """Return the unsaved letter that tells a person of these notices; the key of the first is in no other letter."""
    keys = [notice.pk for notice in told]
    context = {"person": person.pk, "notices": keys}
    made = notices.messages_to(person, template=TEMPLATE, context=context, key=f"notices-{keys[0]}")
    return [message for message in made if message.medium == Medium.EMAIL]


def written(context: Mapping[str, Any]) -> Notice:
    """Return the letter as things stand now; raises Unsendable where nothing of it is left to tell.

    What was read in the browser meanwhile is left out, and so is what the person may not see any more.
    """
    person = User.objects.filter(pk=context["person"], is_active=True).first()
    told = [notice for notice in _rows(context["notices"]) if person and shown.is_shown(notice, person)]
    if person is None or not told:
        raise Unsendable(NOTHING_LEFT, called_off=True)
    with timezone.override(zone(person.timezone)):
        return _single(told[0], person) if len(told) == 1 else _together(told)


def _rows(keys: Sequence[int]) -> QuerySet[StaffNotice]:
    return StaffNotice.objects.filter(pk__in=keys).unread().select_related(*shown.KNOWN).order_by("pk")


def _single(notice: StaffNotice, person: User) -> Notice:
    return Notice(
        subject=wording.title(notice),
        lines=(*wording.lines(notice, person), _why()),
        link=wording.link_to(notice),
    )


def _together(told: Sequence[StaffNotice]) -> Notice:
    said = ngettext("%(count)d notice of your follow-ups", "%(count)d notices of your follow-ups", len(told))
    listed = [f"{wording.title(notice)}\n{wording.link_to(notice)}" for notice in told[:LONGEST_LIST]]
    more = len(told) - len(listed)
    if more:
        listed.append(ngettext("And %(count)d more.", "And %(count)d more.", more) % {"count": more})
    return Notice(
        subject=said % {"count": len(told)},
        lines=(*listed, _why()),
        link=settings.BASE_URL + reverse("inbox"),
    )


def _why() -> str:
    return _("Of what you are told, when and how, you choose in your settings.")


notices.register(TEMPLATE, written)
