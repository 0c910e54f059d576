"""Where machines open our letters before people do, letters carry one button instead of one for each score.

Gateways belong to a mail domain, not to a person: what was seen at some contacts holds for their colleagues.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from accounts import clock
from accounts.models import User
from surveys.models import MailDomain, Sighting

# Seen at so many invitations, and at such a share of those that were visited, machines are the rule there.
NEEDED = 3
SHARE = 0.2


def domain_of(address: str) -> str:
    """Return the mail domain of an address in lower case, "" for none."""
    return address.rpartition("@")[2].strip().lower()


def with_single_button(addresses: Iterable[str]) -> frozenset[str]:
    """Return the mail domains among those of `addresses` whose letters carry one button."""
    domains = {domain_of(address) for address in addresses}
    written_so = MailDomain.objects.filter(name__in=domains, single_button_since__isnull=False)
    return frozenset(written_so.values_list("name", flat=True))


@transaction.atomic
def note(
    sightings: Mapping[str, Sequence[Sighting]], *, visited: Mapping[str, int], now: datetime | None = None
) -> list[str]:
    """Keep what was seen by mail domain, and return the domains whose letters carry one button from `now` on.

    `visited` counts invitations whose link was visited for the first time. A sighting that is known already changes
    nothing. A domain that an administrator decided about keeps counting, but is not switched.
    """
    now = now or clock.now()
    MailDomain.objects.bulk_create(
        (MailDomain(name=name, first_seen_at=now) for name in sorted(sightings)), ignore_conflicts=True
    )
    domains = {
        domain.name: domain
        for domain in MailDomain.objects.filter(name__in={*sightings, *visited}).order_by("pk").select_for_update()
    }
    for name, domain in domains.items():
        for sighting in sightings.get(name, ()):
            sighting.domain = domain
        domain.visited += visited.get(name, 0)
        domain.last_seen_at = now if name in sightings else domain.last_seen_at
    Sighting.objects.bulk_create((seen for name in sightings for seen in sightings[name]), ignore_conflicts=True)
    switched = _counted_anew(domains.values(), now)
    MailDomain.objects.bulk_update(
        domains.values(), ["visited", "bursts", "decoys", "last_seen_at", "single_button_since"]
    )
    return switched


def _counted_anew(domains: Collection[MailDomain], now: datetime) -> list[str]:
    counted = (
        MailDomain.objects.filter(pk__in=[domain.pk for domain in domains])
        .annotate(
            seen_bursts=Count("sightings", filter=Q(sightings__kind=Sighting.Kind.BURST)),
            seen_decoys=Count("sightings", filter=Q(sightings__kind=Sighting.Kind.DECOY)),
            seen_at=Count("sightings__invitation", distinct=True),
        )
        .values_list("pk", "seen_bursts", "seen_decoys", "seen_at")
    )
    figures = {pk: figures for pk, *figures in counted}
    switched = []
    for domain in domains:
        domain.bursts, domain.decoys, invitations = figures[domain.pk]
        is_rule = invitations >= max(NEEDED, SHARE * domain.visited)
        if is_rule and domain.mode == MailDomain.Mode.AUTOMATIC and not domain.has_single_button:
            domain.single_button_since = now
            switched.append(domain.name)
    return switched


def decide(*, domain: MailDomain, mode: str, by: User, now: datetime | None = None) -> None:
    """Force one button or all of them for a mail domain, or leave it to the evidence again."""
    now = now or clock.now()
    domain.mode, domain.single_button_by = mode, by
    domain.single_button_since = now if mode == MailDomain.Mode.ON else None
    _counted_anew([domain], now)
    domain.save(update_fields=["mode", "single_button_by", "single_button_since", "bursts", "decoys"])
