"""What mail systems report by mail, read from wherever the settings say and told to the messages it is about.

Reading a report twice, by two readers at once or after a crash, changes nothing: its news is known by then. A mail that
cannot be read is set aside with its reason, shown to administrators and keeps no other from being read; so is a mailbox
that cannot be opened.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.batches import NOT_OF_A_ROW, one_by_one, reason_of
from accounts.setaside import Batch, BatchRun
from delivery.media.email import reports
from delivery.media.email.mailboxes import LIMIT, Folder, ImapMailbox, Sorted, Source
from delivery.services import hear

log = structlog.get_logger(__name__)

# A run ends after so many seconds: the next one goes on where it stopped.
SECONDS = 45
# A mail is no better an hour later: somebody has to ask for it.
MAILS = Batch("mails", _("reading reports by mail"), task="delivery.read_bounces", patience=())
# In the place of a mail: the mailbox itself.
WHOLE = ""


@dataclass
class Read:
    """How many mails were reports, how many were something else, how many could not be read."""

    reports: int = 0
    others: int = 0
    set_aside: int = 0


def sources() -> list[Source]:
    """Return where reports arrive, as the settings say."""
    folders: list[Source] = [Folder(Path(settings.BOUNCE_DROP_DIR))] if settings.BOUNCE_DROP_DIR else []
    return folders + ([ImapMailbox(settings.BOUNCE_IMAP_URL)] if settings.BOUNCE_IMAP_URL else [])


def read_reports(given: list[Source] | None = None) -> Read:
    """Take the news out of the reports that have arrived in the sources, those of the settings by default."""
    read = Read()
    for source in sources() if given is None else given:
        run = MAILS.run(clock.now(), place=source.name)
        try:
            with source:
                _bring_back(source, run)
                _read_source(source, run, read)
        except NOT_OF_A_ROW:
            raise
        except Exception as error:
            log.exception("mailbox could not be read", source=source.name)
            run.set_aside(WHOLE, reason_of(error))
        else:
            run.forget([WHOLE])
    return read


def take_report(raw: bytes) -> bool:
    """Take the news out of one mail; return False when it is no report."""
    found = reports.read(raw, now=clock.now())
    for news in found or []:
        hear(news)
    return found is not None


def _read_source(source: Source, run: BatchRun, read: Read) -> None:
    until = time.monotonic() + SECONDS
    of_no_mail: tuple[type[Exception], ...] = (*NOT_OF_A_ROW, *source.lost)
    # What could not even be put away is new again every time; it comes last, lest it keep others from being read.
    for name in sorted(source.new(), key=run.kept.__contains__)[:LIMIT]:
        if time.monotonic() > until:
            return
        try:
            _read_mail(source, name, run, read)
        except of_no_mail:
            raise
        except Exception as error:
            log.exception("mail could not be fetched or put away", source=source.name, mail=name)
            run.set_aside(name, reason_of(error))
            read.set_aside += 1


def _read_mail(source: Source, name: str, run: BatchRun, read: Read) -> None:
    beginning = source.beginning(name)
    if beginning is None:
        return
    worked = one_by_one([beginning], take_report)
    if worked.set_aside:
        source.put_away(name, Sorted.BROKEN)
        run.set_aside(name, worked.set_aside[0].reason)
        read.set_aside += 1
        return
    is_report = worked.results[0]
    source.put_away(name, Sorted.REPORT if is_report else Sorted.FOR_PEOPLE)
    run.forget([name])
    read.reports += is_report
    read.others += not is_report


def _bring_back(source: Source, run: BatchRun) -> None:
    """Have those mails given again that somebody asked for; one that is gone from there is forgotten."""
    run.forget([name for name in run.wanted if name != WHOLE and not source.bring_back(name)])
