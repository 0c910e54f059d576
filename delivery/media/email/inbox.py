"""What comes back by mail, read from wherever the settings say: mail systems' reports are told to the messages they are
about, and what customers answer is written down.

Reading a mail twice, by two readers at once or after a crash, changes nothing: what it says is known by then. A mail
that cannot be read is set aside with its reason, shown to administrators and keeps no other from being read; so is a
mailbox that cannot be opened.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.batches import NOT_OF_A_ROW, each_alone, one_by_one, reason_of
from accounts.setaside import Batch, BatchRun
from delivery import correspondence
from delivery.correspondence import Answered
from delivery.media.email import arrivals, reply_addresses, reports
from delivery.media.email.mailboxes import LIMIT, Folder, ImapMailbox, Sorted, Source
from delivery.media.email.replies import mail as replies
from delivery.media.email.replies.mail import ArrivedMail
from delivery.services import hear

log = structlog.get_logger(__name__)

# A run ends after so many seconds: the next one goes on where it stopped.
SECONDS = 45
# So many are read before what customers wrote in them is written down.
TOGETHER = 100
# A mail is no better an hour later: somebody has to ask for it.
MAILS = Batch("mails", _("reading mail that comes back"), task="delivery.read_bounces", patience=())
# In the place of a mail: the mailbox itself.
WHOLE = ""


@dataclass
class Read:
    """How many mails were reports, something else, could not be read, or were letters of customers."""

    reports: int = 0
    others: int = 0
    set_aside: int = 0
    letters: int = 0


# What customers wrote, by the names of the mails.
Letters = dict[str, ArrivedMail]


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
    return _taken(raw) is True


def take_mail(raw: bytes, *, source: str) -> None:
    """Take one mail that no mailbox holds: whatever it is, it is written down, also when it answers nothing of ours.

    One that cannot be read is kept as the text that it came as.
    """
    worked = one_by_one([raw], _taken)
    taken = worked.results[0] if worked.results else replies.unread(raw, now=clock.now())
    if taken is True:
        return
    mail = taken if isinstance(taken, ArrivedMail) else replies.read(raw, now=clock.now())
    mail = _completed(mail, raw) if mail.is_cut else mail
    correspondence.keep([(mail, correspondence.answered([mail])[0])], source=source)


def _taken(raw: bytes) -> ArrivedMail | bool:
    """Take the news out of a report (True), or return what answers a letter of ours; False for any other mail."""
    mail, now = arrivals.read(raw), clock.now()
    found = reports.of(mail, now=now)
    for news in found or []:
        hear(news)
    if found is not None:
        return True
    # Where nobody asks for answers to come here, those that do are for the people who read this mailbox.
    references = replies.references(mail) if reply_addresses.are_read() else None
    is_cut = len(raw) >= arrivals.LARGEST
    return replies.of(mail, references, raw=raw, now=now, is_cut=is_cut) if references else False


def _read_source(source: Source, run: BatchRun, read: Read) -> None:
    until = time.monotonic() + SECONDS
    # What could not even be put away is new again every time; it comes last, lest it keep others from being read.
    names = sorted(source.new(), key=run.kept.__contains__)[:LIMIT]
    for together in (names[start : start + TOGETHER] for start in range(0, len(names), TOGETHER)):
        letters: Letters = {}
        for name in together:
            if time.monotonic() > until:
                break
            with _setting_aside(source, name, run, read):
                _read_mail(source, name, run, read, letters)
        _keep(source, letters, run, read)


@contextmanager
def _setting_aside(source: Source, name: str, run: BatchRun, read: Read) -> Iterator[None]:
    """Set a mail aside that cannot be fetched or put away; an error of no mail is raised."""
    of_no_mail: tuple[type[Exception], ...] = (*NOT_OF_A_ROW, *source.lost)
    try:
        yield
    except of_no_mail:
        raise
    except Exception as error:
        log.exception("mail could not be fetched or put away", source=source.name, mail=name)
        run.set_aside(name, reason_of(error))
        read.set_aside += 1


def _read_mail(source: Source, name: str, run: BatchRun, read: Read, letters: Letters) -> None:
    beginning = source.beginning(name)
    if beginning is None:
        return
    worked = one_by_one([beginning], _taken)
    if worked.set_aside:
        _put_away_broken(source, name, worked.set_aside[0].reason, run, read)
        return
    taken = worked.results[0]
    if isinstance(taken, ArrivedMail):
        whole = source.beginning(name, most=replies.WHOLE) if taken.is_cut else None
        letters[name] = _completed(taken, whole) if whole else taken
        return
    source.put_away(name, Sorted.REPORT if taken else Sorted.FOR_PEOPLE)
    run.forget([name])
    read.reports += taken
    read.others += not taken


def _completed(begun: ArrivedMail, raw: bytes) -> ArrivedMail:
    """Return all that a long mail says; its beginning where the rest cannot be read."""
    worked = one_by_one([raw], lambda whole: replies.complete(whole, begun, now=clock.now()))
    return worked.results[0] if worked.results else begun


def _keep(source: Source, letters: Letters, run: BatchRun, read: Read) -> None:
    """Write down the letters that answer ours, and leave the others to people; only then is any put away."""
    found = dict(zip(letters, correspondence.answered(list(letters.values())), strict=True))
    ours = [name for name in letters if found[name]]
    worked = each_alone(ours, lambda names: _write_down(names, letters, found, source))
    broken = {aside.row: aside.reason for aside in worked.set_aside}
    for name in letters:
        with _setting_aside(source, name, run, read):
            if name in broken:
                _put_away_broken(source, name, broken[name], run, read)
                continue
            source.put_away(name, Sorted.LETTER if found[name] else Sorted.FOR_PEOPLE)
            run.forget([name])
            read.letters += found[name] is not None
            read.others += found[name] is None


def _write_down(names: Sequence[str], letters: Letters, found: Mapping[str, Answered | None], source: Source) -> int:
    return correspondence.keep([(letters[name], found[name]) for name in names], source=source.name)


def _put_away_broken(source: Source, name: str, reason: str, run: BatchRun, read: Read) -> None:
    source.put_away(name, Sorted.BROKEN)
    run.set_aside(name, reason)
    read.set_aside += 1


def _bring_back(source: Source, run: BatchRun) -> None:
    """Have those mails given again that somebody asked for; one that is gone from there is forgotten."""
    run.forget([name for name in run.wanted if name != WHOLE and not source.bring_back(name)])
