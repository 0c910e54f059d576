from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from analytics import services


class Command(BaseCommand):
    help = "Count every day of the dashboards anew from the raw answers and invitations."

    def handle(self, *args: Any, **options: Any) -> None:
        days = services.rebuild_rollups()
        self.stdout.write(ngettext("%(days)d day counted anew.", "%(days)d days counted anew.", days) % {"days": days})
