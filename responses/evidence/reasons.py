"""What the evidence says, in words for staff."""

from collections.abc import Iterable, Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "head": _("asked for the headers of the page first"),
    "robot": _("calls itself a robot"),
    "decoy": _("followed a link that no person can see"),
    "burst": _("opened several scores within seconds"),
    "gateway": _("opened many letters of one mail domain within seconds"),
    "gesture": _("touched, clicked or typed"),
    "text": _("wrote it in a text message"),
    "chat": _("did it in the chat"),
    "no_gesture": _("scripts ran, but nobody touched, clicked or typed"),
    "no_script": _("scripts did not run, so a touch could not be seen"),
    "quick": _("sent within a second of the page"),
    "known_machine": _("the same network and browser gave itself away on this link"),
    "stranger": _("a person had answered from elsewhere"),
    "late": _("the same network and browser gave itself away later"),
    "crowd": _("very many answers came from one network within an hour"),
    "rush": _("very many answers were given on one tablet within a minute"),
    "waited": _("waited on the tablet for more than a month"),
    "clock": _("the clock of the tablet cannot have been right"),
    "trap": _("filled in a field that no person can see"),
    "staff": _("said by staff"),
}


def words(reasons: Iterable[str]) -> Iterator[str]:
    """Yield each reason in the reader's language; an unknown one as it is."""
    return (str(REASONS.get(reason, reason)) for reason in reasons)
