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

from accounts.media import Medium
from surveys.judging.rules import BY_CODE, RULES

# Why somebody was not asked, beside what the rules themselves say.
FINER: dict[str, Promise] = {
    "wave_rests": _("The wave rests; the next turn is in the next round."),
    "merged": _("The record was merged into another one, which is asked instead."),
    "sample": _("The contact is invented: nobody ever writes to sample data."),
    "objected": _("The contact objected to this way of being asked."),
    "no_address": _("There is no address to write to."),
    "no_consent": _("The law wants a consent that is not there."),
    "refused": _("Somebody said no at this address."),
    "bounced": _("Mail to the address came back."),
    "own_address": _("The address belongs to our own company."),
    "no_number": _("The brand has no number in WhatsApp."),
    "no_template": _("No WhatsApp template in the language of the contact is approved."),
    "role_address": _("The address belongs to a role, not to a person."),
    "undeliverable": _("The message could not be delivered."),
    "written_lately": _("The contact got another letter of this kind only days ago."),
    "same_address": _("Another record with the same address gets the letter."),
    "reopened": _("The follow-up was opened again before the customer could be asked once more."),
    "called_off": _("The letter was called off before it was sent."),
    "declined": _("The customer did not want to answer."),
}
# Why somebody was not asked, or not yet.
REASONS: dict[str, Promise] = {rule.code: rule.refusal for rule in RULES if rule.refusal} | FINER


@dataclass(frozen=True)
class TraceLine:
    rule: str
    value: str
    passed: bool
    overridden: bool = False


def label(code: str) -> str:
    """Return the reason in plain words, in the active language (an unknown code stays as it is)."""
    return str(REASONS.get(code, code))


def lines(trace: Iterable[Mapping[str, Any]]) -> list[TraceLine]:
    """Return the trace of a judgement for reading, in the active language and time zone."""
    return [
        TraceLine(
            rule=_heading(step["rule"]),
            value=_readable(step["rule"], step["value"]),
            passed=step["passed"],
            overridden=step.get("overridden", False),
        )
        for step in trace
    ]


def _heading(code: str) -> str:
    rule = BY_CODE.get(code)
    return str(rule.looks_at) if rule else code


def _readable(rule: str, value: str) -> str:
    if rule == "medium":
        faults = [part.partition(":") for part in value.split(", ") if part]
        return ", ".join(
            f"{_medium(medium)}: {label(fault)}" if fault else _medium(medium) for medium, _colon, fault in faults
        )
    start, _space, rest = value.partition(" ")
    moment = _moment(start)
    if moment is None:
        return value
    if rule == "window":
        # By the clock of the contact, whose time zone stands beside it.
        return f"{date_format(moment, 'DATETIME_FORMAT')} {rest}"
    readable = date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    return f"{readable}, {rest}" if rest else readable


def _medium(code: str) -> str:
    return str(Medium(code).label) if code in Medium else code


def _moment(value: str) -> datetime | None:
    try:
        return parse_datetime(value) if "T" in value else None
    except ValueError:
        return None
