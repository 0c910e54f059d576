"""What became of messages, told to the invitations and contacts they belong to."""

from collections.abc import Iterable

from django.db import connection, transaction

from delivery.models import Message
from surveys.fates import next_medium
from surveys.models import AskingPolicy

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
# Called off because the customer opted out meanwhile: nobody was asked.
CALLED_OFF = """
    UPDATE surveys_invitation AS invitation
    SET status = 'suppressed', reason = 'do_not_contact', asked_at = NULL
    FROM surveys_invitationmessage AS sending
    JOIN delivery_message AS message ON message.id = sending.message_id,
        crm_contact AS contact
    WHERE sending.invitation_id = invitation.id AND message.id = ANY(%(messages)s)
        AND message.purpose = 'invite' AND message.status = 'cancelled'
        AND contact.id = invitation.contact_id AND contact.do_not_contact_at IS NOT NULL
        AND invitation.status IN ('queued', 'failed') AND invitation.sent_at IS NULL
"""
ARRIVED = """
    UPDATE crm_contact AS contact SET email_hard_bounces = 0, email_soft_bounces = 0
    FROM delivery_message AS message
    WHERE message.id = ANY(%(messages)s) AND message.status = 'delivered' AND message.medium = 'email'
        AND upper(contact.email) = upper(message.to_address)
        AND (contact.email_hard_bounces > 0 OR contact.email_soft_bounces > 0)
"""
# Each bounce is charged to its address once: the message forgets it then. So many of a kind in a row end its use.
BOUNCED = """
    WITH charged AS (
        SELECT upper(to_address) AS address, count(*) FILTER (WHERE bounce = 'hard') AS hard,
            count(*) FILTER (WHERE bounce = 'soft') AS soft, max(failed_at) AS at
        FROM delivery_message
        WHERE id = ANY(%(messages)s) AND bounce <> '' AND medium = 'email'
        GROUP BY upper(to_address)
    )
    UPDATE crm_contact AS contact SET
        email_hard_bounces = LEAST(contact.email_hard_bounces + charged.hard, 1000),
        email_soft_bounces = LEAST(contact.email_soft_bounces + charged.soft, 1000),
        email_bounced_at = CASE
            WHEN contact.email_bounced_at IS NULL AND (
                charged.hard > 0 AND contact.email_hard_bounces + charged.hard >= %(hard)s
                OR charged.soft > 0 AND contact.email_soft_bounces + charged.soft >= %(soft)s
            ) THEN charged.at
            ELSE contact.email_bounced_at
        END
    FROM charged WHERE upper(contact.email) = charged.address
"""
# The reasons of an objection are reasons of an opt-out.
OBJECTED = """
    UPDATE crm_contact AS contact
    SET do_not_contact_at = message.objected_at, do_not_contact_reason = message.objection
    FROM delivery_message AS message
    WHERE message.id = ANY(%(messages)s) AND message.objection <> '' AND message.medium = 'email'
        AND upper(contact.email) = upper(message.to_address) AND contact.do_not_contact_at IS NULL
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
        policy = AskingPolicy.current()
        with connection.cursor() as cursor:
            for statement in (FATES, CALLED_OFF, ARRIVED, BOUNCED, OBJECTED):
                cursor.execute(statement, {"messages": found, "hard": policy.hard_bounces, "soft": policy.soft_bounces})
        next_medium.go_on(found)
        Message.objects.filter(pk__in=found).update(has_news=False, bounce="")
    return len(found)
