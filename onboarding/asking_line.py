"""Whether anybody is asked, in one line; a pure function of the circumstances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onboarding import hindrances
from onboarding.circumstances import Circumstances
from onboarding.figures import MOST
from onboarding.hindrances import Gravity, Hindrance
from onboarding.ways import WayOut


@dataclass(frozen=True)
class AskingLine:
    """`because` is what to mend first, where asking is off or stands still."""

    gravity: Gravity
    sentence: str
    because: Hindrance | None = None

    @property
    def way(self) -> WayOut | None:
        return self.because.way if self.because else None

    @property
    def is_on(self) -> bool:
        return self.gravity is Gravity.NOTED


def of(known: Circumstances, found: list[Hindrance] | None = None) -> AskingLine:
    """Return the line; `found`: the hindrances of these circumstances, where they are at hand."""
    first = next(iter(hindrances.find(known) if found is None else found), None)
    if first is None or first.gravity is Gravity.NOTED:
        return AskingLine(Gravity.NOTED, _on(known))
    heading = _("Asking is OFF.") if first.gravity is Gravity.OFF else _("Asking is ON, but stands still.")
    return AskingLine(first.gravity, heading, first)


def _on(known: Circumstances) -> str:
    upcoming = known.upcoming
    if upcoming is None:
        return _("Asking is ON. Nobody's turn is planned yet: the next touchpoint, or turn of a wave, brings it.")
    if upcoming.people > MOST:
        people = _("more than %(count)s people on that day") % {"count": MOST}
    else:
        people = ngettext("%(count)s person on that day", "%(count)s people on that day", upcoming.people)
        people %= {"count": upcoming.people}
    said = _("Asking is ON: next ask %(moment)s, %(people)s.")
    return said % {"moment": _moment(max(upcoming.at, known.now)), "people": people}


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{date_format(local, 'D')} {date_format(local, 'DATETIME_FORMAT')}"
