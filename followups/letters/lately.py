"""Who had a letter of ours of late that they had not asked for: one clock for every kind of such letters.

What surveys asked is counted by `surveys.judging.asks`, at addresses too.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from accounts.media import Medium
from crm.models import ContactAddress
from delivery.models import Message
from followups.models import ImprovementLetter, MailingRecipient


def written_to(contacts: Collection[int], since: datetime) -> set[int]:
    """Return to which of these contacts a mailing or a letter about an improvement was written since; three queries.

    A letter to a mailbox that they share with another record is one to them. What did not arrive is none.
    """
    carried = _mailboxes(contacts)
    about = {*contacts, *carried}
    mailings = MailingRecipient.objects.filter(
        contact__in=about, status=MailingRecipient.Status.WRITTEN, decided_at__gt=since
    ).exclude(message__status__in=Message.NOT_ARRIVED)
    told = ImprovementLetter.objects.told().filter(contact__in=about, written_at__gt=since)
    letters = [
        *mailings.values_list("contact", "message__to_address"),
        *told.values_list("contact", "message__to_address"),
    ]
    had = {contact for contact, _address in letters}
    mailboxes = {address for _contact, address in letters if address}
    return {contact for contact in contacts if contact in had or mailboxes & carried.get(contact, set())}


def _mailboxes(contacts: Collection[int]) -> Mapping[int, set[str]]:
    """Return the mailboxes of these contacts, and of others who carry the same ones; one query."""
    theirs = ContactAddress.objects.filter(contact__in=contacts, medium=Medium.EMAIL).values("value")
    rows = ContactAddress.objects.filter(value__in=theirs, medium=Medium.EMAIL)
    carried: defaultdict[int, set[str]] = defaultdict(set)
    for contact, value in rows.values_list("contact", "value"):
        carried[contact].add(value)
    return carried
