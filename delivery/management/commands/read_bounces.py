from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from delivery.media.email import inbox, mailboxes


class Command(BaseCommand):
    help = "Read mail systems' reports (bounces, complaints) from where the settings say, or from a folder of *.eml."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="Read this folder instead.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["folder"]
        read = mailboxes.read_folder(folder, inbox.take_report) if folder else inbox.read_reports()
        said = ngettext("%(count)d report read", "%(count)d reports read", read.reports) % {"count": read.reports}
        others = ngettext("%(count)d other mail left", "%(count)d other mails left", read.others)
        self.stdout.write(f"{said}, {others % {'count': read.others}}.")
