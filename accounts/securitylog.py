"""The security log: who did what that matters for who may do what, when, about whom and from which network.

Rows are written in the transaction of the deed, so what was rolled back was not done. Each is a line of the ordinary
log as well, by numbers instead of names, for whatever watches that.
"""

from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone

from accounts import actors, addresses, clock
from accounts.actors import Actor
from accounts.media import Medium
from accounts.models import SecurityEvent, User
from accounts.plaintext import clean, cleaned

log = structlog.get_logger("plumb.security")

Kind = SecurityEvent.Kind
# The database deletes nothing younger, whatever SECURITY_LOG_DAYS says.
SHORTEST_DAYS = 90


def note(
    kind: SecurityEvent.Kind, *, about: User | None = None, subject: str = "", by: Actor | None = None, **details: Any
) -> SecurityEvent:
    """Write one event down; `by` is whoever acts now unless given. `details` must fit into JSON and hold no secret;
    what people typed is kept in them as it can be kept."""
    by = by or actors.actor()
    event = SecurityEvent.objects.create(
        kind=kind, by=by.person, means=by.name[:100], about=about, subject=clean(subject, limit=200),
        network=by.network, browser=by.browser, details=cleaned(details),
    )  # fmt: skip
    log.info("security", kind=str(kind), by=event.by_id, means=event.means, about=event.about_id, network=event.network)
    return event


def note_about_address(kind: SecurityEvent.Kind, address: str, *, by: Actor | None = None) -> SecurityEvent:
    """Write down what was tried with a login address; one that nobody here has is kept as its keyed hash only."""
    person = User.objects.filter(email=address.strip().lower()).first() if address else None
    subject = "" if person else pseudonym(address)
    return note(kind, about=person, subject=subject, by=by)


def pseudonym(address: str) -> str:
    """Return 16 hexadecimal digits in place of an address, always the same for the same one."""
    return addresses.digest(Medium.EMAIL, address.strip().lower()).hex()[:16]


def forget_old() -> int:
    """Delete what is older than SECURITY_LOG_DAYS and return how much that was."""
    days = timedelta(days=max(settings.SECURITY_LOG_DAYS, SHORTEST_DAYS))
    # The database measures by the wall clock, which a rehearsal may have left behind.
    until = min(clock.now(), timezone.now()) - days
    deleted, _by_model = SecurityEvent.objects.filter(at__lt=until).delete()
    return deleted
