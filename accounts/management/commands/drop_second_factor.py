from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.access import secondfactor
from accounts.models import User


class Command(BaseCommand):
    help = "Take the second factor of a person away who lost it, where no administrator is left who could."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="the address by which the person logs in")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email=options["address"].strip().lower()).first()
        if person is None or not secondfactor.take_away(person):
            raise CommandError(_("Nobody with this address has a second factor."))
        self.stdout.write(_("They log in by their password alone now: %(names)s") % {"names": person})
