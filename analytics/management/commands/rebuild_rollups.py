from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from analytics import services


class Command(BaseCommand):
    help = "Count every day of the dashboards anew from the raw answers and invitations."

    def handle(self, *args: Any, **options: Any) -> None:
        services.rebuild_rollups()
        self.stdout.write(_("Every day is counted anew."))
