"""How many wrong passwords are too many, counted so that nobody's failures lock out anybody else.

A browser that logged this person in before has a count of its own. So has a network from which they logged in before.
What strangers do elsewhere fills other counts: of the account in their network, of the account among all strangers, of
their network over all accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.core.cache import cache
from django.http import HttpRequest

from accounts import actors, clock, tokens
from accounts.access import devices
from accounts.models import SecurityEvent, User

log = structlog.get_logger(__name__)

MINUTE, HOUR = 60, 3600
# A network is familiar for so long after a login from it.
FAMILIAR = timedelta(days=90)


@dataclass(frozen=True)
class Limit:
    """At most `most` failures of what `counted` names within `seconds`."""

    counted: str
    most: int
    seconds: int

    @property
    def key(self) -> str:
        return "failures-" + tokens.digest(self.counted).hex()

    def take(self) -> bool:
        """Count one failure; say whether that is still within the limit."""
        cache.add(self.key, 0, self.seconds)
        try:
            return int(cache.incr(self.key)) <= self.most
        except ValueError:  # it ended between the two
            return True

    def give_back(self) -> None:
        try:
            cache.decr(self.key)
        except ValueError:
            log.debug("count of failures ended", seconds=self.seconds)


def of_login(address: str, request: HttpRequest) -> Sequence[Limit]:
    """Return what limits an attempt to log in as `address` (in lower case) with this request."""
    person = User.objects.filter(email=address).first()
    network = actors.of(request).network
    device = devices.device_of(request, person) if person else None
    if device:
        return [Limit(f"device {device}", 10, 5 * MINUTE)]
    of_network = Limit(f"network {network}", 100, 5 * MINUTE)
    if person and is_familiar(person, network):
        return [Limit(f"familiar {address} {network}", 10, 5 * MINUTE), of_network]
    return [
        Limit(f"stranger {address} {network}", 5, 5 * MINUTE),
        Limit(f"strangers {address}", 100, HOUR),
        of_network,
    ]


def is_familiar(person: User, network: str) -> bool:
    """Say whether a person logged in from this network lately."""
    logins = SecurityEvent.objects.filter(kind=SecurityEvent.Kind.LOGIN, by=person, network=network)
    return bool(network) and logins.filter(at__gt=clock.now() - FAMILIAR).exists()


def take(limits: Sequence[Limit]) -> bool:
    """Count one attempt against all `limits`; where one of them is exceeded, count nothing and return False."""
    taken: list[Limit] = []
    for limit in limits:
        taken.append(limit)
        if not limit.take():
            give_back(taken)
            return False
    return True


def give_back(limits: Sequence[Limit]) -> None:
    """Take back what was counted of an attempt that was right in the end."""
    for limit in limits:
        limit.give_back()
