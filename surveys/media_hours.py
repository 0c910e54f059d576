"""The hours of the media: when the law or custom lets us write, on the customer's own clock."""

from collections.abc import Mapping
from typing import NamedTuple

from surveys.models import WritingHours
from surveys.sendwindow import Window


class MediaHours(NamedTuple):
    """Windows by medium and country; "" stands for all countries that have none of their own."""

    windows: Mapping[tuple[str, str], Window]

    @classmethod
    def fetch(cls) -> "MediaHours":
        return cls({(row.medium, row.country): row.window for row in WritingHours.objects.all()})

    @property
    def media(self) -> set[str]:
        return {medium for medium, _country in self.windows}

    def of(self, medium: str, country: str) -> Window | None:
        """Return the hours of a medium in a country (a code of ISO 3166, or ""), None where it has none."""
        return self.windows.get((medium, country)) or self.windows.get((medium, ""))

    def within(self, window: Window, medium: str, country: str) -> Window:
        """Return what is left of a window by a medium; it may be a window that never opens."""
        hours = self.of(medium, country)
        return window.within(hours) if hours else window
