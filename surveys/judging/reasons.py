"""The reasons of a verdict in plain words, and the trace of a judgement as sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Why somebody was not asked, or not yet.
REASONS: dict[str, Promise] = {
    "cancelled": _("The deal was reopened, lost or cancelled."),
    "switched_off": _("The survey or its trigger is switched off."),
    "wave_rests": _("The wave rests; the next turn is in the next round."),
    "too_early": _("The moment to ask has not come yet."),
    "too_late": _("The moment to ask has passed."),
    "expired": _("The link ends before that."),
    "do_not_contact": _("The contact does not want to be asked."),
    "objected": _("The contact objected to this way of being asked."),
    "no_address": _("There is no address to write to."),
    "no_consent": _("The law wants a consent that is not there."),
    "refused": _("Somebody said no at this address."),
    "bounced": _("Mail to the address came back."),
    "own_address": _("The address belongs to our own company."),
    "role_address": _("The address belongs to a role, not to a person."),
    "sampling": _("The contact is not in the sample of this survey."),
    "duplicate": _("The deal has already been asked about."),
    "paused": _("The survey is paused."),
    "pending": _("An earlier invitation to this survey is still open."),
    "hold": _("A follow-up with this contact is open."),
    "survey_clock": _("The contact was asked by this survey not long ago."),
    "kind_clock": _("The contact was asked by a survey of this kind not long ago."),
    "floor": _("The contact was asked by some survey only days ago."),
    "rival": _("A more important survey is about to ask this contact."),
    "company_budget": _("The company was asked often enough for now."),
    "daily_maximum": _("The survey has asked its daily number."),
    "window": _("It was outside the hours in which we write."),
    "undeliverable": _("The message could not be delivered."),
    "called_off": _("The letter was called off before it was sent."),
}

# What each rule looks at, for the trace; in the order in which they are judged.
RULES: dict[str, Promise] = {
    "cancelled": _("Deal still stands"),
    "switched_off": _("Survey and trigger are switched on"),
    "too_early": _("Not too early"),
    "too_late": _("Not too late"),
    "expired": _("Link is still valid"),
    "do_not_contact": _("Contact may be asked"),
    "medium": _("A way to reach the contact"),
    "sampling": _("In the sample"),
    "duplicate": _("Deal not asked about before"),
    "paused": _("Survey is not paused"),
    "pending": _("No open invitation to this survey"),
    "hold": _("No open follow-up"),
    "survey_clock": _("Rested since this survey last asked"),
    "kind_clock": _("Rested since a survey of this kind last asked"),
    "floor": _("Rested since any survey last asked"),
    "rival": _("No more important survey about to ask"),
    "company_budget": _("Asks of the company within its budget"),
    "daily_maximum": _("Asks of the survey today within its maximum"),
    "window": _("Within the hours in which we write"),
}


@dataclass(frozen=True)
class Line:
    rule: str
    value: str
    passed: bool
    overridden: bool = False


def label(code: str) -> str:
    """Return the reason in plain words, in the active language (an unknown code stays as it is)."""
    return str(REASONS.get(code, code))


def lines(trace: Iterable[Mapping[str, Any]]) -> list[Line]:
    """Return the trace of a judgement for reading, in the active language and time zone."""
    return [
        Line(
            rule=str(RULES.get(step["rule"], step["rule"])),
            value=_readable(step["rule"], step["value"]),
            passed=step["passed"],
            overridden=step.get("overridden", False),
        )
        for step in trace
    ]


def _readable(rule: str, value: str) -> str:
    if rule == "medium":
        faults = [part.partition(":") for part in value.split(", ") if part]
        return ", ".join(f"{medium}: {label(fault)}" if fault else medium for medium, _colon, fault in faults)
    if rule == "window":
        return value.replace("T", " ")
    start, _space, survey = value.partition(" ")
    moment = _moment(start)
    if moment is None:
        return value
    readable = date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    return f"{readable}, {survey}" if survey else readable


def _moment(value: str) -> datetime | None:
    try:
        return parse_datetime(value) if "T" in value else None
    except ValueError:
        return None
