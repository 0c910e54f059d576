from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from accounts.models import ClientKey
from accounts.services import issue_client_key


class Command(BaseCommand):
    help = "Make a client key for another system and print its secret, which cannot be read again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="the name under which that system's records are kept, such as hubspot")
        parser.add_argument("--name", default="", help="shown to administrators; the source when left out")
        parser.add_argument(
            "--scope",
            action="append",
            choices=ClientKey.Scope.values,
            help="what it may do, once for each; write when left out",
        )
        parser.add_argument("--days", type=int, default=0, help="how long it is valid; without it, until it is revoked")

    def handle(self, *args: Any, **options: Any) -> None:
        expires_at = clock.now() + timedelta(days=options["days"]) if options["days"] else None
        try:
            _key, secret = issue_client_key(
                name=options["name"] or options["source"],
                source=options["source"],
                scopes=options["scope"] or [ClientKey.Scope.WRITE.value],
                expires_at=expires_at,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(secret)
