from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import clock


class Command(BaseCommand):
    help = "Let time pass for every process that shares CLOCK_OFFSET_FILE (demo, smoke run, rehearsals)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=float, default=0)
        parser.add_argument("--hours", type=float, default=0)
        parser.add_argument("--minutes", type=float, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        by = timedelta(days=options["days"], hours=options["hours"], minutes=options["minutes"])
        try:
            clock.advance(by)
        except clock.ClockIsReal as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"It is now {clock.now():%Y-%m-%d %H:%M} UTC for Plumb.")
