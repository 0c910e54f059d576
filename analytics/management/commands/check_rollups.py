from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from analytics import services

# So many of the wrong ones are named.
SHOWN = 20


class Command(BaseCommand):
    help = "Compare the rollups of the dashboards with raw answers and invitations, and these with each other."

    def handle(self, *args: Any, **options: Any) -> None:
        found = services.check_rollups()
        for disagreement in found:
            self.stderr.write(f"{disagreement.start} {disagreement.dimension}")
        if found:
            raise CommandError(_("The rollups differ from the raw rows there. Run rebuild_rollups."))
        if wrong := services.invitations_that_disagree_with_answers():
            for invitation in wrong[:SHOWN]:
                self.stderr.write(f"invitation {invitation}")
            raise CommandError(
                _("%(number)d invitations say otherwise than their answers whether they were answered.")
                % {"number": len(wrong)}
            )
        self.stdout.write(_("The rollups agree with the raw rows."))
