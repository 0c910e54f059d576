import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import actors, clock, securitylog
from accounts.models import User
from onboarding.configuration import document, intake
from onboarding.configuration.comparison import FileComparison, RowChange, compare
from onboarding.configuration.document import Document, FileRefused


class Command(BaseCommand):
    help = "Write the configuration as one file without secrets, say what such a file would change, or take it in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        deeds.add_parser("write", help="to standard output")
        for deed, said in (("compare", "say what it would change"), ("take", "change it")):
            one = deeds.add_parser(deed, help=said)
            one.add_argument("file", help="as it was written; - is standard input")
            one.add_argument(
                "--by", required=True, help="login address of the person in whose name and rights it is done"
            )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["deed"] == "write":
            securitylog.note(securitylog.Kind.EXPORTED, subject="configuration")
            self.stdout.write(document.write(now=clock.now()), ending="")
            return
        person = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody here has the login address {options['by']}.")
        brought = _read(options["file"])
        with actors.acting_as(person, name="configuration"), intake.alone():
            comparison = compare(brought)
            bring = intake.try_out if options["deed"] == "compare" else intake.take
            bring(comparison, person)
        self._report(comparison)

    def _report(self, comparison: FileComparison) -> None:
        for change in comparison.changes:
            self._say(change)
        for kind, titles in comparison.only_here:
            self.stdout.write(f"= only here: {kind.name} · {', '.join(titles)}")
        for name in comparison.unknown:
            self.stdout.write(f"? not known here: {name}")
        if refused := sum(bool(change.trouble) for change in comparison.changes):
            raise CommandError(f"{refused} of {len(comparison.changes)} changes cannot be made.")

    def _say(self, change: RowChange) -> None:
        sign = "!" if change.trouble else "+" if change.is_new else "~"
        self.stdout.write(f"{sign} {change.kind.name} · {change.title}")
        for trouble in change.trouble:
            self.stdout.write(f"    {trouble}")
        for difference in () if change.is_new else change.differences:
            for line in difference.lines:
                name = " · ".join(part for part in (difference.column.name, line.name) if part)
                self.stdout.write(f"    {name}: {line.here} → {line.there}")


def _read(path: str) -> Document:
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return document.read(content)
    except FileRefused as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
