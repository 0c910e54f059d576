import logging
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.data import loading
from demo.logins import LOGINS


class Command(BaseCommand):
    help = "Load the demo company into an empty database, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=loading.SEED, help="Another seed makes another company.")

        parser.add_argument("--share", type=float, default=1.0, help="Make only this share of its customers and deals.")

        parser.add_argument(
            "--i-know", action="store_true", help="Do it though DEBUG is off: anybody can read the passwords it sets."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["i_know"]:
            raise CommandError(
                "The demo company brings an administrator whose password everybody knows. If this is no installation "
                "that others reach, say so with --i-know."
            )
        if loading.is_loaded():
            self.stdout.write("The demo company is already here; nothing was changed.")
            return
        started = time.monotonic()
        try:
            with quiet_about_people():
                loaded = loading.load(seed=options["seed"], share=options["share"])
        except loading.NotEmpty as refusal:
            raise CommandError(
                "This database already has contacts; the demo company is loaded into an empty one only."
            ) from refusal
        loading.tidy_up()
        self.stdout.write(f"Loaded the demo company in {time.monotonic() - started:.0f} s:")
        for name, count in loaded.rows.items():
            self.stdout.write(f"  {count:>7,} {name}")
        self.stdout.write("Follow-ups: " + in_words(loaded.followups))
        self.stdout.write("Invitations: " + in_words(loaded.invitations))
        self.stdout.write("Log in as:")
        for role, email, password in LOGINS:
            self.stdout.write(f"  {email:22} {password}  ({role})")


@contextmanager
def quiet_about_people() -> Iterator[None]:
    """Keep a terminal free of the company's people, who are made by the dozen: nobody was let in."""
    log = logging.getLogger("plumb.security")
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(level)


def in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))
