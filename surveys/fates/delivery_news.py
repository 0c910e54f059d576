"""What became of messages, told to the invitations and contacts they belong to."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.setaside import Batch
from delivery.models import Message
from surveys.fates import address_news, next_medium
from surveys.letters import last_check

BATCH = 2000
NEWS = Batch("news", _("taking up news of messages"), task="surveys.sync_invitations", model=Message)

# The message that arrived decides, else one that left, else the newest: an ask by a second medium that fails does not
# undo the first. An answer, an expiry and a suppression stand whatever happens to a message.
# The rows are locked before their status is read: an answer that comes at the same moment is seen, not written over.
FATES = """
    WITH fate AS (
        SELECT DISTINCT ON (sending.invitation_id) sending.invitation_id AS id, message.status, message.sent_at,
            message.delivered_at
        FROM surveys_invitationmessage AS sending
        JOIN delivery_message AS message ON message.id = sending.message_id
        WHERE message.purpose = 'invite' AND sending.invitation_id IN (
            SELECT invitation_id FROM surveys_invitationmessage WHERE message_id = ANY(%(messages)s)
        )
        ORDER BY sending.invitation_id,
            CASE message.status WHEN 'delivered' THEN 0 WHEN 'sent' THEN 1 ELSE 2 END, message.id DESC
    )
    , told AS (
        SELECT fate.*, CASE
            WHEN fate.status = 'sent' AND i.status IN ('queued', 'failed', 'unknown') THEN 'sent'
            WHEN fate.status = 'delivered' AND i.status IN ('queued', 'sent', 'failed', 'unknown') THEN 'delivered'
            WHEN fate.status IN ('failed', 'bounced') AND i.status IN ('queued', 'sent', 'delivered', 'unknown')
                THEN 'failed'
            WHEN fate.status = 'unknown' AND i.status = 'queued' THEN 'unknown'
            WHEN fate.status IN ('queued', 'sending') AND i.status IN ('failed', 'unknown') THEN 'queued'
            ELSE i.status
        END AS new_status
        FROM fate JOIN surveys_invitation AS i ON i.id = fate.id
        ORDER BY i.id FOR UPDATE OF i
    )
    UPDATE surveys_invitation AS invitation SET
        status = told.new_status,
        sent_at = COALESCE(invitation.sent_at, told.sent_at),
        delivered_at = COALESCE(invitation.delivered_at, told.delivered_at),
        -- Nobody was asked by what came back, was never handed over, or may not have been.
        asked_at = CASE
            WHEN told.new_status IN ('sent', 'delivered', 'expired', 'answered')
                THEN COALESCE(invitation.asked_at, invitation.sent_at, told.sent_at)
        END
    FROM told WHERE invitation.id = told.id
"""
# Called off before it was handed over, and no other way led on: nobody was asked, and the reason says why.
CALLED_OFF = """
    UPDATE surveys_invitation AS invitation
    SET status = 'suppressed', asked_at = NULL,
        reason = COALESCE(%(codes)s::jsonb ->> message.error, 'called_off')
    FROM surveys_invitationmessage AS sending
    JOIN delivery_message AS message ON message.id = sending.message_id
    WHERE sending.invitation_id = invitation.id AND message.id = ANY(%(messages)s)
        AND message.purpose = 'invite' AND message.status = 'cancelled'
        AND invitation.status IN ('queued', 'failed', 'unknown') AND invitation.sent_at IS NULL
        AND NOT EXISTS (
            SELECT FROM surveys_invitationmessage AS later
            JOIN delivery_message ON delivery_message.id = later.message_id AND delivery_message.purpose = 'invite'
            WHERE later.invitation_id = invitation.id AND later.message_id > message.id
        )
"""


def sync(message_ids: Iterable[int] | None = None) -> int:
    """Take up the news of these messages (of all by default) and return how many messages had some.

    Invitations become sent, delivered or failed, and what failed goes on by the next medium; an address that bounces
    too often is marked and its owner told; whoever complained or unsubscribed at their mail provider is never asked
    again. News is taken up once, so a later change of mind stands. A message whose news cannot be taken up is set aside
    and stops no other.
    """
    ids = None if message_ids is None else list(message_ids)
    taken = 0
    while batch := _take_up(ids):
        taken += batch
    return taken


@transaction.atomic
def _take_up(ids: list[int] | None) -> int:
    run = NEWS.run(clock.now())
    messages = Message.objects.with_news().exclude(pk__in=run.resting)
    messages = messages.select_for_update(skip_locked=True).order_by("pk")
    if ids is not None:
        messages = messages.filter(pk__in=ids)
    found = list(messages.values_list("pk", flat=True)[:BATCH])
    run.each_alone(found, _tell, due=messages)
    return len(found)


def _tell(message_ids: Sequence[int]) -> None:
    told: dict[str, Any] = {"messages": list(message_ids), "codes": json.dumps(last_check.CODES)}
    with connection.cursor() as cursor:
        cursor.execute(FATES, told)
        address_news.take_up(message_ids)
        next_medium.go_on(message_ids)
        cursor.execute(CALLED_OFF, told)
    Message.objects.filter(pk__in=message_ids).update(has_news=False, bounce="")
