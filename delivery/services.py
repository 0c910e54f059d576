from collections.abc import Sequence

from delivery.models import Message


def queue(messages: Sequence[Message]) -> list[Message]:
    """Put messages into the outbox and return them, in the same order, as they are in the database.

    A message whose idempotency key is already there is not written again: the row that is there is returned.
    """
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=1000)
    keys = [message.idempotency_key for message in messages]
    rows = {row.idempotency_key: row for row in Message.objects.filter(idempotency_key__in=keys)}
    return [rows[key] for key in keys]
