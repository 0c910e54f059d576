"""Sending a mailing: whom it is for is written down at once, then they are judged and written to in the background."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import clock, tokens
from accounts.models import User
from accounts.nudges import nudge
from accounts.setaside import Batch
from crm.models import Contact, ContactAddress
from delivery import services as delivery
from delivery.models import Message
from followups.customers import visibility
from followups.mailings import letters, reach
from followups.models import Mailing, MailingRecipient
from surveys.audiences import segments

TASK = "followups.send_mailings"
MAILINGS = Batch("mailings", _("writing to a segment"), task=TASK, model=MailingRecipient)
AT_ONCE = 500
Status = MailingRecipient.Status


class NothingToSend(Exception):
    """A mailing without words, or to nobody."""


class ChangedMeanwhile(Exception):
    """The words of a mailing or whom it goes to are not what its sender saw."""


def audience(mailing: Mailing, user: User, *, now: datetime) -> QuerySet[Contact]:
    """Return who is in the segment of a mailing now, of the customers that `user` may look at.

    Raises UnreadableSegment; without a segment nobody is.
    """
    if mailing.segment is None:
        return Contact.objects.none()
    members = segments.members_of(mailing.segment, now=now)
    return members.filter(pk__in=visibility.contacts_of(user).values("pk"))


@transaction.atomic
def send(mailing: Mailing, *, by: User, seen: str | None = None, now: datetime | None = None) -> int:
    """Send a mailing to whoever is in its segment at this moment, and return to how many; 0 when it was sent before.

    They are written down in one statement; the background judges and writes. `seen`: the `content_hash` that its sender
    looked at. Raises NothingToSend, UnreadableSegment, ChangedMeanwhile.
    """
    now = now or clock.now()
    locked = Mailing.objects.select_for_update(of=("self",), no_key=True).select_related("segment", "brand")
    mailing = locked.get(pk=mailing.pk)
    if not mailing.is_draft:
        return 0
    if seen is not None and seen != mailing.content_hash:
        raise ChangedMeanwhile(mailing.pk)
    found = audience(mailing, by, now=now)
    segment = mailing.segment
    if segment is None or not mailing.languages:
        raise NothingToSend(mailing.pk)
    mailing.start(segment_name=segment.name, conditions=dict(segment.conditions), at=now)
    keys = found.order_by("pk").values_list("pk", flat=True)
    rows = MailingRecipient.objects.bulk_create(
        (MailingRecipient(mailing=mailing, contact_id=key) for key in keys), batch_size=5000
    )
    if not rows:
        raise NothingToSend(mailing.pk)
    nudge(TASK)
    return len(rows)


def send_due(*, now: datetime | None = None, at_once: int = AT_ONCE) -> int:
    """Judge and write to everybody who waits, and return how many letters were queued.

    Each batch is one transaction: a killed worker leaves nothing half done, and one letter per mailing and contact is
    all that the outbox takes. A recipient that fails is set aside and stops no other.
    """
    queued = 0
    for mailing in Mailing.objects.under_way().order_by("pk"):
        while (part := _send_some(mailing.pk, now or clock.now(), at_once)) is not None:
            queued += part
    return queued


@transaction.atomic
def _send_some(mailing_id: int, now: datetime, at_once: int) -> int | None:
    """Write to some of a mailing; None when nobody waits any more, or when another process is at it."""
    locked = Mailing.objects.under_way().select_for_update(skip_locked=True, of=("self",)).select_related("brand")
    mailing = locked.filter(pk=mailing_id).first()
    if mailing is None:
        return None
    run = MAILINGS.run(now)
    waiting = mailing.recipients.waiting()
    due = waiting.exclude(pk__in=run.resting).select_related("contact").order_by("pk")
    rows = list(due[:at_once])
    if not rows:
        if not waiting.exists():
            Mailing.objects.filter(pk=mailing.pk).update(finished_at=now)
        return None
    return sum(run.each_alone(rows, partial(_write, mailing=mailing, now=now), due=due).results)


def _write(rows: Sequence[MailingRecipient], *, mailing: Mailing, now: datetime) -> int:
    of_contact = {row.contact_id: row for row in rows}
    taken = set(_taken(mailing, of_contact))
    verdicts = list(reach.verdicts([row.contact for row in rows], taken, now=now))
    written = []
    for verdict in verdicts:
        row = of_contact[verdict.contact.pk]
        row.status = Status.REFUSED if verdict.reason else Status.WRITTEN
        row.reason, row.decided_at = verdict.reason, now
        if not verdict.reason:
            row.token_hash = tokens.digest(letters.token_of(row.pk))
            written.append((row, letters.message(mailing, row, verdict.contact, verdict.address)))
    queued = delivery.queue([message for _row, message in written])
    for (row, _message), message in zip(written, queued, strict=True):
        row.message = message
    MailingRecipient.objects.bulk_update(rows, ["status", "reason", "decided_at", "token_hash", "message"])
    return len(written)


def _taken(mailing: Mailing, contacts: Collection[int]) -> QuerySet[Message, str]:
    """Return at which addresses of these contacts somebody has this mailing already."""
    theirs = ContactAddress.objects.filter(contact__in=contacts, medium=reach.MEDIUM).values("value")
    sent = Message.objects.filter(mailing_recipient__mailing=mailing, to_address__in=theirs)
    return sent.values_list("to_address", flat=True)
