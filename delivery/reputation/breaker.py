"""What pauses asking from a domain by itself, and the two doors for people: pausing and resuming by hand.

Only asks, reminders and mailings rest: replies, thanks, letters about complaints and everything to staff go on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import clock, securitylog
from accounts.news import announce
from accounts.securitylog import Kind
from delivery.models import SendingDay, SendingDomain
from delivery.reputation import counts, holding, notice
from delivery.reputation.shares import DomainFigures
from delivery.signals import domains_resumed

Cause = SendingDomain.Cause


def paused_among(domains: Collection[str]) -> frozenset[str]:
    """Return those of the domains that asks are about to leave from which may not ask, as their figures are now.

    One from which nothing was asked before becomes known by that.
    """
    paused = holding.known(domains)
    return paused | frozenset(look([name for name in domains if name not in paused]))


def look(domains: Collection[str], *, now: datetime | None = None) -> list[str]:
    """Pause those of these domains of whose letters too many came back or were reported, and return their names.

    Pausing and telling the administrators is one transaction under the lock of the domain, so that it happens once.
    """
    now = now or clock.now()
    suspected = [name for name, figures in counts.figures(domains, now).items() if _cause(figures)]
    if not suspected:
        return []
    with transaction.atomic():
        standing = SendingDomain.objects.filter(name__in=suspected, paused_at=None).order_by("pk")
        rows = list(standing.select_for_update())
        # Somebody may have let one ask again a moment ago.
        known = counts.figures([row.name for row in rows], now) if rows else {}
        return [row.name for row in rows if _trip(row, known.get(row.name, DomainFigures()), now)]


def _cause(figures: DomainFigures) -> str:
    if figures.too_many_bounces:
        return Cause.BOUNCES
    return Cause.COMPLAINTS if figures.too_many_complaints else ""


def _trip(domain: SendingDomain, figures: DomainFigures, now: datetime) -> bool:
    cause = _cause(figures)
    if not cause:
        return False
    found = figures.bounces if cause == Cause.BOUNCES else figures.complaints
    domain.pause(cause, grounds=f"{found} / {figures.handed_over}", at=now)
    notice.tell(domain, found=found, of=figures.handed_over)
    return True


@dataclass(frozen=True)
class Resumed:
    """`is_new`: whether it was paused until now. `released`: how many letters that waited go on their way."""

    is_new: bool
    released: int = 0


@transaction.atomic
def pause(domain: SendingDomain, *, reason: str, now: datetime | None = None) -> bool:
    """Ask nobody from a domain until somebody resumes it; return False when it is paused already."""
    row = SendingDomain.objects.select_for_update().get(pk=domain.pk)
    if not row.pause(Cause.BY_HAND, grounds=reason, at=now or clock.now()):
        return False
    _note(row, "paused", reason=reason)
    return True


@transaction.atomic
def resume(domain: SendingDomain, *, reason: str, now: datetime | None = None) -> Resumed:
    """Let a paused domain ask again, count its letters anew from now, and let go what waited.

    Where it is warmed up, what waited leaves in the numbers of the days, at this hour of each.
    """
    now = now or clock.now()
    row = SendingDomain.objects.select_for_update().get(pk=domain.pk)
    was = {"cause": row.cause, "grounds": row.grounds}
    if not row.resume(at=now):
        return Resumed(is_new=False)
    SendingDay.objects.filter(domain=row.name, is_over=False).update(is_over=True)
    released = holding.release(row.name, ramp=row.ramp, now=now)
    _note(row, "resumed", reason=reason, released=released, **was)
    announce(domains_resumed, names=[row.name])
    return Resumed(is_new=True, released=released)


def _note(domain: SendingDomain, deed: str, **details: Any) -> None:
    subject = f"{domain._meta.label} {domain.pk}: {domain}"
    securitylog.note(Kind.SETTING_CHANGED, subject=subject, deed=deed, **details)
