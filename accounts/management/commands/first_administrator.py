from typing import Any

from django.core.management.base import BaseCommand

from accounts.access import first


class Command(BaseCommand):
    help = "Print the link by which the first administrator makes themselves, as long as there never was one."

    def handle(self, *args: Any, **options: Any) -> None:
        if first.is_wanted():
            self.stdout.write(
                f"Nobody administers here yet. Who opens this link first does, so keep it to yourself:\n{first.link()}"
            )
        else:
            self.stdout.write("There is an administrator.")
