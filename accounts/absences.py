"""Who is away, and who stands in for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from accounts import dates
from accounts.models import Absence, User


@dataclass(frozen=True)
class Absences:
    """The absences of one day, by the key of who is away; of several of one person the one that ends last."""

    of: Mapping[int, Absence]

    @classmethod
    def on(cls, day: date) -> "Absences":
        """Fetch who is away on `day`; one query."""
        away = Absence.objects.on(day).select_related("deputy__team").order_by("last_day", "pk")
        return cls({absence.person_id: absence for absence in away})

    def stand_in(self, person: User | None) -> User | None:
        """Return who does a person's new work: that person, else the deputy, or the deputy's own deputy, and so on.

        None where nobody is left: the last one named no deputy, or one who has left, or one earlier in the chain.
        """
        met: set[int] = set()
        while person is not None and person.pk in self.of:
            if person.pk in met:
                return None
            met.add(person.pk)
            person = self.of[person.pk].deputy
        return person if person is not None and person.is_active else None

    def in_words(self, person: User) -> str:
        """Name a person, and if they are away until when, and who stands in for them."""
        absence = self.of.get(person.pk)
        if absence is None:
            return str(person)
        deputy = self.stand_in(person)
        said = _("%(name)s, away until %(day)s; %(deputy)s stands in") if deputy else _("%(name)s, away until %(day)s")
        return said % {"name": person, "day": dates.day(absence.last_day), "deputy": deputy}


def end(absence: Absence, today: date) -> None:
    """Let a person be back from `today` on: an absence that had not begun by then is forgotten."""
    yesterday = today - timedelta(days=1)
    if absence.first_day > yesterday:
        absence.delete()
    elif absence.last_day > yesterday:
        absence.last_day = yesterday
        absence.save(update_fields=["last_day"])
