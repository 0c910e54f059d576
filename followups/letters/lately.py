"""Who had a letter of ours of late that they had not asked for: one clock for every kind of such letters.

What surveys asked is counted by `surveys.judging.asks`, at addresses too.
"""

from collections.abc import Collection
from datetime import datetime

from followups.models import ImprovementLetter, MailingRecipient


def written_to(contacts: Collection[int], since: datetime) -> set[int]:
    """Return to which of these contacts a mailing or a letter about an improvement was written since; two queries."""
    mailings = MailingRecipient.objects.filter(
        contact__in=contacts, status=MailingRecipient.Status.WRITTEN, decided_at__gt=since
    )
    told = ImprovementLetter.objects.written().filter(contact__in=contacts, written_at__gt=since)
    return {*mailings.values_list("contact", flat=True), *told.values_list("contact", flat=True)}
