"""Files that go out with messages: put beside the message, read when it leaves, forgotten some days after it has."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Count

from accounts import clock
from delivery.media.email.mime import AttachedFile
from delivery.models import Attachment, Message

# A message that failed may be sent again so long with its files.
KEPT = timedelta(days=7)
DONE = (
    Message.Status.SENT, Message.Status.DELIVERED, Message.Status.FAILED, Message.Status.BOUNCED,
    Message.Status.CANCELLED,
)  # fmt: skip


def put(message: Message, files: Sequence[AttachedFile]) -> None:
    """Keep the files of a message that has none yet; a repeat changes nothing."""
    rows = [
        Attachment(message=message, position=position, name=file.name, type=file.type, content=file.content)
        for position, file in enumerate(files)
    ]
    Attachment.objects.bulk_create(rows, ignore_conflicts=True)


def of(message: Message) -> list[AttachedFile]:
    """Return the files of a message in their order."""
    rows = Attachment.objects.filter(message=message).order_by("position")
    return [AttachedFile(row.name, row.type, bytes(row.content)) for row in rows]


def counted(messages: Collection[Message]) -> dict[int, int]:
    """Return how many files are kept of each of these messages that has any, by primary key; one query."""
    rows = Attachment.objects.filter(message__in=[message.pk for message in messages])
    return dict(rows.values_list("message").annotate(Count("pk")))


def forget_old(*, now: datetime | None = None) -> int:
    """Forget the files of messages that left, or ended otherwise, more than KEPT ago; return how many those were."""
    over = Message.objects.filter(status__in=DONE, changed_at__lt=(now or clock.now()) - KEPT)
    return Attachment.objects.filter(message__in=over).delete()[0]
