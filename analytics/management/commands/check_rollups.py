from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from analytics import services


class Command(BaseCommand):
    help = "Compare the rollups of the dashboards with the raw answers and invitations."

    def handle(self, *args: Any, **options: Any) -> None:
        found = services.check_rollups()
        for disagreement in found:
            self.stderr.write(f"{disagreement.start} {disagreement.dimension}")
        if found:
            raise CommandError(_("The rollups differ from the raw rows there. Run rebuild_rollups."))
        self.stdout.write(_("The rollups agree with the raw rows."))
