from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from delivery.media.email import inbox
from delivery.media.email.mailboxes import Folder


class Command(BaseCommand):
    help = (
        "Read mail systems' reports (bounces, complaints) and customers' letters from where the settings say, or "
        "from a folder of *.eml."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="Read this folder instead.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["folder"]
        read = inbox.read_reports([Folder(folder)] if folder else None)
        said = [
            ngettext("%(count)d report read", "%(count)d reports read", read.reports) % {"count": read.reports},
            ngettext("%(count)d other mail left", "%(count)d other mails left", read.others) % {"count": read.others},
        ]
        if read.letters:
            said.insert(
                1, ngettext("%(count)d letter taken", "%(count)d letters taken", read.letters) % {"count": read.letters}
            )
        if read.set_aside:
            aside = ngettext("%(count)d mail set aside", "%(count)d mails set aside", read.set_aside)
            said.append(aside % {"count": read.set_aside})
        self.stdout.write(f"{', '.join(said)}.")
