"""What was done about an improvement, in sentences of the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import dates
from accounts.languages import name_of
from followups.models import Improvement, ImprovementActivity

Kind = ImprovementActivity.Kind
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class ChangedField:
    """What a field was called, what it said and what it says; long texts are named only."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    activity: ImprovementActivity
    sentence: str
    fields: list[ChangedField]


def history(activities: Iterable[ImprovementActivity]) -> list[HistoryLine]:
    return [HistoryLine(each, _sentence(each), _fields(each)) for each in activities]


def _sentence(activity: ImprovementActivity) -> str:
    number = int(activity.change.get("number", 0))
    match activity.kind:
        case Kind.PROPOSED:
            return _("Proposed")
        case Kind.STATE:
            state = activity.change["state"][1]
            return _("State: %(state)s") % {"state": dict(Improvement.State.choices).get(state, state)}
        case Kind.COMMENT:
            return _("Comment")
        case Kind.LINKED:
            return ngettext("%(number)d answer linked", "%(number)d answers linked", number) % {"number": number}
        case Kind.UNLINKED:
            return ngettext("%(number)d answer taken away", "%(number)d answers taken away", number) % {
                "number": number
            }
        case Kind.LETTERS:
            return ngettext(
                "A letter to %(number)d customer was ordered", "Letters to %(number)d customers were ordered", number
            ) % {"number": number}
        case _:
            return _("Changed")


def _fields(activity: ImprovementActivity) -> list[ChangedField]:
    said = {name: value for name, value in activity.change.items() if name not in ("number", "state")}
    return [_field(name, *value) for name, value in said.items()]


def _field(name: str, before: str, after: str) -> ChangedField:
    if name.startswith("told-"):
        language = name_of(name.removeprefix("told-"))
        return ChangedField(_("What customers are told (%(language)s)") % {"language": language}, "", "")
    field: Any = Improvement._meta.get_field(name)
    label = str(field.verbose_name)
    return ChangedField(label, "", "") if name == "why" else ChangedField(label, _said(before), _said(after))


def _said(value: str) -> str:
    day = parse_date(value) if len(value) == 10 else None
    return dates.day(day) if day else value or NOTHING
