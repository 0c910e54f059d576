"""What mail systems report by mail, read from wherever the settings say and told to the messages it is about."""

from pathlib import Path

from django.conf import settings

from accounts import clock
from delivery.media.email import mailboxes, reports
from delivery.media.email.mailboxes import Read
from delivery.services import hear


def read_reports() -> Read:
    """Take the news out of the mail systems' reports that have arrived; reading a report twice changes nothing."""
    read = Read()
    if settings.BOUNCE_DROP_DIR:
        read += mailboxes.read_folder(Path(settings.BOUNCE_DROP_DIR), take_report)
    if settings.BOUNCE_IMAP_URL:
        read += mailboxes.read_imap(settings.BOUNCE_IMAP_URL, take_report)
    return read


def take_report(raw: bytes) -> bool:
    """Take the news out of one mail; return False when it is no report."""
    found = reports.read(raw, now=clock.now())
    for news in found or []:
        hear(news)
    return found is not None
