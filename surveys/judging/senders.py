"""What the domains that asks by mail come from allow now: which are paused, and what their warm-up leaves of a day."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Self

from django.db.models import Count

from accounts.media import Medium
from accounts.models import Brand
from delivery.models import SendingDomain
from delivery.reputation import domains, ramps
from delivery.reputation.ramp import Ramp
from surveys.judging.askable import Askable
from surveys.judging.case import Policy, Sender
from surveys.models import Invitation

# Why an ask waits for its turn in the warm-up.
OF_RAMP = "sender_ramp"


@dataclass
class Senders:
    """By domain; of brands that write from a domain that nothing holds back nothing is known. It learns of the asks of
    the running batch too."""

    of_brand: dict[int, str] = field(default_factory=dict)
    paused: dict[str, datetime] = field(default_factory=dict)
    ramps: dict[str, Ramp] = field(default_factory=dict)
    asked: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    lined_up: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def fetch(cls, policy: Policy, now: datetime) -> Self:
        """Read what holds now, in one query, and in three more while something holds back."""
        senders = cls._held_back()
        if senders.ramps:
            senders._fetch_today(policy, now)
        return senders

    @classmethod
    def replayed(cls, happens: Callable[[datetime, Callable[[], object]], None]) -> Self:
        """Begin with nobody paused and nothing asked; `happens` is told when a pause in force began, and of that."""
        senders = cls._held_back()
        began = dict(senders.paused)
        senders.paused.clear()
        for name, at in began.items():
            happens(at, partial(senders.paused.__setitem__, name, at))
        return senders

    @classmethod
    def _held_back(cls) -> Self:
        restrained = list(SendingDomain.objects.restrained())
        senders = cls(
            paused={domain.name: domain.paused_at for domain in restrained if domain.paused_at},
            ramps={domain.name: domain.ramp for domain in restrained if domain.ramp},
        )
        names = {domain.name for domain in restrained}
        for brand, address in Brand.objects.values_list("pk", "sender_address") if names else ():
            if (name := domains.of_brand(address)) in names:
                senders.of_brand[brand] = name
        return senders

    def _fetch_today(self, policy: Policy, now: datetime) -> None:
        self.asked.update(ramps.given(self.ramps.keys(), now.astimezone(policy.zone).date()))
        waiting = Invitation.objects.filter(status=Invitation.Status.PLANNED, reason=OF_RAMP, due_at__gt=now)
        for brand, count in waiting.values_list("survey__brand").annotate(Count("pk")):
            self.lined_up[self.of_brand.get(brand, "")] += count

    def of(self, invitation: Askable) -> Sender | None:
        """Return what is known of the domain from which an ask by mail would come; None where nothing holds it back."""
        name = self._name(invitation)
        if not name:
            return None
        ramp = self.ramps.get(name)
        return Sender(self.paused.get(name), ramp, self.asked[name], self.lined_up[name])

    def asks(self, invitation: Askable, medium: str) -> None:
        """Count an ask that is made now."""
        if medium == Medium.EMAIL:
            self.asked[self._name(invitation)] += 1

    def line_up(self, invitation: Askable, by: int) -> None:
        self.lined_up[self._name(invitation)] += by

    def _name(self, invitation: Askable) -> str:
        brand = invitation.brand_id or invitation.survey.brand_id
        return self.of_brand.get(brand, "")
