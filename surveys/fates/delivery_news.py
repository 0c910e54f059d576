"""What became of messages, told to the invitations and contacts they belong to."""

from collections.abc import Iterable

from django.db import connection, transaction

from delivery.models import Message
from surveys.fates import address_news, next_medium

BATCH = 2000

# The newest message that asks decides; an answer, an expiry and a suppression stand whatever happens to a message.
FATES = """
    WITH fate AS (
        SELECT DISTINCT ON (sending.invitation_id) sending.invitation_id AS id, message.status, message.sent_at,
            message.delivered_at
        FROM surveys_invitationmessage AS sending
        JOIN delivery_message AS message ON message.id = sending.message_id
        WHERE message.purpose = 'invite' AND sending.invitation_id IN (
            SELECT invitation_id FROM surveys_invitationmessage WHERE message_id = ANY(%(messages)s)
        )
        ORDER BY sending.invitation_id, message.id DESC
    )
    UPDATE surveys_invitation AS invitation SET
        status = CASE
            WHEN fate.status = 'sent' AND invitation.status IN ('queued', 'failed') THEN 'sent'
            WHEN fate.status = 'delivered' AND invitation.status IN ('queued', 'sent', 'failed') THEN 'delivered'
            WHEN fate.status IN ('failed', 'bounced') AND invitation.status IN ('queued', 'sent', 'delivered')
                THEN 'failed'
            WHEN fate.status IN ('queued', 'sending') AND invitation.status = 'failed' THEN 'queued'
            ELSE invitation.status
        END,
        sent_at = COALESCE(invitation.sent_at, fate.sent_at),
        delivered_at = COALESCE(invitation.delivered_at, fate.delivered_at)
    FROM fate WHERE invitation.id = fate.id
"""


def sync(message_ids: Iterable[int] | None = None) -> int:
    """Take up the news of these messages (of all by default) and return how many messages had some.

    Invitations become sent, delivered or failed, and what failed goes on by the next medium; an address that bounces
    too often is marked and its owner told; whoever complained or unsubscribed at their mail provider is never asked
    again. News is taken up once, so a later change of mind stands.
    """
    ids = None if message_ids is None else list(message_ids)
    taken = 0
    while batch := _take_up(ids):
        taken += batch
    return taken


@transaction.atomic
def _take_up(ids: list[int] | None) -> int:
    messages = Message.objects.with_news().select_for_update(skip_locked=True).order_by("pk")
    if ids is not None:
        messages = messages.filter(pk__in=ids)
    found = list(messages.values_list("pk", flat=True)[:BATCH])
    if found:
        with connection.cursor() as cursor:
            cursor.execute(FATES, {"messages": found})
        address_news.take_up(found)
        next_medium.go_on(found)
        Message.objects.filter(pk__in=found).update(has_news=False, bounce="")
    return len(found)
